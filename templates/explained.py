"""A policy in plain sentences, for a lawyer and a manager to read side by side with the published text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.deadlines import Term, Unit
from core.policy import Policy
from templates.dates import day_text
from templates.render import Texts

_FOLDER = Path(__file__).parent / "explain"
#: The languages that a policy can be explained in.
LANGUAGES = ("vi", "en")

_UNITS: Mapping[Unit, str] = {
    Unit.HOURS: "giờ",
    Unit.DAYS: "ngày",
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.MONTHS: "tháng",
}
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_SPANS: Mapping[str, tuple[str, ...]] = {
    "vi": ("năm", "tháng", "tuần", "ngày"),
    "en": ("year", "month", "week", "day"),
}


def explanation(texts: Texts, policy: Policy, language: str, fields: Mapping[str, object]) -> str:
    """The explanation in one of LANGUAGES; a line that begins with "# " is a heading.

    Raises jinja2.UndefinedError where a field is missing.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        term=partial(term_text, language=language),
        period=partial(period_text, language=language),
        source=source_text if language == "vi" else str,
        number=partial(_number, language=language),
        word=lambda name: _word(policy, name, language),
        day=lambda day: _day(day, language),
    )
    words = {"policy": policy, "say": lambda name: texts.phrase(name, language)}
    return environment.get_template(f"{language}.txt").render(words | dict(fields))


def term_text(term: Term, language: str) -> str:
    """ "15 working days", "15 ngày làm việc"."""
    return f"{term.count} {_UNITS[term.unit]}" if language == "vi" else str(term)


def period_text(period: object, language: str) -> str:
    """An ISO 8601 duration in words: "P2Y6M" is "2 years 6 months"."""
    found = _PERIOD.fullmatch(str(period))
    if not found:
        return str(period)
    parts = (
        (int(count), unit) for count, unit in zip(found.groups(), _SPANS[language], strict=True) if count
    )
    return " ".join(
        f"{count} {unit}{'s' if language == 'en' and count != 1 else ''}" for count, unit in parts
    )


def _word(policy: Policy, name: str, language: str) -> str:
    """One of the policy's own names; an event without a word of its own loses its underscores."""
    found = policy.word(name, language)
    return found.replace("_", " ") if found == name else found


def _number(number: int, language: str) -> str:
    return f"{number:,}".replace(",", "." if language == "vi" else ",")


def _day(day: date, language: str) -> str:
    return day_text(day, language)


# --- Vietnamese citations --------------------------------------------------------------------------

_CITED = re.compile(r"(Law|Decree) (\d+/\d{4}) art\. (.+)")
_ARTICLE = re.compile(r"(\d+)(?:\.(\d+))?(?:\.([a-zđ]))?")
_LAWS: Mapping[str, str] = {"91/2025": "Luật số 91/2025/QH15"}


def source_text(source: str) -> str:
    """A source as a Vietnamese office cites it: "khoản 3 Điều 5 Nghị định số 356/2025/NĐ-CP".

    What is written otherwise than "Law 91/2025 art. 4.1.c; Decree 356/2025 art. 5.3" stays as it is.
    """
    return "; ".join(map(_cited, source.split("; ")))


def _cited(part: str) -> str:
    found = _CITED.fullmatch(part)
    articles = [_ARTICLE.fullmatch(each) for each in found[3].split(", ")] if found else []
    if not found or not all(articles):
        return part
    act = (
        f"Nghị định số {found[2]}/NĐ-CP" if found[1] == "Decree" else _LAWS.get(found[2], f"Luật {found[2]}")
    )
    return f"{', '.join(_article(each) for each in articles if each)} {act}"


def _article(found: re.Match[str]) -> str:
    article, clause, point = found.groups()
    parts = (point and f"điểm {point}", clause and f"khoản {clause}", f"Điều {article}")
    return " ".join(part for part in parts if part)
