"""Lays a scoreboard out as Markdown, for the terminal and for the page about recognition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.recognition.finding import Act, Decision
from core.recognition.scoring import Mistake, Rate, Scoreboard

_WORST, _SHOWN = 25, 160  # mistakes, and characters of a text


def page(board: Scoreboard) -> str:
    """All measures, then the worst mistakes with what spoke for them."""
    parts = [_summary(board), _rates(board), _confusion(board), _mistakes(board.mistakes[:_WORST])]
    return "\n\n".join(parts) + "\n"


def _summary(board: Scoreboard) -> str:
    decisions = ", ".join(f"{decision} {board.decisions.get(decision, 0)}" for decision in Decision)
    rows = [
        ("texts", str(board.texts)),
        ("macro-F1 over the rights", f"{board.macro_f1:.3f}"),
        ("act accuracy", f"{board.act_accuracy:.3f}"),
        ("relevant texts not ignored", f"{board.caught:.3f}"),
        (
            "relevance recall / precision by act",
            f"{board.relevance.recall:.3f} / {board.relevance.precision:.3f}",
        ),
        ("on_behalf macro-F1", f"{board.on_behalf_f1:.3f}"),
        ("identifiers F1", f"{board.identifiers.f1:.3f}"),
        ("corrections: new value found / F1", f"{board.corrections.recall:.3f} / {board.corrections.f1:.3f}"),
        ("decided alone: share / exactly right", f"{board.coverage:.3f} / {board.exactness:.3f}"),
        ("decisions", decisions),
    ]
    return _table(("measure", "value"), rows)


def _rates(board: Scoreboard) -> str:
    rows = [(str(name), *_of(rate)) for name, rate in (*board.kinds.items(), *board.on_behalf.items())]
    return _table(("right or person", "texts", "precision", "recall", "F1"), rows)


def _of(rate: Rate) -> tuple[str, ...]:
    return (str(rate.right + rate.missed), f"{rate.precision:.3f}", f"{rate.recall:.3f}", f"{rate.f1:.3f}")


def _confusion(board: Scoreboard) -> str:
    rows = [(str(true), *(str(board.confusion.get((true, found), 0)) for found in Act)) for true in Act]
    return _table(("act: labelled \\ found", *map(str, Act)), rows)


def _mistakes(mistakes: Sequence[Mistake]) -> str:
    rows = [
        (
            f"{one.text.source} {one.text.id}",
            f"{one.text.act} {' '.join(sorted(one.text.kinds))} {one.text.on_behalf}",
            f"{one.finding.act} {' '.join(sorted(one.finding.rights))} {one.finding.on_behalf}",
            f"{one.finding.decision} {one.finding.confidence:.2f}",
            _cell("; ".join(f"{reason.text} → {reason.speaks_for}" for reason in one.finding.reasons)),
            _cell(f"{one.text.subject} {one.finding.new_text}"),
        )
        for one in mistakes
    ]
    return _table(("text", "labelled", "found", "decision", "what spoke for it", "begins"), rows)


def _cell(text: str) -> str:
    return " ".join(text.split())[:_SHOWN].replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
