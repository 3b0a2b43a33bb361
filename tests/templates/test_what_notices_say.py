"""What each notice says: to whom it matters what is in it, and what must not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from core.notices import NOTICES, REFUSAL_REASONS, Kept, Line
from core.policy import Authority, Contact, Policy
from templates.dates import day_text
from templates.render import Texts

LANGUAGES = ("vi", "en")
_DAY = date(2026, 12, 3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chat", [False, True])
def test_an_acknowledgement_tells_reference_rights_dates_and_where_to_complain(
    texts: Texts, language: str, chat: bool
) -> None:
    text = texts.notice("acknowledgement", language, NOTICES["acknowledgement"], chat).text
    for right, day in (("access", date(2026, 12, 3)), ("deletion", date(2026, 12, 11))):
        line = texts.phrase(
            "letter.line", language, what=texts.phrase(f"right_verb.{right}", language), due=day
        )
        assert f"- {line}" in text
    for told in ("MC-7K3F-9Q2X", "help@example.com", "A05", "https://authority.example"):
        assert told in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_field_of_an_acknowledgement_can_tell_whether_somebody_is_on_file(
    texts: Texts, language: str
) -> None:
    assert NOTICES["acknowledgement"].keys() == {
        "reference",
        "lines",
        "received",
        "proof_needed",
        "code_hours",
        "on_behalf",
    }
    text = texts.notice("acknowledgement", language, NOTICES["acknowledgement"], False).text
    assert {"vi": "Nếu thông tin bạn cung cấp khớp", "en": "If the details you gave match"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_does_not_tell_whether_somebody_is_on_file(texts: Texts, language: str) -> None:
    lines = (Line("access", _DAY, "refused", "not_on_file"),)
    absent = {"reference": "MC-7K3F-9Q2X", "lines": lines, "reason": "not_on_file"}
    unproven = absent | {"reason": "not_proven"}
    assert texts.notice("refused", language, absent, False) == texts.notice(
        "refused", language, unproven, False
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chat", [False, True])
def test_a_code_warns_of_deletion_only_where_something_is_deleted(
    texts: Texts, language: str, chat: bool
) -> None:
    warning = {"vi": "không lấy lại được", "en": "cannot be brought back"}[language]
    fields = dict(NOTICES["code"])
    assert warning in texts.notice("code", language, fields, chat).text
    assert (
        warning not in texts.notice("code", language, fields | {"lines": (Line("access", _DAY),)}, chat).text
    )
    assert "4821 9077" in texts.notice("code", language, fields, chat).text
    assert "4821" not in texts.notice("code", language, fields, False).subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_completion_tells_each_right_and_why_one_was_refused(texts: Texts, language: str) -> None:
    text = texts.notice("completed", language, NOTICES["completed"], False).text
    assert texts.phrase("right_done.access", language) in text
    assert texts.phrase("right_done.deletion", language) not in text
    assert texts.phrase("reason.legal_duty", language) in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chat", [False, True])
def test_a_completion_tells_what_is_kept_and_who_was_told_beside_the_right_it_is_about(
    texts: Texts, language: str, chat: bool
) -> None:
    lines = (
        Line("deletion", _DAY, "completed", kept=(Kept("Payments", "tax law", 7), Kept("Logs", "safety"))),
        Line("correction", _DAY, "completed", informed=("Hoa Sen Mail",)),
    )
    text = texts.notice("completed", language, {**NOTICES["completed"], "lines": lines}, chat).text
    deletion, correction = (line for line in text.splitlines() if line.startswith("- "))
    span = {"vi": "trong 7 năm", "en": "for 7 years"}[language]
    assert f"Payments, {span} (tax law); Logs (safety)." in deletion
    assert "Hoa Sen Mail" in correction
    assert "Hoa Sen Mail" not in deletion


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_completion_says_partly_and_names_the_court_only_where_something_was_refused(
    texts: Texts, language: str
) -> None:
    partly = texts.notice("completed", language, NOTICES["completed"], False)
    whole = {"lines": (Line("access", _DAY, "completed"),)}
    wholly = texts.notice("completed", language, {**NOTICES["completed"], **whole}, False)
    court = texts.phrase("letter.court", language)
    assert court in partly.text
    assert court not in wholly.text
    assert partly.subject == wholly.subject + {"vi": " một phần", "en": " in part"}[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REFUSAL_REASONS)
def test_a_refusal_says_what_can_be_done_about_its_reason(texts: Texts, language: str, reason: str) -> None:
    fields = {**NOTICES["refused"], "reason": reason, "lines": (Line("deletion", _DAY, "refused", reason),)}
    for chat in (False, True):
        text = texts.notice("refused", language, fields, chat).text
        assert f"{texts.phrase(f'reason.{reason}', language)} " in text
        assert texts.phrase(f"after_refusal.{reason}", language) in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["code", "code_for_agent"])
def test_a_code_that_is_sent_again_says_that_the_old_one_is_over(
    texts: Texts, language: str, name: str
) -> None:
    over = {"vi": "mã cũ không còn dùng được", "en": "which no longer works"}[language]
    for chat in (False, True):
        assert over not in texts.notice(name, language, NOTICES[name], chat).text
        assert over in texts.notice(name, language, {**NOTICES[name], "again": True}, chat).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_extension_tells_both_dates_and_the_reason(texts: Texts, language: str) -> None:
    for chat in (False, True):
        text = texts.notice("extension", language, NOTICES["extension"], chat).text
        for told in (date(2026, 12, 11), date(2026, 12, 31)):
            assert day_text(told, language) in text
        assert str(NOTICES["extension"]["why"]) in text


def test_a_company_without_phone_and_authority_leaves_no_gap(policy: Policy) -> None:
    bare = Texts(replace(policy, contact=Contact("help@example.com"), authority=Authority({})))
    for name, language in product(NOTICES, LANGUAGES):
        mail = bare.notice(name, language, NOTICES[name], False)
        last = mail.text.splitlines()[-1]
        assert last == bare.phrase("letter.contact", language)
        assert "()" not in mail.text
        assert ("<a" in mail.html) is ("link" in NOTICES[name])
    declined = bare.notice("declined", "en", NOTICES["declined"], True).text
    assert declined.endswith("please tell us at help@example.com.")


def test_the_authority_is_named_in_the_policys_language_where_the_readers_is_missing(policy: Policy) -> None:
    texts = Texts(replace(policy, authority=Authority({"vi": "Cục A05"})))
    assert "Cục A05" in texts.notice("refused", "en", NOTICES["refused"], False).text
