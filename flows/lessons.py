"""What staff decided otherwise than recognition suggested, as labelled lines to learn from, without the people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.anonymise import anonymised
from core.messages import ChannelName
from core.recognition import Act, Finding, recognise
from core.requests import Request
from flows.store import AuditEntry, Note, UnitOfWork

#: Audit actions by which a person says what a text at triage was.
_SORTED = frozenset({"claimed", "ready", "dismissed"})

Line = Mapping[str, object]


def corrections(uow: UnitOfWork, own: frozenset[str] = frozenset()) -> list[Line]:
    """A labelled line for every decision of a person that differs from the suggestion.

    `own` holds the organisation's own addresses and numbers.
    """
    return [line for request in uow.every_request() for line in _lesson(uow, own, request)]


def _lesson(uow: UnitOfWork, own: frozenset[str], request: Request) -> Iterator[Line]:
    decision = next((entry for entry in uow.audit_trail(request.id) if _is_sorting(entry)), None)
    note = next((note for note in uow.notes(request.id) if note.incoming), None)
    if decision is None or note is None:
        return
    rights = decision.detail.get("rights", "").split()
    if rights != [right.value for right in request.suggestion[:1]]:
        yield _line(own, request, note, rights)


def _is_sorting(entry: AuditEntry) -> bool:
    return entry.action in _SORTED and entry.actor.startswith("staff:")


def _line(own: frozenset[str], request: Request, note: Note, rights: list[str]) -> Line:
    channel = "email" if note.address.channel is ChannelName.EMAIL else "chat"
    finding = recognise(note.text, note.subject, channel, own)
    names = (request.name, note.address.value)
    body = anonymised(finding.new_text, finding.identifiers, names)
    subject = anonymised(note.subject, finding.identifiers, names)
    told = recognise(body, subject, channel, own)
    return {
        "id": f"staff-{request.reference.lower()}",
        "channel": channel,
        "lang": finding.language,
        "subject": subject,
        "body": body,
        "act": Act.NEW.value if rights else Act.NONE.value,
        "kinds": rights,
        "on_behalf": request.on_behalf.value if rights else "self",
        "identifiers": _named(told),
        "correction": None,
    }


def _named(finding: Finding) -> dict[str, list[str]]:
    named = finding.identifiers
    return {"emails": list(named.emails), "phones": list(named.phones), "accounts": list(named.accounts)}
