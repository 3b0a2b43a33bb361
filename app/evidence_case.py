"""All that the store holds of one request, read in one transaction that writes down that it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.evidence_messages import Messages, told
from core.messages import Kind
from core.requests import Request
from flows.store import AuditEntry
from storage.audit import StoredRow
from storage.guards import missing_guards
from storage.unit_of_work import SqlUnitOfWork
from storage.verifying import Report


@dataclass(frozen=True, slots=True)
class Case:
    """A request with its messages, its audit rows, and how the whole log was found; `request` None: erased."""

    reference: str
    request_id: str
    request: Request | None
    messages: Messages
    rows: tuple[StoredRow, ...]
    report: Report
    unguarded: tuple[str, ...] = ()
    #: Name by actor, as the audit rows have it: "staff:<id>".
    staff: Mapping[str, str] = field(default_factory=dict)

    def count(self, *actions: str) -> int:
        """How often one of these happened."""
        return sum(row.action in actions for row in self.rows)

    @property
    def codes(self) -> tuple[int, int]:
        """Codes that went out, and wrong answers to them."""
        return self.count("code_sent"), self.count("wrong_code", "codes_used_up")


def find(uow: SqlUnitOfWork, reference: str, digest: str) -> str:
    """The id of the request of a reference, erased or not; empty where there is none."""
    request = uow.by_reference(reference)
    return request.id if request else uow.opened_as(digest)


def write_down(uow: SqlUnitOfWork, request_id: str, now: datetime) -> None:
    """An export is a look like any other."""
    uow.audit(AuditEntry(now, request_id, "operator", "evidence", {}))


def read_case(uow: SqlUnitOfWork, reference: str, request_id: str, report: Report) -> Case:
    """Everything about a request that is not erased."""
    request = uow.request(request_id)
    messages, rows = Messages(), tuple(uow.audit_rows(request_id))
    if request is not None:
        fates, raw = uow.fates_of_letters(request_id), uow.raw_messages(request_id)
        coded = any(fate.kind is Kind.CODE for fate in fates) or any(
            "code_sent" in str(row.action) for row in rows
        )
        messages = told(uow.notes(request_id), fates, raw, coded)
    return Case(
        reference,
        request_id,
        request,
        messages,
        rows,
        report,
        tuple(missing_guards(uow)),
        {f"staff:{member.id}": member.name for member in uow.all_staff()},
    )
