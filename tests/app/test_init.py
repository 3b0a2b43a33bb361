"""What `privacydesk init` writes can be loaded as it is, and nothing is overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.init import AlreadyThere, WrongAnswers, complete, default_of, questions, write_files
from app.settings import load_settings
from core.requests import Right
from directory.csv_file import check_directory
from policies.load import load_policy

ANSWERS = {
    "organisation": 'Trường "Hoa Sen"',
    "prefix": "HS",
    "address": "help@example.com",
    "phone": "+84 28 5550 0100",
    "language": "vi",
    "staff_chat": "-100500",
    "lead_name": "Nguyễn Thu Hà \\ Hà",
    "lead_telegram": "700100",
}


@pytest.fixture(autouse=True)
def _secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "correct horse")
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "123456:AbC-secret")


def test_what_is_written_is_loaded_without_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    written = write_files(folder, ANSWERS)
    assert [path.name for path in written] == ["privacydesk.toml", "policy.toml", "people.csv"]
    settings = load_settings(folder / "privacydesk.toml")
    policy = load_policy(settings.policy)
    assert (policy.name, policy.prefix) == ('Trường "Hoa Sen"', "HS")
    assert (policy.contact.email, policy.contact.phone, policy.contact.post) == (
        "help@example.com",
        "+84 28 5550 0100",
        "",
    )
    assert set(policy.rights) == set(Right)
    assert settings.mail is not None
    assert settings.mail.imap_host == "imap.example.com"
    assert settings.telegram is not None
    assert settings.telegram.staff_chat == -100500
    assert settings.staff[0].name == "Nguyễn Thu Hà \\ Hà"
    assert check_directory(settings.directory.csv) == [("people on file", True, "entries: 0")]


def test_the_fewest_answers_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVACYDESK_TELEGRAM__TOKEN")
    write_files(tmp_path, {"organisation": "Lotus School", "address": "help@example.com", "telegram": "no"})
    settings = load_settings(tmp_path / "privacydesk.toml")
    assert settings.telegram is None
    assert settings.staff == ()
    assert load_policy(settings.policy).prefix == "LS"


def test_an_english_desk_speaks_english_first(tmp_path: Path) -> None:
    write_files(tmp_path, ANSWERS | {"language": "en"})
    settings = load_settings(tmp_path / "privacydesk.toml")
    assert load_policy(settings.policy).languages == ("en", "vi")
    assert settings.staff_language == "en"


def test_nothing_of_the_example_organisation_is_left_in_the_values(tmp_path: Path) -> None:
    write_files(tmp_path, ANSWERS)
    text = (tmp_path / "policy.toml").read_text(encoding="utf-8")
    values = [line.partition("#")[0] for line in text.splitlines()]
    assert not any("mentracere" in value.lower() or "988 891" in value for value in values)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("# ours\n", encoding="utf-8")
    with pytest.raises(AlreadyThere) as caught:
        write_files(tmp_path, ANSWERS)
    assert caught.value.paths == (tmp_path / "policy.toml",)
    assert not (tmp_path / "privacydesk.toml").exists()
    write_files(tmp_path, ANSWERS, overwrite=True)
    assert load_policy(tmp_path / "policy.toml").prefix == "HS"


def test_a_list_of_people_is_never_overwritten(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("key,email\nK1,a@example.com\n", encoding="utf-8")
    assert people not in write_files(tmp_path, ANSWERS, overwrite=True)
    assert "K1" in people.read_text(encoding="utf-8")


def test_unusable_answers_are_named_all_at_once(tmp_path: Path) -> None:
    answers = {"address": "help", "prefix": "hoa", "lead_telegram": "007", "colour": "red"}
    with pytest.raises(WrongAnswers) as caught:
        write_files(tmp_path, answers)
    assert {problem.path for problem in caught.value.problems} == {
        "organisation",
        "address",
        "prefix",
        "lead_telegram",
        "colour",
    }
    assert list(tmp_path.iterdir()) == []


def test_suggestions_follow_the_answers_before() -> None:
    answers = {"organisation": "Lotus School", "address": "help@example.com"}
    suggested = {question.key: default_of(question, answers) for question in questions()}
    assert suggested["prefix"] == "LS"
    assert suggested["imap_host"] == "imap.example.com"
    assert suggested["user"] == "help@example.com"
    assert complete(answers)["smtp_host"] == "smtp.example.com"
