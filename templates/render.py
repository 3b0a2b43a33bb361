"""Turns the names of notices and phrases into text, in the reader's language and the company's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context

from core.messages import ChannelName
from core.notices import check_fields
from core.policy import Policy
from core.requests import OnBehalf, Proof, Right, Status
from flows.ports import Rendered
from templates.dates import day_text, moment_text
from templates.phrasebook import Phrasebook, PhraseError

_OWN = Path(__file__).parent
_EMPTY_LINES = re.compile(r"\n{3,}")

#: The files of a notice.
MEDIA = ("subject.txt", "body.txt", "body.html", "chat.txt")

#: The enums that a phrase's field may carry, and the table that has words for them.
_TABLES: Mapping[type, str] = {
    Right: "right",
    Status: "status_label",
    Proof: "proof",
    ChannelName: "channel",
    OnBehalf: "on_behalf",
}


class Texts:
    """Implements flows.ports.Renderer.

    `override` is the company's own folder, laid out like this one (`notices/`, `phrases/`): what stands
    there wins, the rest is taken from here. Raises PhraseError where its phrases do not fit.
    """

    def __init__(self, policy: Policy, override: Path | None = None) -> None:
        folders = [_OWN] if override is None else [_OWN, override]
        self._policy = policy
        self._zone = ZoneInfo(policy.timezone)
        self._phrases = Phrasebook([folder / "phrases" for folder in folders])
        if policy.language not in self._phrases.languages:
            raise PhraseError(f"there are no texts in the policy's first language, {policy.language!r}")
        #: What the policy knows, by language; and the phrases that nothing else goes into.
        self._known = {language: self._common(language) for language in self._phrases.languages}
        self._fixed: dict[tuple[str, str], str] = {}
        self._environment = _environment([folder / "notices" for folder in reversed(folders)])
        self._environment.globals["say"] = self._say
        self._environment.filters.update(
            day=self._day,
            span=self._span,
            right=self._word("right"),
            right_verb=self._word("right_verb"),
            right_done=self._word("right_done"),
            reason=self._word("reason"),
            status_text=self._word("status"),
        )

    def notice(self, name: str, language: str, fields: Mapping[str, object], chat: bool) -> Rendered:
        """A notice of core.notices. Raises WrongFields, and jinja2.TemplateError for a broken template."""
        check_fields(name, fields)
        spoken = self._spoken(language)
        values = {**self._known[spoken], **fields, "language": spoken}
        if chat:
            return Rendered(text=_tidy(self._render(spoken, name, "chat.txt", values)))
        return Rendered(
            text=_tidy(self._render(spoken, name, "body.txt", values)),
            subject=" ".join(self._render(spoken, name, "subject.txt", values).split()),
            html=self._render(spoken, name, "body.html", values),
        )

    def phrase(self, name: str, language: str, /, **fields: object) -> str:
        """A sentence of a dialogue, a button, or a card. Raises PhraseError for a wrong name or field.

        Dates, datetimes (in the policy's time zone), rights and the like, and sequences of them may be
        given as they are; an empty one leaves no gap. What the policy knows (organisation, help_address, …) need not be given.
        """
        spoken = self._spoken(language)
        if fields:
            return self._filled(name, spoken, fields)
        if (name, spoken) not in self._fixed:
            self._fixed[name, spoken] = self._filled(name, spoken, {})
        return self._fixed[name, spoken]

    def _filled(self, name: str, spoken: str, fields: Mapping[str, object]) -> str:
        wanted, known = self._phrases.fields(name), self._known[spoken]
        given = {key: known[key] for key in wanted if key in known} | dict(fields)
        words = {key: self._words(value, spoken) for key, value in given.items()}
        text = self._phrases.fill(name, spoken, words)
        return _EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text

    @property
    def languages(self) -> frozenset[str]:
        """The languages that there are texts in."""
        return self._phrases.languages

    @property
    def environment(self) -> Environment:
        """What reads the templates, for those who look at how they are written."""
        return self._environment

    def _spoken(self, language: str) -> str:
        return language if language in self._phrases.languages else self._policy.language

    def _common(self, language: str) -> dict[str, object]:
        authority = self._policy.authority
        return {
            "organisation": self._policy.name,
            "help_address": self._policy.contact.email,
            "phone": self._policy.contact.phone,
            "authority": authority.name.get(language) or authority.name.get(self._policy.language, ""),
            "authority_url": authority.url,
        }

    def _render(self, language: str, name: str, medium: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(f"{language}/{name}/{medium}").render(values)

    def _words(self, value: object, language: str) -> str:
        if isinstance(value, datetime):
            return moment_text(value.astimezone(self._zone), language)
        if isinstance(value, date):
            return day_text(value, language)
        if isinstance(value, tuple | list):
            return ", ".join(self._words(each, language) for each in value)
        table = _TABLES.get(type(value))
        return self._phrases.fill(f"{table}.{value}", language, {}) if table else str(value)

    # --- what templates can call -----------------------------------------------------------------

    @pass_context
    def _say(self, context: Context, name: str, /, **fields: object) -> str:
        return self.phrase(name, context["language"], **fields)

    @pass_context
    def _day(self, context: Context, day: date, language: str = "") -> str:
        return day_text(day, language or context["language"])

    @pass_context
    def _span(self, context: Context, minutes: int) -> str:
        count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
        return self.phrase(f"span.{unit}{'' if count == 1 else 's'}", context["language"], count=count)

    def _word(self, table: str) -> object:
        @pass_context
        def word(context: Context, key: str) -> str:
            return self.phrase(f"{table}.{key}", context["language"])

        return word


class _Environment(ImmutableSandboxedEnvironment):
    """Templates may be a company's own: they can call what is harmless."""

    def call(self, context: Context, called: Any, /, *args: Any, **fields: Any) -> Any:
        """`say` stands in every line of a letter, and is known to be harmless without looking."""
        say: Any = self.globals["say"]
        if called is not say:
            return super().call(context, called, *args, **fields)
        # What a loop or a block has named: it is in the fields already where `say` wants it.
        for scope in ("_loop_vars", "_block_vars"):
            fields.pop(scope, None)
        return say(context, *args, **fields)


def _environment(folders: list[Path]) -> _Environment:
    return _Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )


def _tidy(text: str) -> str:
    """Paragraphs one blank line apart, no trailing blanks."""
    lines = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    return _EMPTY_LINES.sub("\n\n", lines).strip()
