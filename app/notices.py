"""Checks the notices, and shows them on one page: `privacydesk notices`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import TemplateError

from app.chosen_policy import chosen
from app.console import Mendable, bad, ok, say
from app.starting import plain_words
from core.notices import NOTICES
from core.policy import Policy
from policies.load import read_policy
from templates.lint import Fault, faults
from templates.preview import preview
from templates.render import Texts

#: Whose names and addresses stand in the texts where nobody names another policy.
_USUAL = "mentracere"


@dataclass(frozen=True, slots=True)
class Question:
    """Which texts, filled in for whom; empty or None where the settings are to say."""

    templates: Path | None
    policy: str
    settings: Path


@dataclass(frozen=True, slots=True)
class _Set:
    texts: Texts
    policy: Policy
    override: Path | None


def lint(question: Question, as_json: bool) -> int:
    """Print what is wrong with the notices; returns 1 if anything is. Raises Mendable."""
    found = _loaded(question)
    wrong = faults(found.texts, found.policy, found.override)
    if as_json:
        say(json.dumps([asdict(fault) for fault in wrong], ensure_ascii=False, indent=2))
    else:
        _print(wrong, found.texts)
    return int(bool(wrong))


def _print(wrong: list[Fault], texts: Texts) -> None:
    for file, faulty in groupby(wrong, key=lambda fault: fault.file):
        bad(file)
        for fault in faulty:
            say(f"    {fault.what}. {fault.mend}")
    if wrong:
        say(f"\nFaults: {len(wrong)}. A file of ours is mended by one of the same name in your own folder.")
    else:
        ok(f"{len(NOTICES)} notices say all they must, in {' and '.join(sorted(texts.languages))}")


def write_preview(question: Question, output: Path) -> None:
    """Write the page. Raises Mendable for broken texts, and where the page cannot be written."""
    found = _loaded(question)
    try:
        page = preview(found.texts, found.policy)
    except TemplateError as error:
        why = f"{error.message or type(error).__name__}. To see which text it is: privacydesk notices lint"
        raise Mendable(f"A text cannot be shown: {why}") from None
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Mendable(f"{output} cannot be written: {error.strerror}. Name another with --output.") from None
    ok(f"{output} is written; open it in a browser")


def _loaded(question: Question) -> _Set:
    with plain_words():
        source, override = _USUAL, question.templates
        if question.policy or question.settings.is_file():
            found = chosen(question.policy, question.settings)
            source, override = found.source, question.templates or found.templates
        if override is not None and not override.is_dir():
            raise Mendable(f"There is no folder {override}. Make it, or name another with --templates.")
        policy = read_policy(source)
        return _Set(Texts(policy, override), policy, override)
