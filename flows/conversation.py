"""What a private chat message does: a step of the customer's dialogue, or what a staff member was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from core.buttons import option_token
from core.conversation import Conversation, Deed, Heard, Say, Step, Turn
from core.dialogue import reply
from core.messages import Button, InboundMessage, Kind
from core.recognition import Finding, named_by, recognise
from core.requests import Request, Status
from flows import (
    access,
    cards,
    correspondence,
    details,
    documents,
    opening,
    outcome,
    replies,
    staffroom,
    verification,
)
from flows.desk import Desk
from flows.known import Known
from flows.store import Disposition, UnitOfWork

Settled = replies.Settled


def converse(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """One message in a private chat. Raises Needed."""
    if message.tap:
        cards.post(uow, desk, message.sender, "", now, Kind.TAP, in_reply_to=message.tap)
    talk = uow.conversation(message.sender) or Conversation(language=_first_language(desk, message))
    if access.is_staff(uow, message.sender) and (
        settled := staffroom.attend(uow, desk, message, talk, known, now)
    ):
        return settled
    if message.attachments:
        settled, message = _files(uow, desk, message, finding, known, now)
        if settled:
            return settled
    mine = _of(uow, message)
    if message.media == "contact" and not message.text:
        if talk.step is Step.CONTACT:
            message = replace(message, text=message.shared_phone)
        elif waiting := next((r for r in mine if r.status is Status.VERIFYING), None):
            verification.share_number(uow, desk, waiting, message, now)
            return Disposition.REQUEST, "shared a number", waiting.id
    heard = Heard(
        message.text,
        message.option,
        message.command,
        message.media,
        message.language,
        finding,
        has_open_request=bool(mine),
        owes_answer=any(request.status is Status.CLARIFYING for request in mine),
        reference=mine[0].reference if mine else "",
    )
    turn = reply(talk, heard, desk.policy)
    return Talk(uow, desk, message, finding, known, now, mine).carry_out(turn)


def _files(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> tuple[Settled | None, InboundMessage]:
    """What a customer sends as a file: a document that is waited for, or something that staff are told of."""
    mine = _of(uow, message)
    for request in mine:
        if taken := documents.take(uow, desk, request, message, finding, known, now):
            return taken.settled, taken.message
    if about := correspondence.meant(desk, mine, finding):
        documents.file_came(uow, desk, about.id, message, now)
    return None, message


def _of(uow: UnitOfWork, message: InboundMessage) -> list[Request]:
    """The sender's open requests; a lapsed one is reopened by any word from its requester."""
    return [r for r in uow.requests_of(message.sender) if r.is_open or r.status is Status.LAPSED]


def _first_language(desk: Desk, message: InboundMessage) -> str:
    spoken = message.language.partition("-")[0]
    return spoken if spoken in desk.policy.languages else desk.policy.language


class Talk:
    """One turn of a dialogue being carried out."""

    def __init__(
        self,
        uow: UnitOfWork,
        desk: Desk,
        message: InboundMessage,
        finding: Finding,
        known: Known,
        now: datetime,
        mine: list[Request],
    ) -> None:
        self.uow, self.desk, self.message, self.finding = uow, desk, message, finding
        self.known, self.now, self.mine = known, now, mine

    def carry_out(self, turn: Turn) -> Settled:
        """Store the new state, say what is to be said, do the deed."""
        talk = turn.conversation
        for say in turn.say:
            self._say(talk.language, say)
        if turn.deed is None:
            self.uow.put_conversation(self.message.sender, talk, self.now)
            return Disposition.DIALOGUE, talk.step.value, ""
        request_id = _DEEDS[turn.deed](self, talk)
        return Disposition.REQUEST, turn.deed.value, request_id

    def _say(self, language: str, say: Say) -> None:
        phrase = self.desk.texts.phrase
        fields = dict(say.fields)
        if "rights" in fields:
            fields["rights"] = details.rights_text(self.desk, fields["rights"], language)  # type: ignore[arg-type]
        rows = tuple(
            (Button(phrase(option.phrase, language), option_token(option.token)),) for option in say.options
        )
        text = phrase(say.phrase, language, **fields)
        cards.post(self.uow, self.desk, self.message.sender, text, self.now, Kind.TALK, rows)

    # --- deeds ------------------------------------------------------------------------------------

    def submit(self, talk: Conversation) -> str:
        """The confirmed draft becomes a request."""
        told = recognise(talk.details, channel="chat", own=self.desk.own, codes=self.desk.codes)
        subject = self.known.person(
            named_by(talk.contact, self.desk.own, self.desk.codes), self.message.sender
        )
        asker = opening.Asker(self.message.sender, talk.language, self.message.received_at, self.message.name)
        request = opening.open_clear(
            self.uow, self.desk, asker, talk.rights, subject, told.on_behalf, self.now
        )
        text = "\n".join(part for part in (talk.details, talk.contact) if part)
        note = replies.note_of(replace(self.message, text=text))
        outcome.receive(self.uow, request, note)
        self._rest(talk, request)
        return request.id

    def follow_up(self, talk: Conversation) -> str:
        """A code, a cancellation or more details for one of the open requests."""
        return self._follow_up(talk).id

    def add(self, talk: Conversation) -> str:
        request = self._follow_up(talk)
        self._say(talk.language, Say("dialogue.more_received", fields={"reference": request.reference}))
        return request.id

    def status(self, talk: Conversation) -> str:
        """The sender's own requests, and nobody else's."""
        self.uow.put_conversation(self.message.sender, talk, self.now)
        for request in self.mine:
            replies.status(self.uow, self.desk, request, self.now)
        if not self.mine:
            self._say(talk.language, Say("dialogue.no_open_request"))
        return self.mine[0].id if self.mine else ""

    def _follow_up(self, talk: Conversation) -> Request:
        request = correspondence.meant(self.desk, self.mine, self.finding) or self.mine[0]
        self._rest(talk, request)
        replies.follow_up(self.uow, self.desk, request, self.message, self.finding, self.known, self.now)
        return request

    def _rest(self, talk: Conversation, request: Request) -> None:
        idle = Conversation(step=Step.IDLE, language=talk.language, request_id=request.id)
        self.uow.put_conversation(self.message.sender, idle, self.now)


_DEEDS: Mapping[Deed, Callable[[Talk, Conversation], str]] = {
    Deed.SUBMIT: Talk.submit,
    Deed.CODE: Talk.follow_up,
    Deed.CANCEL: Talk.follow_up,
    Deed.ADD: Talk.add,
    Deed.STATUS: Talk.status,
}
