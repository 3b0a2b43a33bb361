"""What the audit trail says of a step: codes and names of fields, no personal data."""

from __future__ import annotations

from datetime import datetime

from core.effects import Tell
from core.happenings import Event
from core.lifecycle import Step
from flows.desk import Desk
from flows.store import AuditEntry

#: What the reason of an event is, where it is no coded reason.
_REASONS = {Event.TICKED: "systems", Event.EXTENDED: "dates", Event.THIRD_PARTY: "dates"}


def reference_digest(desk: Desk, reference: str) -> str:
    """By which the audit rows of a request are found once the request itself is erased."""
    return desk.secrets.digest("reference", reference).hex()


def of_step(desk: Desk, step: Step, now: datetime) -> AuditEntry:
    happening, opens = step.happening, step.before is None
    detail = {
        "reference": reference_digest(desk, step.request.reference) if opens else "",
        "channel": step.request.requester.channel.value if opens else "",
        "from": str(step.before or ""),
        "to": str(step.request.status),
        "right": str(happening.right or ""),
        "rights": " ".join(step.request.rights),
        _REASONS.get(happening.event, "reason"): happening.reason,
        "notices": " ".join(effect.notice for effect in step.effects if isinstance(effect, Tell)),
    }
    kept = {key: value for key, value in detail.items() if value}
    return AuditEntry(now, step.request.id, happening.by, happening.event.value, kept)
