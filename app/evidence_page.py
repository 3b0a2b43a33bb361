"""The timeline of one request as a page: who did what, when, by which clock, and what came of every letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.auditing import words_of
from app.evidence_case import Case
from app.evidence_messages import Told
from app.versions import program_version
from core.policy import Policy
from core.requests import Item, Request
from storage.audit import StoredRow
from storage.evidence import Fate
from templates.dates import day_text
from templates.phrasebook import Phrasebook, PhraseError
from templates.render import Texts

_FOLDER = Path(__file__).parents[1] / "templates" / "evidence"

#: Audit rows that say no more than the message beside them.
_SAID_BY_MESSAGES = frozenset({"received", "told"})
#: Details that are for programs, or told in other words.
_SILENT = frozenset({"reference", "from", "to"})
#: Details whose values have words, by the table that holds them.
_VALUES: Mapping[str, str] = {
    "right": "right",
    "rights": "right",
    "reason": "reason_label",
    "notice": "notice",
    "notices": "notice",
    "channel": "channel",
}

#: Where a row stands whose time was tampered with.
_UNREADABLE = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    kind: str
    local: str
    who: str
    title: str
    lines: tuple[tuple[str, str], ...] = ()
    text: str = ""

    @property
    def utc(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Page:
    """Renders a case in one language; `texts` has the words that customers and staff know."""

    def __init__(self, policy: Policy, texts: Texts, language: str) -> None:
        self._policy, self._texts, self._language = policy, texts, language
        self._zone = ZoneInfo(policy.timezone)
        self._words = Phrasebook([_FOLDER])
        self._staff: Mapping[str, str] = {}

    def html(self, case: Case, now: datetime) -> str:
        """The whole page. It fetches nothing from anywhere."""
        environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._staff = case.staff
        return environment.get_template("timeline.html").render(self._values(case, now))

    def _values(self, case: Case, now: datetime) -> dict[str, object]:
        request = case.request
        by_law = request.acknowledge_by if request else None
        return {
            "say": self._say,
            "language": self._language,
            "organisation": self._policy.name,
            "program": program_version(),
            "reference": case.reference,
            "made": self._moment(now),
            "zone": f"UTC{now.astimezone(self._zone).isoformat()[-6:]}",
            "erased": request is None,
            "facts": list(self._facts(case, request)) if request else [],
            "items": [self._item(item) for item in request.items] if request else [],
            "acknowledge_by": day_text(by_law, self._language) if by_law else "",
            "entries": self._entries(case),
            "whole": case.report.whole,
            "rows": case.report.rows,
            "findings": [words_of(finding) for finding in case.report.findings],
            "unguarded": ", ".join(case.unguarded),
            "head": str(case.report.head),
        }

    # --- words ------------------------------------------------------------------------------------

    def _say(self, name: str, **fields: object) -> str:
        return self._words.fill(name, self._language, {key: str(value) for key, value in fields.items()})

    def _word(self, table: str, key: str) -> str:
        """The word for a code; the code itself, spelt out, for one that has none yet."""
        sources: tuple[Callable[[str], str], ...] = (
            self._say,
            lambda name: self._texts.phrase(name, self._language),
        )
        for source in sources:
            try:
                return source(f"{table}.{key}")
            except PhraseError:
                continue
        return key.replace("_", " ")

    def _who(self, actor: str) -> str:
        return self._staff.get(actor) or self._word("actor", actor)

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local:%d/%m/%Y %H:%M:%S}" if self._language == "vi" else f"{local:%-d %b %Y %H:%M:%S}"

    def _day(self, day: date | None) -> str:
        return day_text(day, self._language) if day else "–"

    # --- the request ------------------------------------------------------------------------------

    def _facts(self, case: Case, request: Request) -> Iterator[tuple[str, str]]:
        yield "requester", request.requester.value
        yield "channel", self._word("channel", request.requester.channel)
        if request.name:
            yield "name", request.name
        if request.subject:
            yield "contact", ", ".join(contact.value for contact in request.subject.contacts)
        yield "received", self._moment(request.received_at)
        yield "status", self._word("status_label", request.status)
        yield "on_behalf", self._word("on_behalf", request.on_behalf)
        yield "proof", self._word("proof", request.proof)
        yield "codes", "{} / {}".format(*case.codes)
        if request.approvals:
            yield "approvals", ", ".join(map(self._who, request.approvals))
        if request.closed_at:
            yield "closed", self._moment(request.closed_at)

    def _item(self, item: Item) -> tuple[str, ...]:
        outcome = self._word("outcome", item.outcome)
        if item.reason:
            outcome = f"{outcome}: {self._word('reason_label', item.reason)}"
        dates = (item.due.statute, item.due.promise, item.due.binding)
        return (self._word("right", item.right), *map(self._day, dates), outcome)

    # --- the timeline -----------------------------------------------------------------------------

    def _entries(self, case: Case) -> list[Entry]:
        """What came in stands before what was done about it, and that before what went out."""
        entries = [
            *(self._incoming(each) for each in case.messages.told if each.note.incoming),
            *(self._row(row) for row in case.rows if self._is_told(case, row)),
            *(self._outgoing(each) for each in case.messages.told if not each.note.incoming),
            *(self._untold(fate) for fate in case.messages.untold),
        ]
        return sorted(entries, key=lambda entry: entry.at)

    @staticmethod
    def _is_told(case: Case, row: StoredRow) -> bool:
        return case.request is None or row.action not in _SAID_BY_MESSAGES

    def _entry(
        self, at: datetime, kind: str, who: str, title: str, lines: Iterable[tuple[str, str]], text: str = ""
    ) -> Entry:
        return Entry(at, kind, self._moment(at), who, title, tuple(lines), text)

    def _row(self, row: StoredRow) -> Entry:
        entry, at = row.entry, row.moment or _UNREADABLE
        who, title = self._who(str(row.actor)), self._word("action", str(row.action))
        return self._entry(at, "row", who, title, self._details(entry.detail) if entry else ())

    def _details(self, detail: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        if "to" in detail:
            steps = (detail.get("from"), detail["to"])
            words = [self._word("status_label", step) for step in steps if step]
            yield self._say("detail.status"), " → ".join(dict.fromkeys(words))
        for key, value in detail.items():
            if key not in _SILENT:
                yield self._word("detail", key), self._value(key, value)

    def _value(self, key: str, value: str) -> str:
        table = _VALUES.get(key)
        return ", ".join(self._word(table, each) for each in value.split()) if table else value

    def _incoming(self, told: Told) -> Entry:
        note = told.note
        title = self._say("message.in", address=note.address.value)
        return self._entry(note.at, "in", self._who("requester"), title, self._of_message(told), note.text)

    def _outgoing(self, told: Told) -> Entry:
        note = told.note
        title = self._title(note.notice, note.address.value)
        text = note.text or self._say("message.no_text")
        return self._entry(note.at, "out", self._who("desk"), title, self._of_message(told), text)

    def _untold(self, fate: Fate) -> Entry:
        """A letter that was held back: no message is kept of it."""
        title = self._say("message.out", address=fate.to.value)
        return self._entry(fate.created_at, "out", self._who("desk"), title, self._delivery(fate))

    def _title(self, notice: str, address: str) -> str:
        if not notice:
            return self._say("message.out", address=address)
        return self._say("message.notice", notice=self._word("notice", notice), address=address)

    def _of_message(self, told: Told) -> Iterator[tuple[str, str]]:
        note = told.note
        yield self._word("detail", "channel"), self._word("channel", note.address.channel)
        if note.subject:
            yield self._say("message.subject"), note.subject
        yield self._say("message.file"), f"messages/{told.name}.txt"
        for attachment in note.attachments:
            yield self._say("message.attachment"), attachment.name
        if told.left_out:
            yield self._say("message.original"), self._say("message.original_left_out")
        elif told.original is not None:
            yield self._say("message.original"), f"messages/{told.name}.eml"
        if told.fate is not None:
            yield from self._delivery(told.fate)

    def _delivery(self, fate: Fate) -> Iterator[tuple[str, str]]:
        state, tries = self._word("state", fate.state), fate.attempts
        if fate.settled_at:
            words = self._say("message.tries", state=state, when=self._moment(fate.settled_at), count=tries)
        else:
            words = self._say("message.pending", state=state, count=tries)
        yield self._say("message.delivery"), words
        if fate.said:
            yield self._say("message.said"), fate.said
