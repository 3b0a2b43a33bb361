from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from selectolax.lexbor import LexborHTMLParser

from core.messages import ChannelName
from core.notices import NOTICES, REFUSAL_REASONS, WrongFields
from core.policy import Policy
from core.requests import OnBehalf, Outcome, Proof, Right, Status
from templates.phrasebook import PhraseError
from templates.render import Texts

LANGUAGES = ("vi", "en")
_DAY = date(2026, 12, 3)

# --- fields ---------------------------------------------------------------------------------------

HOSTILE = "<b>&\"'{{ 7 * 7 }}{% raw %}{0}%s\n\nsecond line"


def test_what_people_write_is_escaped_in_html_and_verbatim_in_text(texts: Texts) -> None:
    fields = {"reference": "MC-7K3F-9Q2X", "question": HOSTILE}
    mail = texts.notice("needs_more", "vi", fields, False)
    assert HOSTILE in mail.text
    assert HOSTILE in texts.notice("needs_more", "vi", fields, True).text
    assert "<b>" not in mail.html
    quote = LexborHTMLParser(mail.html).css_first("blockquote")
    assert quote is not None
    assert quote.text() == HOSTILE


def test_line_breaks_in_a_field_cannot_break_the_subject(texts: Texts) -> None:
    fields = {"reference": "MC-1\r\nBcc: all@example.com", "question": "?"}
    assert texts.notice("needs_more", "en", fields, False).subject.startswith("[MC-1 Bcc: all@example.com]")


@pytest.mark.parametrize("fields", [{}, {"reference": "MC-1", "tries_left": 1, "name": "Lan"}])
def test_a_missing_or_undeclared_field_is_refused(texts: Texts, fields: dict[str, object]) -> None:
    with pytest.raises(WrongFields):
        texts.notice("wrong_code", "vi", fields, False)


def test_an_unknown_notice_is_refused(texts: Texts) -> None:
    with pytest.raises(WrongFields):
        texts.notice("congratulations", "vi", {}, False)


# --- phrases --------------------------------------------------------------------------------------


def test_a_phrase_takes_exactly_its_own_fields(texts: Texts) -> None:
    assert texts.phrase("alert.due_today", "en", reference="MC-1") == "MC-1: due TODAY."
    for fields in ({}, {"reference": "MC-1", "name": "Lan"}):
        with pytest.raises(PhraseError, match=r"alert\.due_today"):
            texts.phrase("alert.due_today", "en", **fields)
    with pytest.raises(PhraseError, match="greetings"):
        texts.phrase("dialogue.greetings", "en")


def test_a_phrase_speaks_dates_moments_rights_and_states(texts: Texts) -> None:
    evening = datetime(2026, 12, 2, 18, 5, tzinfo=UTC)
    said = texts.phrase("card.decided", "vi", decision="Đã phê duyệt", name="Hà", when=evening)
    assert said == "Đã phê duyệt: Hà, 01:05 thứ Năm, 03/12/2026"
    assert texts.phrase("card.acknowledge_by", "en", day=_DAY) == "Acknowledge by: Thursday, 3 December 2026"
    assert texts.phrase("card.suggestion", "en", rights=(Right.ACCESS, Right.INQUIRY)) == (
        "Suggestion: Access to personal data, Question about personal data"
    )
    assert texts.phrase("card.proof", "en", proof=Proof.BY_HAND) == "Identity: checked by hand"
    assert texts.phrase("card.channel", "en", channel=ChannelName.ZALO) == "Channel: Zalo"
    assert texts.phrase("card.title", "en", reference="MC-1", status=Status.LAPSED) == "MC-1 · Closed for now"


def test_a_phrase_may_have_fields_called_name_and_language(texts: Texts) -> None:
    assert texts.phrase("staff.details_name", "en", name="Lan") == "Name given: Lan"
    assert texts.phrase("card.language", "en", language="English") == "Language: English"


def test_a_phrase_knows_the_organisation(texts: Texts) -> None:
    assert "Trường Hoa Sen" in texts.phrase("dialogue.greeting", "en")
    assert "help@example.com" in texts.phrase("dialogue.help", "vi")


def test_what_people_write_stays_verbatim_in_a_phrase(texts: Texts) -> None:
    said = texts.phrase("dialogue.confirm", "en", rights=(Right.ACCESS,), details=HOSTILE)
    assert HOSTILE in said


def test_an_empty_field_leaves_no_gap_in_a_phrase(texts: Texts) -> None:
    said = texts.phrase("dialogue.confirm", "en", rights=(Right.ACCESS,), details="")
    assert "\n\n\n" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_coded_value_has_words(texts: Texts, language: str) -> None:
    tables = {
        "right": Right,
        "right_verb": Right,
        "right_done": Right,
        "button": Right,
        "reason": REFUSAL_REASONS,
        "reason_label": REFUSAL_REASONS,
        "after_refusal": REFUSAL_REASONS,
        "instruction": Right,
        "status": Status,
        "status_label": Status,
        "proof": Proof,
        "channel": ChannelName,
        "on_behalf": OnBehalf,
        "language": LANGUAGES,
    }
    for table, values in tables.items():
        assert all(texts.phrase(f"{table}.{value}", language) for value in values)
    assert all(texts.phrase(f"card.item_{outcome}", language, **_item(outcome)) for outcome in Outcome)


def _item(outcome: Outcome) -> dict[str, object]:
    extra: dict[Outcome, dict[str, object]] = {
        Outcome.OPEN: {"due": _DAY},
        Outcome.REFUSED: {"reason": "x"},
        Outcome.COMPLETED: {},
    }
    return {"right": Right.ACCESS, **extra[outcome]}


# --- the company's own texts ----------------------------------------------------------------------


def _write(folder: Path, path: str, text: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def test_the_companys_own_texts_win_and_the_rest_stays(policy: Policy, tmp_path: Path) -> None:
    _write(tmp_path, "notices/en/verified/subject.txt", "[{{ reference }}] All set, says {{ organisation }}")
    _write(tmp_path, "phrases/en.toml", '[button]\naccess = "Show me"\n')
    texts = Texts(policy, tmp_path)
    verified = texts.notice("verified", "en", NOTICES["verified"], False)
    assert verified.subject == "[MC-7K3F-9Q2X] All set, says Trường Hoa Sen"
    assert verified.text == Texts(policy).notice("verified", "en", NOTICES["verified"], False).text
    assert texts.phrase("button.access", "en") == "Show me"
    assert texts.phrase("button.access", "vi") == Texts(policy).phrase("button.access", "vi")


def test_a_template_that_uses_an_unknown_field_is_an_error(policy: Policy, tmp_path: Path) -> None:
    _write(tmp_path, "notices/en/verified/chat.txt", "Dear {{ customer_name }}")
    with pytest.raises(UndefinedError, match="customer_name"):
        Texts(policy, tmp_path).notice("verified", "en", NOTICES["verified"], True)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ reference.__class__.__mro__ }}",
        "{{ say.__globals__ }}",
        "{{ say.__self__._policy }}",
        "{{ lines.__getitem__.__globals__ }}",
        "{{ ''.format.__globals__ }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(policy: Policy, tmp_path: Path, attack: str) -> None:
    _write(tmp_path, "notices/en/verified/chat.txt", attack)
    with pytest.raises((SecurityError, UndefinedError)):
        Texts(policy, tmp_path).notice("verified", "en", NOTICES["verified"], True)


def test_a_policy_in_a_language_without_texts_is_refused_at_once(policy: Policy) -> None:
    with pytest.raises(PhraseError, match="'fr'"):
        Texts(replace(policy, languages=("fr", "vi")))


def test_an_unknown_language_falls_back_to_the_policys_first(texts: Texts, policy: Policy) -> None:
    english_first = Texts(replace(policy, languages=("en", "vi")))
    assert texts.notice("verified", "fr", NOTICES["verified"], True).text.startswith("Cảm ơn")
    assert english_first.notice("verified", "fr", NOTICES["verified"], True).text.startswith("Thank you")
    assert texts.phrase("right.deletion", "") == texts.phrase("right.deletion", "vi")
