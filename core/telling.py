"""What a notice says about a request: the value of each field that core.notices declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.happenings import Happening
from core.notices import NOTICES, Line
from core.policy import Policy
from core.requests import Proof, Request


def lines_of(request: Request) -> tuple[Line, ...]:
    """The rights of a request as notices tell them."""
    return tuple(
        Line(item.right.value, item.due.binding, item.outcome.value, item.reason) for item in request.items
    )


def grouped(code: str) -> str:
    """A code as people read it: two groups of four digits."""
    return f"{code[:4]} {code[4:]}"


def local_day(moment: datetime, policy: Policy) -> date:
    """The day that a moment falls on where the organisation is."""
    return moment.astimezone(ZoneInfo(policy.timezone)).date()


def code_minutes(request: Request, policy: Policy) -> int:
    """How long a code lives: it is typed at once in a chat, and waits in a mailbox (NIST SP 800-63B-4)."""
    rules = policy.verification
    return rules.code_minutes_chat if request.requester.is_chat else rules.code_minutes_mail


Field = Callable[[Request, Happening, Policy], object]

FIELDS: Mapping[str, Field] = {
    "reference": lambda request, now, policy: request.reference,
    "lines": lambda request, now, policy: lines_of(request),
    "received": lambda request, now, policy: local_day(request.received_at, policy),
    "answer_by": lambda request, now, policy: request.acknowledge_by,
    "proof_needed": lambda request, now, policy: request.proof is Proof.PENDING,
    "code_hours": lambda request, now, policy: max(1, code_minutes(request, policy) // 60),
    "on_behalf": lambda request, now, policy: request.on_behalf.value,
    "code": lambda request, now, policy: grouped(now.code),
    "minutes": lambda request, now, policy: code_minutes(request, policy),
    "by_chat": lambda request, now, policy: request.requester.is_chat,
    "tries_left": lambda request, now, policy: now.number,
    "question": lambda request, now, policy: now.question,
    "reason": lambda request, now, policy: now.reason,
    "files": lambda request, now, policy: bool(now.file_names),
    "answer": lambda request, now, policy: now.answer,
    "right": lambda request, now, policy: now.right,
    "file_names": lambda request, now, policy: now.file_names,
    "status": lambda request, now, policy: request.status.value,
    "days": lambda request, now, policy: policy.verification.window_days,
    "days_left": lambda request, now, policy: now.number,
}


def fields_of(notice: str, request: Request, happening: Happening, policy: Policy) -> dict[str, object]:
    """The fields of a notice, filled from the request and from what has just happened to it."""
    return {name: FIELDS[name](request, happening, policy) for name in NOTICES[notice]}
