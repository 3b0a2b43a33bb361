"""The settings are read whole or not at all, with secrets from outside the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from app.settings import Settings, load_settings
from app.settings_errors import SettingsErrors
from app.settings_sections import StaffSettings
from core.schema import Problem
from flows.access import RANKS
from mailer.settings import Start, Tls

ROOT = Path(__file__).parents[2]

SMALL = """
policy = "mentracere"

[data]
database = "sqlite:///var/desk.db"
master_key_file = "var/master.key"

[mail]
address = "help@example.com"
imap_host = "imap.example.com"
smtp_host = "smtp.example.com"

[telegram]
staff_chat = -100500

[[staff]]
name = "Thu Hà"
telegram = 700100
role = "lead"

[directory]
csv = "people.csv"
"""


@pytest.fixture(autouse=True)
def _secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("PRIVACYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "correct horse")
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "123456:AbC-secret")


def load(folder: Path, text: str = SMALL) -> Settings:
    file = folder / "privacydesk.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


def problems_of(folder: Path, text: str) -> dict[str, Problem]:
    with pytest.raises(SettingsErrors) as caught:
        load(folder, text)
    return {problem.path: problem for problem in caught.value.problems}


def test_a_small_file_is_filled_with_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    mail, telegram = settings.mail, settings.telegram
    assert mail is not None
    assert telegram is not None
    assert (mail.user, mail.smtp_user) == ("help@example.com", "help@example.com")
    assert (mail.imap_tls, mail.imap_port) == (Tls.IMPLICIT, 993)
    assert (mail.smtp_tls, mail.smtp_port) == (Tls.STARTTLS, 587)
    assert mail.start is Start.NOW
    assert telegram.api_base == "https://api.telegram.org"
    assert (settings.staff_language, settings.log_level) == ("vi", "info")
    assert settings.staff[0].role == "lead"


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.mail is not None
    assert settings.telegram is not None
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == "correct horse"
    assert settings.mail.smtp_password == settings.mail.password
    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == "123456:AbC-secret"


def test_secrets_come_from_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVACYDESK_MAIL__PASSWORD")
    (tmp_path / "mail.password").write_text("battery staple\n", encoding="utf-8")
    settings = load(tmp_path, SMALL.replace("[mail]", '[mail]\npassword_file = "mail.password"'))
    assert settings.mail is not None
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == "battery staple"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    text = SMALL.replace("sqlite:///var/desk.db", "postgresql://desk:opensesame@db.example/desk")
    shown = repr(load(tmp_path, text))
    assert not any(secret in shown for secret in ("correct horse", "AbC-secret", "opensesame"))


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACYDESK_LOG_LEVEL", "debug")
    monkeypatch.setenv("PRIVACYDESK_STAFF_LANGUAGE", "en")
    monkeypatch.setenv("PRIVACYDESK_MAIL__IMAP_HOST", "other.example.com")
    monkeypatch.setenv("PRIVACYDESK_DATA__DATABASE", "sqlite:///elsewhere.db")
    settings = load(tmp_path)
    assert settings.mail is not None
    assert (settings.log_level, settings.staff_language) == ("debug", "en")
    assert settings.mail.imap_host == "other.example.com"
    assert settings.mail.smtp_host == "smtp.example.com"
    assert settings.data.database == f"sqlite:///{tmp_path}/elsewhere.db"


def test_relative_paths_begin_at_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "desk"
    (folder / "texts").mkdir(parents=True)
    (folder / "policy.toml").touch()
    monkeypatch.chdir(tmp_path)
    settings = load(folder, SMALL.replace('"mentracere"', '"policy.toml"\ntemplates = "texts"'))
    assert settings.policy == str(folder / "policy.toml")
    assert settings.templates == folder / "texts"
    assert settings.data.database == f"sqlite:///{folder}/var/desk.db"
    assert settings.data.master_key_file == folder / "var/master.key"
    assert settings.directory.csv == folder / "people.csv"


def test_absolute_paths_and_other_databases_stay_as_they_are(tmp_path: Path) -> None:
    absolute = load(tmp_path, SMALL.replace("var/desk.db", "/srv/desk.db"))
    assert absolute.data.database == "sqlite:////srv/desk.db"
    url = "postgresql://desk@db.example/desk"
    assert load(tmp_path, SMALL.replace("sqlite:///var/desk.db", url)).data.database == url


def test_the_name_of_a_shipped_policy_stays_a_name(tmp_path: Path) -> None:
    assert load(tmp_path).policy == "mentracere"


def test_all_mistakes_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVACYDESK_MAIL__PASSWORD")
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "AbC-secret")
    text = """
polcy = "mentracere"
templates = "texts"
staff_language = "vietnamese"
[data]
database = "mysql://desk:opensesame@db.example/desk"
[mail]
address = "help"
imap_hots = "imap.example.com"
imap_port = 70000
smtp_host = "smtp.example.com"
smtp_tls = "none"
start = "later"
ca_file = "ca.pem"
[[staff]]
name = "Thu Hà"
telegram = 700100
role = "boss"
[directory]
"""
    found = problems_of(tmp_path, text)
    assert set(found) == {
        "polcy",
        "policy",
        "templates",
        "staff_language",
        "data.database",
        "data.master_key_file",
        "mail.address",
        "mail.password",
        "mail.imap_host",
        "mail.imap_hots",
        "mail.imap_port",
        "mail.smtp_tls",
        "mail.start",
        "mail.ca_file",
        "telegram.token",
        "staff.1.role",
        "directory.csv",
    }
    assert "opensesame" not in str(found)
    assert "AbC-secret" not in str(found)
    assert "Did you mean 'policy'?" in found["polcy"].help
    assert "Did you mean 'imap_host'?" in found["mail.imap_hots"].help
    assert "PRIVACYDESK_MAIL__PASSWORD" in found["mail.password"].help


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"mentracere"', '"policy.toml"', "policy"),
        ("[mail]", '[mail]\npassword_file = "none"', "mail.password_file"),
        ("[telegram]", '[telegram]\napi_base = "api.example.com"', "telegram.api_base"),
        ('role = "lead"', 'role = "lead"\nemail = "ha@example.com"', "staff.1.email"),
        ("700100", "-5", "staff.1.telegram"),
        ("[directory]", "[[staff]]\nname='B'\ntelegram=700100\nrole='viewer'\n[directory]", "staff"),
        ("[data]", "[data", ""),
        ('policy = "mentracere"', 'policy = "mentracere"\nmail = 7\n[other]', "other"),
    ],
)
def test_a_single_mistake_is_found_at_its_place(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    if "mail = 7" in new:
        text = text.replace("[mail]", "[post]")
    assert path in problems_of(tmp_path, text)


def test_an_empty_secret_file_is_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVACYDESK_MAIL__PASSWORD")
    (tmp_path / "empty").touch()
    found = problems_of(tmp_path, SMALL.replace("[mail]", '[mail]\npassword_file = "empty"'))
    assert "empty" in found["mail.password"].problem


def test_an_environment_variable_that_names_a_whole_section_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACYDESK_DATA", "sqlite")
    assert "environment" in problems_of(tmp_path, SMALL)[""].problem


def test_a_desk_without_any_channel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRIVACYDESK_MAIL__PASSWORD", "PRIVACYDESK_TELEGRAM__TOKEN"):
        monkeypatch.delenv(name)
    text = SMALL[: SMALL.index("[mail]")] + SMALL[SMALL.index("[directory]") :]
    assert "no channel" in problems_of(tmp_path, text)[""].problem


def test_clear_text_is_allowed_on_this_machine_alone(tmp_path: Path) -> None:
    local = SMALL.replace("imap.example.com", "127.0.0.1").replace("[mail]", '[mail]\nimap_tls = "none"')
    mail = load(tmp_path, local).mail
    assert mail is not None
    assert (mail.imap_tls, mail.imap_port) == (Tls.NONE, 143)
    assert set(problems_of(tmp_path, local.replace("127.0.0.1", "imap.example.com"))) == {"mail.imap_tls"}


def test_the_usual_port_follows_the_protection(tmp_path: Path) -> None:
    mail = load(tmp_path, SMALL.replace("[mail]", '[mail]\nsmtp_tls = "implicit"\nimap_port = 1993')).mail
    assert mail is not None
    assert (mail.smtp_port, mail.imap_port) == (465, 1993)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SettingsErrors, match="No such file"):
        load_settings(tmp_path / "privacydesk.toml")


def test_the_roles_are_those_that_the_desk_knows() -> None:
    assert get_args(StaffSettings.model_fields["role"].annotation) == RANKS


def test_reading_settings_loads_no_channel_and_no_database() -> None:
    heavy = ("aiogram", "aioimaplib", "aiosmtplib", "sqlmodel", "sqlalchemy", "holidays", "phonenumbers")
    code = f"import app.settings, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
