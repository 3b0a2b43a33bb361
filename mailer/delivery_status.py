"""Reads what a mail system reports of a delivery in fields that machines read (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.messages import Unreadable
from mailer.charsets import header_text
from mailer.mime import Headers, Part, read_headers

REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_TEXT_TYPES = frozenset({"text/plain", "text/delivery-status", "message/delivery_status", "multipart/report"})
_NAMED_AT_ALL = re.compile(rb"^(Reporting-MTA|Final-Recipient|Original-Recipient)[ \t]*:", re.I | re.M)
_BLANK_LINES = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})")
_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")
#: More groups of one report are not read.
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the mail for one recipient; `action` and `recipients` in lower case."""

    action: str
    status: str
    #: The address that was written to, where it is told, then the one where delivery ended.
    recipients: tuple[str, ...]

    @property
    def went_wrong(self) -> bool:
        """Whether the recipient did not get the mail, or not yet."""
        return self.action not in ("delivered", "relayed", "expanded") and not self.status.startswith("2")


def deliveries_of(message: Part, in_texts: bool = False) -> tuple[Delivery, ...]:
    """One for each recipient that a report in the message tells of; with `in_texts` also where no part is named so."""
    return tuple(
        _delivery(fields)
        for part in message.walk()
        if part.media_type in REPORT_TYPES or (in_texts and _reports(part))
        for fields in _groups(part)
        if not {"final-recipient", "original-recipient", "action"}.isdisjoint(fields)
    )


def reporting_host(message: Part) -> str:
    """The domain of the mail server that reports; empty where none is told."""
    for part in message.walk():
        if _reports(part):
            for fields in _groups(part):
                if "reporting-mta" in fields:
                    return fields["reporting-mta"][0].rpartition(";")[2].strip().lower()
    return ""


def _reports(part: Part) -> bool:
    if part.media_type in REPORT_TYPES:
        return True
    # Some mail systems name the part wrong, or lose the boundary that would divide it from the others.
    return part.media_type in _TEXT_TYPES and bool(_NAMED_AT_ALL.search(part.body[:64_000]))


def _groups(part: Part) -> Iterator[Headers]:
    for group in _BLANK_LINES.split(part.content()[:256_000], MOST_GROUPS):
        try:
            yield read_headers(group)
        except Unreadable:
            continue


def _delivery(fields: Headers) -> Delivery:
    first = {name: values[0] for name, values in fields.items()}
    told = _STATUS.search(first.get("status", "")) or _STATUS.search(first.get("diagnostic-code", ""))
    return Delivery(
        first.get("action", "").strip().lower().split(" ", 1)[0],
        told[1] if told else "",
        tuple(
            found[0].lower()
            for name in ("original-recipient", "final-recipient", "x-actual-recipient")
            if (found := _ADDRESS.search(header_text(first.get(name, "").rpartition(";")[2])))
        ),
    )
