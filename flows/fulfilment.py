"""A right is carried out: ticked off, or completed with a file or an answer that a staff member sends in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.conversation import Conversation, Step
from core.hand_over import Way
from core.happenings import Happening
from core.lifecycle import advance, settles
from core.messages import Address, Attachment, Kind
from core.requests import Request, Right
from flows import cards, hand_over
from flows.desk import Desk
from flows.outcome import record
from flows.store import UnitOfWork

#: Rights that are done with words rather than with a deed.
_ANSWERED = frozenset({Right.INQUIRY, Right.COMPLAINT})


def complete(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    right: Right,
    by: str,
    now: datetime,
    files: tuple[Attachment, ...] = (),
    answer: str = "",
) -> Request:
    """Mark a right as carried out and tell the customer; the last one completes the request. Raises NotAllowed."""
    event, parcel = settles(request, right), hand_over.packed(desk, request, files, now)
    step = advance(request, _handed(Happening(event, by, right=right, answer=answer), desk, parcel), now)
    hand_over.lay_out(uow, parcel)
    done = record(uow, desk, step, now, parcel.files)
    if parcel.kept is not None and parcel.way is Way.SEALED:
        hand_over.send_passphrase_or_code(uow, desk, done, parcel.kept, now)
    return done


def _handed(happening: Happening, desk: Desk, parcel: hand_over.Parcel) -> Happening:
    """The happening with the way that its files go."""
    if parcel.way is Way.PAGE:
        return replace(happening, link=hand_over.link(desk, parcel.token))
    if parcel.way is Way.SEALED:
        return replace(happening, sealed=parcel.names)
    return replace(happening, file_names=parcel.names)


def wanted(desk: Desk, right: Right) -> Step | None:
    """What a staff member must still give before a right is done: a file, an answer, or nothing."""
    if desk.policy.rights[right].hand_over:
        return Step.HAND_OVER
    return Step.ANSWER if right in _ANSWERED else None


def ask_for(
    uow: UnitOfWork, desk: Desk, request: Request, right: Right, step: Step, private: Address, now: datetime
) -> None:
    """Wait in a staff member's private chat for the file or the answer that belongs to a right."""
    uow.put_conversation(private, Conversation(step=step, request_id=request.id, rights=(right,)), now)
    phrase = "staff.send_file" if step is Step.HAND_OVER else "staff.type_answer"
    text = desk.texts.phrase(phrase, desk.staff_language, reference=request.reference, right=right)
    cards.post(uow, desk, private, text, now, Kind.TALK, request_id=request.id)
