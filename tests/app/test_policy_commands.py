"""`privacydesk policy` explains a policy in both languages and lists its gaps; counsel's numbers hold everywhere."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.console import Mendable
from app.init import write_files
from app.runtime import utc_now
from app.settings import load_settings
from app.setup import EXAMPLE
from app.wiring import wire
from core.deadlines import Term, Unit
from core.requests import Right
from policies.load import policy_names, policy_text, statute_names
from storage.sealing import create_master_key
from tests.app.desk import SETTINGS

COUNSEL = """
[law.acknowledge]
term = "1 working day"
source = "Opinion of 12 January 2026"

[law.access]
term = "8 days"
source = "Opinion of 12 January 2026, no. 2"

[law.deletion]
extension = "5 days"
source = "Opinion of 12 January 2026, no. 3"
"""


def run(*words: str) -> Any:
    return CliRunner().invoke(app, [*words])


def said(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return str(result.output)


@pytest.fixture
def counselled(tmp_path: Path) -> str:
    """MentraCere's policy with three numbers of its counsel."""
    file = tmp_path / "policy.toml"
    file.write_text(policy_text("mentracere") + COUNSEL, encoding="utf-8")
    return str(file)


# --- explain ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", policy_names())
def test_a_shipped_policy_is_explained_without_a_machine_word(name: str, language: str) -> None:
    text = said("policy", "explain", name, "--language", language)
    text = text.replace("Asia/Ho_Chi_Minh", "")
    assert len(text.splitlines()) > 80
    assert not [
        word for word in ("None", "working_days", "two_contacts", "{", "}", "_", "P2Y") if word in text
    ]
    assert "\n\n\n" not in text


def test_each_right_is_told_with_both_clocks_and_the_one_that_binds() -> None:
    text = said("policy", "explain", "mentracere", "--language", "en")
    access = text.partition("1. Access")[2].partition("2. ")[0]
    assert "The law: 10 days; once 10 days more" in access
    assert "Your promise: 15 working days, and 30 days for what is hard." in access
    assert "What binds: the law." in access
    assert "Who must act: Learning platform; " in access
    inquiry = text.partition("9. ")[2].partition("10. ")[0]
    assert "What binds: your promise." in inquiry
    assert "The law: names no term for it." in text.partition("10. ")[2]


def test_vietnamese_is_spoken_where_it_is_the_first_language_with_citations_in_vietnamese() -> None:
    text = said("policy", "explain", "mentracere")
    assert "Theo luật: 10 ngày" in text
    assert (
        "điểm c khoản 1 Điều 4, Điều 13 Luật số 91/2025/QH15; khoản 3 Điều 5 Nghị định số 356/2025/NĐ-CP"
        in text
    )
    assert "- Thông tin tài khoản: 2 năm, tính từ khi tài khoản kết thúc" in text
    assert "15 ngày làm việc" in text


def test_what_nencer_says_of_pictures_and_of_writing_is_explained() -> None:
    text = said("policy", "explain", "nencer", "--language", "en")
    assert "Pictures or videos" in text
    assert "asks for a written request" in text
    assert "never sells, rents out, shares personal data" in text
    assert "Your promise: none is published." in text


def test_counsels_numbers_are_named_as_such(counselled: str) -> None:
    text = said("policy", "explain", counselled, "--language", "en")
    assert "within 1 working day (your counsel's number: Opinion of 12 January 2026)" in text
    assert "The law: 8 days; " in text
    assert "Source: Opinion of 12 January 2026, no. 2 (your counsel's number)." in text
    assert "once 5 days more" in text


def test_without_a_name_the_settings_policy_is_meant_and_without_settings_that_is_said(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "privacydesk.toml"
    for command in ("explain", "lint"):
        result = run("policy", command, "-s", str(settings))
        assert isinstance(result.exception, Mendable)
        assert "Name the policy itself" in str(result.exception)
    write_files(tmp_path, EXAMPLE | {"organisation": "Hoa Sen School"})
    assert "Hoa Sen School" in said("policy", "explain", "-s", str(settings))


def test_a_policy_that_is_not_there_is_said_in_plain_words() -> None:
    result = run("policy", "explain", "nowhere.toml")
    assert isinstance(result.exception, Mendable)
    assert "nowhere.toml cannot be read" in str(result.exception)


@pytest.mark.parametrize("statute", statute_names())
def test_a_policy_can_be_explained_and_checked_under_every_law(statute: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(policy_text("mentracere").replace("vn-pdpl-2026", statute, 1), encoding="utf-8")
    for language in ("vi", "en"):
        said("policy", "explain", str(file), "--language", language)
    assert json.loads(run("policy", "lint", str(file), "--format", "json").output)["statute"] == statute


SMALL = """
name = "Lotus School"
prefix = "LS"
languages = ["en"]
timezone = "Europe/Berlin"
country = "DE"
statute = "gdpr"
working_days = ["mon", "sat"]
contact = { email = "help@lotus.example" }
authority = { name = { en = "The authority" } }
verification = { code_minutes_mail = 90, reminder_days = [] }
agents = { ask_person = false }
promises = { identity_document = true }
"""


def test_a_policy_of_a_few_lines_is_explained_too(tmp_path: Path) -> None:
    rules = "".join(
        f'[rights.{right}]\nproof = "person"\nquorum = 2\nidentity_quorum = 2\npromise = "1 month"\n'
        for right in Right
    )
    file = tmp_path / "small.toml"
    file.write_text(SMALL + rules, encoding="utf-8")
    english = said("policy", "explain", str(file))
    assert "Nothing is published." in english
    assert "No systems are named." in english
    assert "1.5 hours by mail" in english
    assert "Where staff check, it takes two staff members." in english
    assert "both, on the same day" in english
    vietnamese = said("policy", "explain", str(file), "--language", "vi")
    assert "1,5 giờ" in vietnamese
    assert "Theo cam kết: 1 tháng." in vietnamese
    assert "GDPR art. 12(6)" in said("policy", "lint", str(file))


# --- lint -------------------------------------------------------------------------------------------


def test_errors_give_exit_code_one_and_each_gap_says_what_to_do() -> None:
    result = run("policy", "lint", "mentracere", "--format", "json")
    assert result.exit_code == 1
    table = json.loads(result.output)
    assert (table["policy"], table["statute"]) == ("MentraCere", "vn-pdpl-2026")
    assert table["errors"] == sum(gap["severity"] == "error" for gap in table["gaps"]) > 0
    assert all(gap["help"] and gap["where"] for gap in table["gaps"])


def test_warnings_alone_give_exit_code_zero() -> None:
    text = said("policy", "lint", "nencer")
    assert "! warning: the text asks for a written request" in text
    assert "errors: 0" in text


def test_a_right_without_any_term_is_listed_rather_than_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(policy_text("nencer").replace('promise = "15 days"', ""), encoding="utf-8")
    result = run("policy", "lint", str(file))
    assert result.exit_code == 1
    assert "error: complaint: neither the law nor the policy names a term" in result.output


# --- counsel and the deadline -----------------------------------------------------------------------


def test_the_deadline_is_reckoned_with_counsels_number_and_says_so(counselled: str) -> None:
    answer = json.loads(said("deadline", "access", "2026-11-23", "--policy", counselled, "--format", "json"))
    assert (answer["raw"], answer["acknowledge"]) == ("2026-12-01", "2026-11-25")
    steps = " ".join(answer["steps"])
    assert "Your counsel's number for this right: 8 days. Source: Opinion of 12 January 2026, no. 2." in steps
    assert "Your counsel's number: receipt confirmed within 1 working day." in steps


def test_an_extension_of_counsel_leaves_the_laws_term_and_its_source(counselled: str) -> None:
    answer = json.loads(
        said("deadline", "deletion", "2026-11-23", "--policy", counselled, "--format", "json")
    )
    assert (answer["raw"], answer["extended"]) == ("2026-12-13", "2026-12-18")
    steps = " ".join(answer["steps"])
    assert "Decree 356/2025 art. 5.4" in steps
    assert "Your counsel's number for this right: extension 5 days." in steps


def test_counsel_has_no_say_in_another_law_or_an_older_one(counselled: str) -> None:
    for words in (("2026-11-23", "--statute", "ccpa"), ("2025-12-26",)):
        answer = said("deadline", "access", *words, "--policy", counselled)
        assert "counsel's number" not in answer


async def test_the_desk_itself_reckons_with_counsels_numbers(
    counselled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "correct horse")
    create_master_key(tmp_path / "master.key")
    (tmp_path / "customers.csv").write_text("key,email,phone,account,telegram,language\n", encoding="utf-8")
    mail = '[mail]\naddress = "help@example.com"\nimap_host = "127.0.0.1"\nsmtp_host = "127.0.0.1"\n'
    settings = tmp_path / "privacydesk.toml"
    settings.write_text(SETTINGS.replace("mentracere", Path(counselled).name) + mail, encoding="utf-8")
    wired = await asyncio.to_thread(wire, load_settings(settings), utc_now)
    try:
        assert wired.desk.statute.acknowledge == Term(1, Unit.WORKING_DAYS)
        assert wired.desk.statute.terms[Right.ACCESS] == Term(8, Unit.DAYS)
    finally:
        for channel in wired.desk.channels.values():
            await channel.close()
        await wired.close()
