"""Tries every notice in every language with its samples, so that a broken text is found before a customer is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from jinja2 import TemplateError

from core.notices import NOTICES
from templates.render import MEDIA, Texts

_SHARED = Path(__file__).parent / "notices"


def template_problems(texts: Texts, override: Path | None = None) -> list[str]:
    """What is wrong with the texts, one plain sentence each; empty where all is well.

    A file in the company's own folder `override` that no notice would ever read is a mistake too.
    """
    unread_files = (f"{file}: no notice reads this file" for file in unread(texts, override))
    return [*(f"{place}: {what}" for place, what in broken(texts)), *unread_files]


def broken(texts: Texts, names: Collection[str] = NOTICES.keys()) -> Iterator[tuple[str, str]]:
    """Those notices that cannot be rendered: where ("notices/vi/code (mail)"), and what the matter is."""
    for language in sorted(texts.languages):
        for name in names:
            sample = NOTICES[name]
            for chat in (False, True):
                medium = "chat" if chat else "mail"
                try:
                    for fields in (sample, _other_way(sample)):
                        texts.notice(name, language, fields, chat)
                except TemplateError as error:
                    yield f"notices/{language}/{name} ({medium})", error.message or type(error).__name__


def _other_way(sample: Mapping[str, object]) -> dict[str, object]:
    """The sample with yes and no exchanged, so that both branches of a text are tried."""
    return {key: not value if isinstance(value, bool) else value for key, value in sample.items()}


def unread(texts: Texts, override: Path | None) -> Iterator[str]:
    """The files in the company's own folder that no notice would ever read."""
    if override is None:
        return
    known = {Path(path.name) for path in _SHARED.iterdir() if path.is_file()}
    known |= {Path(lang, name, medium) for lang in texts.languages for name in NOTICES for medium in MEDIA}
    folder = override / "notices"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder) not in known:
            yield f"notices/{path.relative_to(folder)}"
