"""What a notice says about a request: the value of each field that core.notices declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.checklist import informed
from core.documents import LIFE, MOST_BYTES, MOST_FILES
from core.hand_over import Terms
from core.happenings import Event, Happening
from core.notices import NOTICES, Kept, Line
from core.policy import Policy
from core.requests import OnBehalf, Outcome, Proof, Request, Right
from core.verification import told_status

_DONE = Outcome.COMPLETED.value


def lines_of(request: Request) -> tuple[Line, ...]:
    """The rights of a request as notices tell them."""
    return tuple(
        Line(
            item.right.value,
            item.due.binding,
            item.outcome.value,
            item.reason,
            before=item.extended_from,
        )
        for item in request.items
    )


def _lines_at(request: Request, now: Happening, policy: Policy) -> tuple[Line, ...]:
    """The rights that a notice is about: all, or the one that has another due date; with who was told of it."""
    return tuple(
        replace(line, informed=_informed(request, Right(line.right), policy))
        if line.outcome == _DONE
        else line
        for line in lines_of(request)
        if now.event is not Event.EXTENDED or line.right == now.right
    )


def _informed(request: Request, right: Right, policy: Policy) -> tuple[str, ...]:
    return tuple(policy.word(name, request.language) for name in informed(request, policy, right))


def kept_of(policy: Policy, names: Collection[str], language: str) -> tuple[Kept, ...]:
    """The policy's rows of retained data that have these names, as a notice in a language tells them."""
    return tuple(
        Kept(policy.word(row.data, language), policy.word(row.reason, language), *_length(row.period))
        for row in policy.retention
        if row.data in names
    )


def _length(period: str) -> tuple[int, str]:
    """A period as one number and its unit; (0, …) where it ends with an event, or needs more than one unit."""
    found = _ONE_UNIT.fullmatch(period)
    count = int(found[1]) if found else 0
    unit = _UNITS[found[2]] if found else "years"
    return count, unit.removesuffix("s") if count == 1 else unit


def grouped(code: str) -> str:
    """A code as people read it: two groups of four digits."""
    return f"{code[:4]} {code[4:]}"


def local_day(moment: datetime, policy: Policy) -> date:
    """The day that a moment falls on where the organisation is."""
    return moment.astimezone(ZoneInfo(policy.timezone)).date()


def code_minutes(request: Request, policy: Policy) -> int:
    """How long a code lives: it is typed at once in a chat, and waits in a mailbox (NIST SP 800-63B-4)."""
    rules = policy.verification
    # The person whom an agent asks for reads it in a mailbox, wherever the agent writes.
    at_once = request.requester.is_chat and request.on_behalf is not OnBehalf.AGENT
    return rules.code_minutes_chat if at_once else rules.code_minutes_mail


#: An ISO 8601 duration of one unit: "P7Y", "P90D".
_ONE_UNIT = re.compile(r"P([0-9]+)([YMD])")
_UNITS = {"Y": "years", "M": "months", "D": "days"}

Field = Callable[[Request, Happening, Policy], object]

FIELDS: Mapping[str, Field] = {
    "reference": lambda request, now, policy: request.reference,
    "lines": _lines_at,
    "received": lambda request, now, policy: local_day(request.received_at, policy),
    "answer_by": lambda request, now, policy: request.acknowledge_by,
    "proof_needed": lambda request, now, policy: request.proof is Proof.PENDING,
    "code_hours": lambda request, now, policy: max(1, code_minutes(request, policy) // 60),
    "on_behalf": lambda request, now, policy: request.on_behalf.value,
    "code": lambda request, now, policy: grouped(now.code),
    "minutes": lambda request, now, policy: code_minutes(request, policy),
    # A code to another contact, after a right one, replaces nothing.
    "again": lambda request, now, policy: len(request.code_times) > 1 and not request.right_codes,
    "by_chat": lambda request, now, policy: request.requester.is_chat,
    "tries_left": lambda request, now, policy: now.number,
    "question": lambda request, now, policy: now.question,
    "reason": lambda request, now, policy: now.reason,
    "files": lambda request, now, policy: bool(now.file_names or now.link or now.sealed),
    "answer": lambda request, now, policy: now.answer,
    "why": lambda request, now, policy: now.answer,
    "into": lambda request, now, policy: now.reason,
    "right": lambda request, now, policy: now.right,
    "file_names": lambda request, now, policy: now.file_names,
    "sealed": lambda request, now, policy: now.sealed,
    "link": lambda request, now, policy: now.link,
    "hours": lambda request, now, policy: Terms().life // timedelta(hours=1),
    "opens": lambda request, now, policy: Terms().opens,
    "by_page": lambda request, now, policy: bool(now.link),
    "passphrase": lambda request, now, policy: now.code,
    "status": lambda request, now, policy: told_status(request, policy).value,
    "shared": lambda request, now, policy: now.shared,
    "documents": lambda request, now, policy: now.documents,
    "unusable": lambda request, now, policy: now.unusable,
    "kept_hours": lambda request, now, policy: LIFE // timedelta(hours=1),
    "most_files": lambda request, now, policy: MOST_FILES,
    "most_megabytes": lambda request, now, policy: MOST_BYTES // 1024**2,
    "days": lambda request, now, policy: policy.verification.window_days,
    "days_left": lambda request, now, policy: now.number,
}


def fields_of(notice: str, request: Request, happening: Happening, policy: Policy) -> dict[str, object]:
    """The fields of a notice, filled from the request and from what has just happened to it.

    Not for the notices in core.notices.GIVEN.
    """
    return {name: FIELDS[name](request, happening, policy) for name in NOTICES[notice]}
