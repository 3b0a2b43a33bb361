"""One page with every notice in every language and medium side by side, to be read in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.notices import NOTICES
from core.policy import Policy
from flows.ports import Rendered
from templates.render import Texts
from templates.samples import samples

_FOLDER = Path(__file__).parent / "preview"


@dataclass(frozen=True, slots=True)
class Version:
    """A notice in one language."""

    language: str
    mail: Rendered
    chat: Rendered


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice filled in one way; `label` says in which, empty for its own sample."""

    label: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    name: str
    samples: tuple[Shown, ...]


def preview(texts: Texts, policy: Policy) -> str:
    """The page, in HTML; it loads nothing from elsewhere and runs no scripts.

    Raises jinja2.TemplateError for a broken text of the company's own.
    """
    # The policy's own languages first: they are what its customers read.
    languages = sorted(texts.languages, key=lambda language: (language != policy.language, language))
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    notices = [Notice(name, tuple(_shown(texts, name, languages))) for name in NOTICES]
    page = environment.get_template("page.html")
    return page.render(organisation=policy.name, languages=languages, notices=notices)


def _shown(texts: Texts, name: str, languages: list[str]) -> Iterator[Shown]:
    for sample in samples(name):
        yield Shown(
            sample.label,
            tuple(
                Version(
                    language,
                    texts.notice(name, language, sample.fields, False),
                    texts.notice(name, language, sample.fields, True),
                )
                for language in languages
            ),
        )
