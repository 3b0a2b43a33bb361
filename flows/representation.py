"""Who may ask for whom: what the person and the agent write, and what staff record before they approve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.happenings import Event, Happening
from core.lifecycle import TRANSITIONS, advance
from core.messages import Address, InboundMessage
from core.person_says import may_hold_mandate, says_not_my_wish, says_to_agent
from core.recognition import Act, Finding
from core.representation import Missing, is_the_person, recordable, what_is_missing
from core.represented import AnswerTo
from core.requests import OnBehalf, Request, Status
from core.telling import fields_of
from core.verification import place
from flows import cards, outcome
from flows.desk import Desk
from flows.replies import Settled, note_of, received_as
from flows.store import AuditEntry, Disposition, UnitOfWork

#: The actor of what the person says whom an agent's request concerns.
PERSON = "person"


@dataclass(frozen=True, slots=True)
class _Word:
    """What the person whom an agent's request concerns writes, with all that its handling needs."""

    uow: UnitOfWork
    desk: Desk
    request: Request
    message: InboundMessage
    finding: Finding
    now: datetime

    def alert(self, phrase: str) -> None:
        named = {"reference": self.request.reference}
        cards.alert(self.uow, self.desk, phrase, self.now, self.request.id, **named)

    def tell(self, notice: str, request: Request) -> None:
        fields = fields_of(notice, request, Happening(Event.WROTE, PERSON), self.desk.policy)
        outcome.tell(self.uow, self.desk, request, notice, fields, self.now, to=self.message.sender)


def heard(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, finding: Finding, now: datetime
) -> Settled | None:
    """What the person writes into an agent's request, so that the agent learns nothing by it; else None.

    Only what comes with a code takes the road of every other message: it says that the agent may know.
    """
    if not is_the_person(request, message.sender) or finding.code:
        return None
    word = _Word(uow, desk, request, message, finding, now)
    act = next((act for fits, act in _WORDS if fits(word)), None)
    if act is None:
        return None
    outcome.receive(uow, request, note_of(message))
    uow.audit(AuditEntry(now, request.id, PERSON, "received", received_as(message, finding)))
    return Disposition.REQUEST, act(word), request.id


def _says_no(word: _Word) -> bool:
    no = word.finding.act is Act.CANCEL or says_not_my_wish(word.finding.new_text)
    return no and _no_of(word.request) is not None


def _no_of(request: Request) -> Event | None:
    """What a no makes happen: before the yes the agent must not learn of it, afterwards the request ends."""
    events = (Event.DECLINED, Event.WITHDRAWN)
    return next(
        (event for event in events if request.status is not Status.TRIAGE and _fits(event, request)), None
    )


def _decline(word: _Word) -> str:
    """Stop an agent's request. Only a failed sender check keeps a no from counting, and brings it to a person.

    Before the yes the agent sees what they would see if nobody were on file: the reminders and the end of the wait.
    """
    event = _no_of(word.request)
    if event is None or (word.message.evidence is not None and word.message.evidence.dmarc == "fail"):
        word.alert("cancel_doubtful")
        return "doubtful no"
    step = advance(word.request, Happening(event, PERSON), word.now)
    request = outcome.record(word.uow, word.desk, step, word.now)
    word.alert("person_declined")
    word.tell("declined", request)
    return "the person says no"


def _tell_status(word: _Word) -> str:
    word.tell("status", word.request)
    return "the person asks"


def _after_lapse(word: _Word) -> str:
    word.alert("wrote_after_end")
    return "the person writes"


#: What the person may write, and what is done about it; the first that fits.
_WORDS: tuple[tuple[Callable[[_Word], bool], Callable[[_Word], str]], ...] = (
    (_says_no, _decline),
    (lambda word: word.finding.act is Act.STATUS, _tell_status),
    (lambda word: word.request.status is Status.LAPSED, _after_lapse),
)


def _fits(event: Event, request: Request) -> bool:
    return event in TRANSITIONS[request.status]


def take_note(
    uow: UnitOfWork, desk: Desk, before: Request, message: InboundMessage, finding: Finding, now: datetime
) -> None:
    """Keep what a message says beside its main matter: to whom the answer goes, and that a mandate may be attached.

    `before` is the request as it was when the message came.
    """
    if before.on_behalf is not OnBehalf.AGENT:
        return
    if _gave_right_code(uow, before, message.sender) and says_to_agent(finding.new_text):
        _record(uow, desk, before.id, f"answer_to:{AnswerTo.AGENT}", PERSON, now)
    is_agent = place(message.sender) == place(before.requester)
    if is_agent and not before.representation.attached and may_hold_mandate(message.attachments):
        _record(uow, desk, before.id, "attached:yes", "requester", now)


def _gave_right_code(uow: UnitOfWork, before: Request, sender: Address) -> bool:
    """A wish about the answer counts only with the code that went to the person, and from their own address."""
    after = uow.request(before.id)
    return after is not None and after.right_codes > before.right_codes and is_the_person(before, sender)


def _record(uow: UnitOfWork, desk: Desk, request_id: str, record: str, by: str, now: datetime) -> None:
    request = uow.request(request_id)
    if request is not None and _fits(Event.RECORDED, request):
        step = advance(request, Happening(Event.RECORDED, by, reason=record), now)
        outcome.record(uow, desk, step, now)


def missing(desk: Desk, request: Request, now: datetime) -> tuple[Missing, ...]:
    """What must still be recorded before this request may be approved."""
    return what_is_missing(request, desk.policy, desk.today(now))


def may_record(desk: Desk, request: Request, field: str, now: datetime) -> bool:
    """Whether a staff member can record this field for the request as it stands."""
    return field in recordable(request, desk.policy, desk.today(now))
