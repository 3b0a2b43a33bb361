"""What a staff member sends in private because a card asked for it: a file to hand over, a question to pass on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.conversation import Conversation, Step
from core.handed_files import fault
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance
from core.messages import Attachment, InboundMessage, Kind, Verb
from core.requests import Request
from flows import access, cards, checklist, details, documents, extending, fulfilment, identity
from flows.desk import Desk
from flows.known import Known
from flows.outcome import record
from flows.store import Disposition, UnitOfWork

#: None: the message has nothing to do with what was asked for.
Settled = tuple[Disposition, str, str] | None


def attend(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, talk: Conversation, known: Known, now: datetime
) -> Settled:
    """Take what was asked for; anything else from a staff member is a customer's message. Raises Needed."""
    if message.command in _COMMANDS:
        text = _COMMANDS[message.command](uow, desk, message)
        cards.post(uow, desk, message.sender, text, now, Kind.TALK)
        return Disposition.STAFF, message.command, ""
    if talk.step not in _EXPECTED:
        return None
    request = uow.request(talk.request_id)
    if message.command == "cancel" or request is None:
        uow.drop_conversation(message.sender)
        phrase, reason = "staff.cancelled", "cancelled"
    else:
        phrase, reason = _EXPECTED[talk.step](Given(uow, desk, message, talk, request, known, now))
    fields = {"reference": request.reference} if request and phrase in _NAMES_REQUEST else {}
    if phrase in _NAMES_RIGHT:
        fields["right"] = desk.texts.phrase(f"right.{talk.rights[0]}", desk.staff_language)
    if phrase == "staff.file_too_large":
        fields["limit"] = f"{desk.terms.most_bytes // 1_000_000} MB"
    if phrase:
        text = desk.texts.phrase(phrase, desk.staff_language, **fields)
        cards.post(uow, desk, message.sender, text, now, Kind.TALK)
    return Disposition.STAFF, reason, request.id if request else ""


def _welcome(uow: UnitOfWork, desk: Desk, message: InboundMessage) -> str:
    member = uow.staff(message.sender)
    return desk.texts.phrase("staff.welcome", desk.staff_language, name=member.name if member else "")


#: What staff can type at any time, as in their group; it leaves alone what is waited for.
_COMMANDS: Mapping[str, Callable[[UnitOfWork, Desk, InboundMessage], str]] = {
    "start": _welcome,
    "queue": lambda uow, desk, message: details.queue(uow, desk),
    "help": lambda uow, desk, message: desk.texts.phrase("staff.help", desk.staff_language),
}


_NAMES_RIGHT = frozenset({"staff.file_received", "staff.answer_sent", "staff.extended"})
_NAMES_REQUEST = frozenset(
    {
        "staff.file_received",
        "staff.file_expected",
        "staff.question_sent",
        "staff.answer_sent",
        "staff.extended",
    }
    | {"staff.document_asked"}
    | {"staff.file_too_large", "staff.file_empty", "staff.file_not_machine_readable"}
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a staff member sent, with all that its handling needs."""

    uow: UnitOfWork
    desk: Desk
    message: InboundMessage
    talk: Conversation
    request: Request
    known: Known
    now: datetime

    @property
    def text(self) -> str:
        return self.message.text.strip()


#: The phrase to answer with, and a reason in a word or two.
Answer = tuple[str, str]

_TOO_LATE: Answer = ("staff.already_decided", "too late")


def _file(given: Given) -> Answer:
    """The file for one right of a request: handed over to the customer, and the right is done."""
    if not given.message.attachments:
        return "staff.file_expected", "file expected"
    files = tuple(given.known.file(each, given.message.sender) for each in given.message.attachments)
    if any(file.content is None for file in files):
        return "staff.file_unreadable", "file not fetched"
    if wrong := fault(given.talk.rights[0], files, given.desk.terms.most_bytes):
        return f"staff.{wrong}", "file refused"
    return ("staff.file_received", "handed over") if _complete(given, files) else _TOO_LATE


def _answer(given: Given) -> Answer:
    """The words that complete a question or a complaint."""
    if not given.text:
        return "staff.question_empty", "answer expected"
    return ("staff.answer_sent", "answered") if _complete(given, answer=given.text) else _TOO_LATE


def _question(given: Given) -> Answer:
    """A question in the staff member's words, passed on to the customer."""
    if not given.text:
        return "staff.question_empty", "question expected"
    given.uow.drop_conversation(given.message.sender)
    member = given.uow.staff(given.message.sender)
    happening = Happening(Event.ASKED, f"staff:{member.id if member else ''}", question=given.text)
    try:
        record(given.uow, given.desk, advance(given.request, happening, given.now), given.now)
    except NotAllowed:
        return _TOO_LATE
    return "staff.question_sent", "asked"


def _identity_reason(given: Given) -> Answer:
    """By what a staff member knows who asks, in their words: it stays with the request."""
    if not given.text:
        return "staff.question_empty", "reason expected"
    given.uow.drop_conversation(given.message.sender)
    member = given.uow.staff(given.message.sender)
    if member is None or not access.may(member, Verb.VERIFY) or access.may_decide(member, given.request):
        return _TOO_LATE
    try:
        phrase = identity.in_words(given.uow, given.desk, member, given.request, given.text, given.now)
    except NotAllowed:
        return _TOO_LATE
    return phrase, "identity checked"


def _document_reason(given: Given) -> Answer:
    """Why a document is needed, in a staff member's words: it stays with the request, and the customer is asked."""
    if not given.text:
        return "staff.question_empty", "reason expected"
    given.uow.drop_conversation(given.message.sender)
    member = given.uow.staff(given.message.sender)
    if (
        member is None
        or not access.may(member, Verb.ASK_DOCUMENT)
        or access.may_decide(member, given.request)
    ):
        return _TOO_LATE
    return documents.ask(
        given.uow, given.desk, member, given.request, given.text, given.now
    ), "document asked"


def _extension(given: Given) -> Answer:
    """Why a right needs more time, in words that the customer gets."""
    if not given.text:
        return "staff.question_empty", "reason expected"
    given.uow.drop_conversation(given.message.sender)
    member = given.uow.staff(given.message.sender)
    if member is None or not access.may(member, Verb.EXTEND) or access.may_decide(member, given.request):
        return _TOO_LATE
    right = given.talk.rights[0]
    try:
        phrase = extending.extend(given.uow, given.desk, member, given.request, right, given.text, given.now)
    except NotAllowed:
        return _TOO_LATE
    return phrase, "extended" if phrase == "staff.extended" else "not extended"


def _unticked(given: Given) -> Answer:
    """Why a right is done although a system is not ticked off."""
    if not given.text:
        return "staff.question_empty", "reason expected"
    given.uow.drop_conversation(given.message.sender)
    member, right = given.uow.staff(given.message.sender), given.talk.rights[0]
    is_open = right in [item.right for item in given.request.open_items]
    if member is None or not is_open or access.may_decide(member, given.request):
        return _TOO_LATE
    try:
        phrase = checklist.finish_unticked(
            given.uow, given.desk, member, given.request, right, given.text, given.now
        )
    except NotAllowed:
        return _TOO_LATE
    # What it still needs has just been asked for in this very chat.
    return "" if phrase == "staff.see_private" else phrase, "reason for a missing tick"


def _complete(given: Given, files: tuple[Attachment, ...] = (), answer: str = "") -> bool:
    """Complete the right that was ticked off; False where somebody else was quicker."""
    given.uow.drop_conversation(given.message.sender)
    member, right = given.uow.staff(given.message.sender), given.talk.rights[0]
    is_open = right in [item.right for item in given.request.open_items]
    if member is None or not is_open or access.may_decide(member, given.request):
        return False
    by = f"staff:{member.id}"
    try:
        fulfilment.complete(given.uow, given.desk, given.request, right, by, given.now, files, answer)
    except NotAllowed:
        return False
    return True


_EXPECTED: Mapping[Step, Callable[[Given], Answer]] = {
    Step.HAND_OVER: _file,
    Step.ANSWER: _answer,
    Step.QUESTION: _question,
    Step.IDENTITY_REASON: _identity_reason,
    Step.DOCUMENT_REASON: _document_reason,
    Step.EXTENSION: _extension,
    Step.UNTICKED: _unticked,
}
