from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.notices import NOTICES, REFUSAL_REASONS, Line
from core.policy import Policy
from core.requests import OnBehalf, Right, Status
from templates.render import Texts

LANGUAGES = ("vi", "en")
#: Told in both languages at once, since nobody knows which one the reader speaks.
IN_BOTH = {"unreadable_language", "too_large"}
EVERY = [pytest.param(name, language, id=f"{language}-{name}") for name in NOTICES for language in LANGUAGES]
#: What staff write in words of their own.
_OF_A_BREACH = {"happened", "data", "consequences", "measures", "advice"}
TYPED = {"question", "answer", "why", "details", "changes"} | _OF_A_BREACH
#: Letters that Vietnamese has and English has not.
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ]")
UNFINISHED = re.compile(r"{{|}}|{%|\{|\}|None|[Uu]ndefined|True|False|TODO|\*\*")


def variants(name: str) -> Iterator[dict[str, object]]:
    """The samples of a notice in every combination of yes and no, on whose behalf, status and reason."""
    sample = dict(NOTICES[name])
    choices: dict[str, list[object]] = {
        key: [True, False] for key, value in sample.items() if isinstance(value, bool)
    }
    choices |= {key: list(values) for key, values in _CHOICES.items() if key in sample}
    for combination in product(*choices.values()):
        yield sample | dict(zip(choices, combination, strict=True))


_DAY = date(2026, 12, 3)
_CHOICES: dict[str, list[object]] = {
    "on_behalf": list(OnBehalf),
    "status": list(Status),
    "reason": list(REFUSAL_REASONS),
    "right": list(Right),
    "tries_left": [0, 1, 2],
    "days_left": [1, 7],
    "minutes": [10, 60, 1440],
    "lines": [
        tuple(Line(right, _DAY) for right in Right),
        tuple(Line(right, _DAY, "completed") for right in Right),
        tuple(Line(right, _DAY, "refused", reason) for right, reason in product(Right, REFUSAL_REASONS)),
    ],
}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_notice_renders_completely_in_every_medium(texts: Texts, name: str, language: str) -> None:
    for fields in variants(name):
        mail, chat = (texts.notice(name, language, fields, chat) for chat in (False, True))
        for text in (mail.subject, mail.text, chat.text, _first(mail.html, "body").text()):
            assert text.strip()
            assert not UNFINISHED.search(text)
        assert not chat.subject
        assert not chat.html


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_plain_text_has_paragraphs_one_blank_line_apart_and_no_trailing_blanks(
    texts: Texts, name: str, language: str
) -> None:
    for fields, chat in product(variants(name), (False, True)):
        text = texts.notice(name, language, fields, chat).text
        assert "\n\n\n" not in text
        assert not re.search(r"[ \t]$", text, re.MULTILINE)
        assert text == text.strip()
        assert "  " not in text


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_mail_greets_at_the_start_and_signs_in_a_paragraph_of_its_own(
    texts: Texts, name: str, language: str
) -> None:
    paragraphs = texts.notice(name, language, NOTICES[name], False).text.split("\n\n")
    # A company is written to by its name.
    partner = {"vi": "Kính gửi Hoa Sen Mail,", "en": "Dear Hoa Sen Mail,"}[language]
    assert paragraphs[0] == (partner if name == "instruction" else texts.phrase("letter.greeting", language))
    assert paragraphs[-2] == f"{texts.phrase('letter.closing', language)}\nTrường Hoa Sen"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_subject_is_one_line_with_the_reference_once(texts: Texts, name: str, language: str) -> None:
    fields = NOTICES[name]
    subject = texts.notice(name, language, fields, False).subject
    assert len(subject.splitlines()) == 1
    assert len(subject) < 90
    assert subject.count("[MC-7K3F-9Q2X]") == subject.count("MC-") == ("reference" in fields)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_is_well_formed_and_loads_nothing_from_elsewhere(texts: Texts, name: str, language: str) -> None:
    html = texts.notice(name, language, NOTICES[name], False).html
    tree = LexborHTMLParser(html)
    assert _first(html, "html").attributes["lang"] == language
    assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("title")) == 1
    assert not tree.css("script, link, img, iframe, object, form, [src], [style], [background], [onclick]")
    assert not re.search(r"url\(|@import", html)
    allowed = {"https://authority.example", NOTICES[name].get("link")}
    assert {link.attributes["href"] for link in tree.css("a")} <= allowed
    for tag in ("p", "ul", "li", "main", "footer", "strong", "blockquote"):
        assert len(re.findall(rf"<{tag}\b", html)) == html.count(f"</{tag}>")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_says_word_for_word_what_the_plain_text_says(texts: Texts, name: str, language: str) -> None:
    for fields in variants(name):
        mail = texts.notice(name, language, fields, False)
        main = _first(mail.html, "main")
        for heading in main.css("h1"):
            heading.decompose()
        assert _words(main.text(separator=" ")) == _words(mail.text)


def _first(html: str, tag: str) -> LexborNode:
    node = LexborHTMLParser(html).css_first(tag)
    assert node is not None
    return node


def _words(text: str) -> list[str]:
    return re.findall(r"[\w@:/.+]*\w", text)


@pytest.mark.parametrize("name", sorted(NOTICES.keys() - IN_BOTH))
def test_each_language_is_written_in_its_own_letters(texts: Texts, policy: Policy, name: str) -> None:
    # What a member of staff typed is in a language of their own.
    typed = {field: _like(NOTICES[name][field]) for field in NOTICES[name].keys() & TYPED}
    fields = dict(NOTICES[name]) | typed
    for chat in (False, True):
        assert VIETNAMESE.search(texts.notice(name, "vi", fields, chat).text)
        english = texts.notice(name, "en", fields, chat).text.replace(policy.name, "")
        assert unicodedata.normalize("NFD", english).isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_in_another_language_is_answered_in_both(texts: Texts, language: str) -> None:
    for chat in (False, True):
        text = texts.notice("unreadable_language", language, NOTICES["unreadable_language"], chat).text
        assert "thứ Năm, 26/11/2026" in text
        assert "Thursday, 26 November 2026" in text


def _like(value: object) -> object:
    return ("?",) if isinstance(value, tuple) else "?"
