"""How the mailbox is opened and what happens to originals, as the settings file has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.channels import mail_settings, token_settings
from app.settings_mail import OAuthSettings
from mailer.oauth import GOOGLE, MICROSOFT_APPLICATION, MICROSOFT_PERSON, Tokens
from mailer.settings import Filing
from policies.load import load_policy
from tests.app.test_settings import SMALL, load, problems_of

OAUTH = """
[mail.oauth]
provider = "microsoft"
client_id = "the-desk"
tenant = "example.com"
refresh_token_file = "refresh"
"""


@pytest.fixture(autouse=True)
def _no_secrets_but_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "123456:AbC-secret")
    monkeypatch.delenv("PRIVACYDESK_MAIL__PASSWORD", raising=False)


def with_oauth(folder: Path, section: str = OAUTH) -> OAuthSettings:
    (folder / "refresh").write_text("r0\n", encoding="utf-8")
    mail = load(folder, SMALL + section).mail
    assert mail is not None
    assert mail.oauth is not None
    return mail.oauth


def test_with_oauth_no_password_is_needed_and_files_lie_beside_the_settings(tmp_path: Path) -> None:
    oauth = with_oauth(tmp_path)
    assert oauth.refresh_token is not None
    assert oauth.refresh_token.get_secret_value() == "r0"
    assert oauth.refresh_token_file == tmp_path / "refresh"


def test_both_servers_share_one_source_of_tokens(tmp_path: Path) -> None:
    with_oauth(tmp_path)
    settings = mail_settings(load(tmp_path, SMALL + OAUTH), load_policy("mentracere"))
    assert isinstance(settings.imap.tokens, Tokens)
    assert settings.imap.tokens is settings.smtp.tokens


def test_a_provider_is_known_by_its_name(tmp_path: Path) -> None:
    person = token_settings(with_oauth(tmp_path), "")
    assert person.token_url == "https://login.microsoftonline.com/example.com/oauth2/v2.0/token"
    assert (person.refresh_token, person.scope) == ("r0", MICROSOFT_PERSON)
    google = token_settings(with_oauth(tmp_path, OAUTH.replace("microsoft", "google")), "own-authority.pem")
    assert (google.token_url, google.scope, google.ca_file) == (GOOGLE, "", "")


def test_an_application_of_its_own_needs_a_secret_in_place_of_a_refresh_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = OAUTH.replace('refresh_token_file = "refresh"\n', "")
    assert "refresh_token" in problems_of(tmp_path, SMALL + without)["mail.oauth"].problem
    monkeypatch.setenv("PRIVACYDESK_MAIL__OAUTH__CLIENT_SECRET", "s")
    application = token_settings(with_oauth(tmp_path, without), "")
    assert (application.client_secret, application.refresh_token) == ("s", "")
    assert application.scope == MICROSOFT_APPLICATION
    google = without.replace("microsoft", "google")
    assert "mail.oauth" in problems_of(tmp_path, SMALL + google)


def test_a_provider_of_ones_own_is_named_by_its_address(tmp_path: Path) -> None:
    custom = OAUTH.replace("microsoft", "custom")
    (tmp_path / "refresh").write_text("r0\n", encoding="utf-8")
    assert set(problems_of(tmp_path, SMALL + custom)) == {"mail.oauth.token_url"}
    in_clear = custom + 'token_url = "http://login.example/token"\n'
    assert "clear text" in problems_of(tmp_path, SMALL + in_clear)["mail.oauth.token_url"].problem
    safe = token_settings(with_oauth(tmp_path, in_clear.replace("http:", "https:")), "own.pem")
    assert (safe.token_url, safe.ca_file) == ("https://login.example/token", "own.pem")


def test_a_secret_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    assert set(problems_of(tmp_path, SMALL + OAUTH)) == {"mail.oauth.refresh_token_file"}
    (tmp_path / "refresh").touch()
    assert "empty" in problems_of(tmp_path, SMALL + OAUTH)["mail.oauth.refresh_token"].problem


def test_without_oauth_the_password_is_missed(tmp_path: Path) -> None:
    assert set(problems_of(tmp_path, SMALL)) == {"mail.password"}


@pytest.mark.parametrize(
    ("written", "filing"),
    [("keep", Filing()), ("flag", Filing(flag=True)), ("move: Đã xử lý", Filing(folder="Đã xử lý"))],
)
def test_what_happens_to_originals_is_the_operators_choice(
    written: str, filing: Filing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "p")
    text = SMALL.replace("[mail]", f'[mail]\nafter_acknowledged = "{written}"\nalarm_minutes = 5')
    settings = mail_settings(load(tmp_path, text), load_policy("mentracere"))
    assert (settings.filing, settings.alarm_minutes) == (filing, 5)


@pytest.mark.parametrize("written", ["delete", "move", "move:", "Processed"])
def test_nothing_else_can_be_done_to_originals(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "p")
    text = SMALL.replace("[mail]", f'[mail]\nafter_acknowledged = "{written}"')
    assert set(problems_of(tmp_path, text)) == {"mail.after_acknowledged"}
