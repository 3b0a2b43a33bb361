from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateError
from selectolax.lexbor import LexborHTMLParser

from core.notices import NOTICES, REFUSAL_REASONS
from core.policy import Policy
from templates.preview import preview
from templates.render import Texts


@pytest.fixture(scope="module")
def page(texts: Texts, policy: Policy) -> str:
    return preview(texts, policy)


def test_every_notice_is_shown_and_listed_in_the_contents(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert [section.attributes["id"] for section in tree.css("section")] == list(NOTICES)
    assert [link.attributes["href"] for link in tree.css("nav a")] == [f"#{name}" for name in NOTICES]


def test_a_notice_stands_there_in_each_language_and_medium(page: str, texts: Texts) -> None:
    section = LexborHTMLParser(page).css_first("section#refused")
    assert section is not None
    first = section.css("details")[0]
    assert [each.attributes["lang"] for each in first.css(".media")] == ["vi", "en"]
    for place, language in enumerate(("vi", "en")):
        mail = texts.notice("refused", language, NOTICES["refused"], False)
        assert first.css("iframe")[place].attributes["srcdoc"] == mail.html
        assert first.css("pre:not(.chat)")[place].text() == mail.text
        assert mail.subject in first.css("h3")[place].text()


def test_every_reason_of_a_refusal_can_be_read(page: str) -> None:
    section = LexborHTMLParser(page).css_first("section#refused")
    assert section is not None
    labels = {summary.text() for summary in section.css("summary")}
    assert labels >= {f"reason: {reason}" for reason in REFUSAL_REASONS if reason != "legal_duty"}


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert not tree.css("script, link, img, [src], [onclick]")
    assert all("sandbox" in frame.attributes for frame in tree.css("iframe"))


def test_a_broken_text_is_an_error(policy: Policy, tmp_path: Path) -> None:
    target = tmp_path / "notices" / "en" / "verified" / "chat.txt"
    target.parent.mkdir(parents=True)
    target.write_text("{{ customer }}", encoding="utf-8")
    with pytest.raises(TemplateError, match="customer"):
        preview(Texts(policy, tmp_path), policy)
