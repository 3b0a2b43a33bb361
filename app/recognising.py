"""`privacydesk recognise`, `score` and `corrections`: what the desk makes of texts, and what staff made of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Mendable, ok, say

if TYPE_CHECKING:
    from core.recognition import Finding
    from core.recognition.scoring import Labelled, Mistake, Scoreboard

#: Texts shown among the worst mistakes.
_WORST = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look at."""

    id: str
    body: str
    subject: str = ""
    channel: str = "email"


def recognise_all(paths: list[str], as_lines: bool) -> None:
    """Say of each text what it asks for; `-` is standard input. Raises Mendable."""
    for text in _texts(paths or ["-"]):
        finding = _finding(text)
        if as_lines:
            print(json.dumps(as_object(text.id, finding), ensure_ascii=False))
        else:
            _tell(text, finding)


def as_object(text_id: str, finding: Finding) -> dict[str, object]:
    """A finding as one JSON object."""
    named = finding.identifiers
    corrections = [{"field": c.field, "old": c.old, "new": c.new} for c in finding.corrections]
    return {
        "id": text_id,
        "act": finding.act.value,
        "kinds": [right.value for right in finding.rights],
        "on_behalf": finding.on_behalf.value,
        "identifiers": {
            "emails": list(named.emails),
            "phones": list(named.phones),
            "accounts": list(named.accounts),
        },
        "correction": corrections or None,
        "lang": finding.language,
        "confidence": finding.confidence,
        "decision": finding.decision.value,
        "reasons": [{"text": reason.text, "speaks_for": reason.speaks_for} for reason in finding.reasons],
        "new_text": finding.new_text,
    }


def _finding(text: Text) -> Finding:
    from core.recognition import recognise

    return recognise(text.body, text.subject, text.channel)


def _tell(text: Text, finding: Finding) -> None:
    rights = ", ".join(f"{right} ({finding.kinds[right]:.0%})" for right in finding.rights)
    say(f"{text.id}: {finding.act}{f', {rights}' if rights else ''}", style="bold")
    say(f"  decision   {finding.decision} (sure of everything: {finding.confidence:.0%})")
    say(f"  language   {finding.language}; for {finding.on_behalf}")
    named = (*finding.identifiers.emails, *finding.identifiers.phones, *finding.identifiers.accounts)
    if named:
        say(f"  known by   {', '.join(named)}")
    for correction in finding.corrections:
        say(f"  correct    {correction.field}: {correction.old or '?'} → {correction.new}")
    for reason in finding.reasons:
        say(f"  because    “{reason.text}” speaks for {reason.speaks_for}")


# --- reading ----------------------------------------------------------------------------------------


def _texts(paths: Iterable[str]) -> Iterator[Text]:
    for path in paths:
        if path == "-":
            yield from _of_content("-", sys.stdin.buffer.read())
        else:
            try:
                yield from _of_content(path, Path(path).read_bytes())
            except OSError as error:
                raise Mendable(f"{path} cannot be read: {error.strerror}.") from None


def _of_content(name: str, content: bytes) -> Iterator[Text]:
    """A mail by its name, JSON lines by their first character, anything else is a plain text."""
    if name.endswith(".eml"):
        yield _mail(name, content)
    elif content.lstrip().startswith(b"{"):
        yield from _json_lines(name, content.decode("utf-8", "replace"))
    else:
        yield Text(name, content.decode("utf-8", "replace"))


def _json_lines(name: str, content: str) -> Iterator[Text]:
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield _json_text(name, number, line)


def _json_text(name: str, number: int, line: str) -> Text:
    try:
        given: Mapping[str, object] = json.loads(line)
        fields = {key: str(given.get(key) or "") for key in ("id", "body", "subject", "channel")}
    except (ValueError, AttributeError):
        raise Mendable(
            f"{name}, line {number}: no JSON object. Each line wants id, channel, subject and body."
        ) from None
    return Text(fields["id"] or str(number), fields["body"], fields["subject"], fields["channel"] or "email")


def _mail(name: str, content: bytes) -> Text:
    from core.messages import RawMessage, Unreadable
    from mailer.parse import parse_mail

    try:
        mail = parse_mail(RawMessage(name, content, datetime.now(UTC)), "help@example.com")
    except Unreadable as problem:
        raise Mendable(f"{name} cannot be read as a mail: {problem}.") from None
    return Text(name, mail.text, mail.subject)


# --- scoring ----------------------------------------------------------------------------------------


def score_file(path: Path) -> None:
    """Print the scoreboard of a file of labelled texts. Raises Mendable."""
    from core.recognition.scoring import BadLabels, read_labelled, score

    try:
        with path.open(encoding="utf-8") as lines:
            labelled = read_labelled(path.name, lines)
    except OSError as error:
        raise Mendable(f"{path} cannot be read: {error.strerror}.") from None
    except BadLabels as error:
        raise Mendable(f"{error}. Each line must be labelled as in corpus/GUIDELINES.md.") from None
    if not labelled:
        raise Mendable(f"{path} holds no text.")
    _print_scores(score(labelled, [_finding(_as_text(one)) for one in labelled]))


def _as_text(labelled: Labelled) -> Text:
    return Text(labelled.id, labelled.body, labelled.subject, labelled.channel)


def _print_scores(board: Scoreboard) -> None:
    from app.console import table

    rows = [
        (right.value, f"{rate.precision:.3f}", f"{rate.recall:.3f}", f"{rate.f1:.3f}")
        for right, rate in board.kinds.items()
    ]
    table(("right", "precision", "recall", "F1"), rows)
    for name, value in _measures(board):
        say(f"{name:<42}{value}")
    table(
        ("labelled", "found", "texts"),
        [(true.value, found.value, str(n)) for (true, found), n in sorted(board.confusion.items())],
    )
    for mistake in board.mistakes[:_WORST]:
        _tell_mistake(mistake)


def _measures(board: Scoreboard) -> Iterator[tuple[str, str]]:
    relevance, corrections = board.relevance, board.corrections
    yield "texts", str(board.texts)
    yield "macro-F1 over the rights", f"{board.macro_f1:.3f}"
    yield "act accuracy", f"{board.act_accuracy:.3f}"
    yield "relevance: caught / precision", f"{board.caught:.3f} / {relevance.precision:.3f}"
    yield "on_behalf macro-F1", f"{board.on_behalf_f1:.3f}"
    yield "identifiers F1", f"{board.identifiers.f1:.3f}"
    yield (
        "corrections: new values found / precision",
        f"{corrections.recall:.3f} / {corrections.precision:.3f}",
    )
    yield "decided alone: share / exactly right", f"{board.coverage:.3f} / {board.exactness:.3f}"


def _tell_mistake(mistake: Mistake) -> None:
    labelled, finding = mistake.text, mistake.finding
    meant = ", ".join(sorted(labelled.kinds)) or labelled.act.value
    found = ", ".join(finding.rights) or finding.act.value
    say(
        f"{labelled.id}: {meant} was taken for {found} ({finding.decision}, {finding.confidence:.0%})",
        "yellow",
    )
    say("  because " + "; ".join(f"“{reason.text}” → {reason.speaks_for}" for reason in finding.reasons))


# --- what staff decided otherwise -------------------------------------------------------------------


def export_corrections(settings: Path, target: Path) -> None:
    """Write what staff decided otherwise as labelled lines, identifiers and names replaced. Raises Mendable."""
    from app.looking import read
    from flows.lessons import corrections
    from flows.store import AuditEntry, UnitOfWork

    def work(uow: UnitOfWork) -> list[Mapping[str, object]]:
        found = corrections(uow)
        uow.audit(AuditEntry(datetime.now(UTC), "", "operator", "corrections", {"count": str(len(found))}))
        return found

    lines = read(settings, work)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Mendable(f"{target} cannot be written: {error.strerror}.") from None
    ok(f"wrote {len(lines)} lines to {target}; read them before they leave this machine")
    say(f"Train with them: make model EXTRA={target}")
