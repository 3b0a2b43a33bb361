"""The morning board: once on a working day, what staff must know before they begin; without personal data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.board import Board, Waiting, board, ends_on, waits_for
from core.messages import Kind
from core.quiet import is_quiet
from core.requests import Request
from flows import cards, outage
from flows.desk import Desk
from flows.store import UnitOfWork

#: Enough to begin a day with; the whole list is one command away.
MOST = 12


def hang(uow: UnitOfWork, desk: Desk, now: datetime) -> int:
    """Post the board of today where it is time and it was not posted yet; 1 if it was."""
    if desk.staff_chat is None or not _is_time(desk, now):
        return 0
    if not uow.once(f"board:{desk.today(now)}", now):
        return 0
    cards.post(uow, desk, desk.staff_chat, text(uow, desk, now), now, Kind.CARD)
    return 1


def text(uow: UnitOfWork, desk: Desk, now: datetime) -> str:
    """The board as it would be posted now."""
    shown = board(uow.open_requests(), desk.policy, desk.today(now))
    return "\n".join(_lines(uow, desk, shown, now))


def _is_time(desk: Desk, now: datetime) -> bool:
    policy = desk.policy
    hour = now.astimezone(ZoneInfo(policy.timezone)).hour
    night = is_quiet(now, policy.quiet, policy.timezone)
    return hour >= policy.board.hour and not night and desk.works(desk.today(now))


def _lines(uow: UnitOfWork, desk: Desk, shown: Board, now: datetime) -> Iterator[str]:
    yield _say(desk, "head", day=desk.today(now))
    for channel, since in outage.standing(uow, desk):
        yield _say(
            desk, "unread", channel=channel, since=since, hours=int((now - since).total_seconds() // 3600)
        )
    if shown.is_empty:
        yield _say(desk, "empty")
        return
    for name in ("overdue", "today", "week"):
        yield from _part(desk, name, getattr(shown, name))
    yield from _late_systems(desk, shown)
    waiting = (_waiting(desk, who, shown.waiting[who]) for who in Waiting if shown.waiting.get(who))
    yield _say(desk, "waiting", who=", ".join(waiting))


def _part(desk: Desk, name: str, requests: Sequence[Request]) -> Iterator[str]:
    if requests:
        yield _say(desk, name, count=len(requests))
    for request in requests[:MOST]:
        rights = ", ".join(
            desk.texts.phrase(f"right.{i.right}", desk.staff_language) for i in request.open_items
        )
        what = rights or desk.texts.phrase(f"status_label.{request.status}", desk.staff_language)
        who = _say(desk, f"turn_{waits_for(request, desk.policy)}")
        yield _say(desk, "line", reference=request.reference, what=what, day=ends_on(request), who=who)
    if len(requests) > MOST:
        yield _say(desk, "more", count=len(requests) - MOST)


def _late_systems(desk: Desk, shown: Board) -> Iterator[str]:
    if shown.late_systems:
        yield _say(desk, "late_systems", count=len(shown.late_systems))
    for request, entry in shown.late_systems[:MOST]:
        name = desk.policy.word(entry.system.name, desk.staff_language)
        named = {"reference": request.reference, "system": name, "owner": entry.system.owner}
        yield _say(desk, "late_system", **named, day=entry.due)
    if len(shown.late_systems) > MOST:
        yield _say(desk, "more", count=len(shown.late_systems) - MOST)


def _waiting(desk: Desk, who: Waiting, count: int) -> str:
    return _say(desk, f"waits_{who}", count=count)


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(f"board.{phrase}", desk.staff_language, **fields)
