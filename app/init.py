"""Writes the first settings, policy and list of people from a few answers: the engine of `privacydesk init`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.policy_parsing import EMAIL
from core.schema import Problem
from policies.load import policy_text

SETTINGS, POLICY, PEOPLE = "privacydesk.toml", "policy.toml", "people.csv"

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask; `default` may use earlier answers: "imap.{domain}". `form` is what an answer must match."""

    key: str
    prompt: str
    default: str = ""
    help: str = ""
    form: str = r"\S.*"


class WrongAnswers(ValueError):
    """Answers that cannot be used, all of them; the path of a problem is the question's key."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class AlreadyThere(Exception):
    """A file would be overwritten and nobody said so; `paths` are those files."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__(f"already there: {', '.join(path.name for path in paths)}")
        self.paths = paths


_QUESTIONS = (
    Question("organisation", "Name of the organisation", help="As customers know it."),
    Question(
        "prefix",
        "Letters that request numbers begin with",
        "{initials}",
        "Two to four capital letters: MC gives MC-7K3F-9Q2X.",
        "[A-Z]{2,4}",
    ),
    Question("address", "Address of the help mailbox", help="Customers write to it.", form=EMAIL),
    Question("phone", "Phone number for customers", help="May be left empty.", form=".*"),
    Question("post", "Postal address for customers", help="May be left empty.", form=".*"),
    Question("language", "First language", "vi", "vi or en; the other one is spoken too.", "vi|en"),
    Question("imap_host", "Server where mail is read (IMAP)", "imap.{domain}", form=r"[\w.:-]+"),
    Question("smtp_host", "Server where mail is handed in (SMTP)", "smtp.{domain}", form=r"[\w.:-]+"),
    Question("user", "User name on these servers", "{address}"),
    Question("telegram", "Does staff work in a Telegram group", "yes", "yes or no.", "yes|no"),
    Question("staff_chat", "Number of that group", "0", "Negative; 0: not known yet.", r"0|-\d+"),
    Question("lead_name", "Who leads the privacy team", help="May be left empty.", form=".*"),
    Question("lead_telegram", "Telegram number of that person", "0", "0: not known yet.", r"0|[1-9]\d*"),
)


def questions() -> tuple[Question, ...]:
    """What to ask, in this order."""
    return _QUESTIONS


def default_of(question: Question, answers: Answers) -> str:
    """The answer to suggest, after those that were given before."""
    words = answers.get("organisation", "").split()
    initials = "".join(word[0].upper() for word in words if word[0].isascii() and word[0].isalpha())[:4]
    known = {
        "initials": initials if len(initials) > 1 else "PD",
        "domain": answers.get("address", "").rpartition("@")[2],
        "address": answers.get("address", ""),
    }
    return question.default.format_map(known)


def complete(given: Answers) -> dict[str, str]:
    """All answers, the missing ones by their defaults. Raises WrongAnswers with all that are unusable."""
    answers: dict[str, str] = {}
    for question in _QUESTIONS:
        answers[question.key] = given.get(question.key, "").strip() or default_of(question, answers)
    wrong = [
        Problem(question.key, "cannot be used", question.help or question.prompt)
        for question in _QUESTIONS
        if not re.fullmatch(question.form, answers[question.key])
    ]
    known = [question.key for question in _QUESTIONS]
    wrong += [
        Problem(key, "is not asked for", f"Known are: {', '.join(known)}.") for key in given.keys() - known
    ]
    if wrong:
        raise WrongAnswers(tuple(wrong))
    return answers


def refuse_to_overwrite(folder: Path) -> None:
    """Raises AlreadyThere where a file of an earlier desk would be lost."""
    present = tuple(path for path in (folder / SETTINGS, folder / POLICY) if path.exists())
    if present:
        raise AlreadyThere(present)


def write_files(folder: Path, given: Answers, overwrite: bool = False) -> tuple[Path, ...]:
    """Write settings, policy and an empty list of people into `folder`; returns what was written.

    Raises WrongAnswers, and AlreadyThere unless `overwrite`. A list of people that is there already is
    never touched.
    """
    answers = complete(given)
    texts: dict[Path, Callable[[Answers], str]] = {
        folder / SETTINGS: settings_text,
        folder / POLICY: own_policy,
    }
    if not overwrite:
        refuse_to_overwrite(folder)
    if not (folder / PEOPLE).exists():
        texts[folder / PEOPLE] = lambda _: "key,email,phone,account,telegram,language,birth_year\n"
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text(answers), encoding="utf-8")
    return tuple(texts)


def own_policy(answers: Answers) -> str:
    """MentraCere's policy with the organisation's own name, prefix and contacts, to be gone through."""
    languages = [answers["language"], "en" if answers["language"] == "vi" else "vi"]
    text = _POLICY_HEAD + policy_text("mentracere").partition("\n\n")[2]
    for key in ("name", "prefix", "email", "phone", "post"):
        answer = answers[{"name": "organisation", "email": "address"}.get(key, key)]
        text = _with_value(text, key, _quoted(answer) if answer else "")
    return _with_value(text, "languages", json.dumps(languages))


def settings_text(answers: Answers) -> str:
    """The settings file, every line explained."""
    quoted = {key: _quoted(answer) for key, answer in answers.items()}
    parts = [_SETTINGS.format_map(quoted)]
    if answers["telegram"] == "yes":
        parts.append(_TELEGRAM.format(staff_chat=answers["staff_chat"]))
        known = answers["lead_name"] and answers["lead_telegram"] != "0"
        parts.append(
            (_STAFF if known else _NO_STAFF).format_map({**quoted, "lead_telegram": answers["lead_telegram"]})
        )
    return "\n".join(parts)


def _with_value(text: str, key: str, value: str) -> str:
    """The policy with the first line of this key changed; without a value the line goes."""
    line = f"{key} = {value}\n" if value else ""
    return re.sub(rf"^{key} = .*\n", lambda _: line, text, count=1, flags=re.MULTILINE)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_POLICY_HEAD = """\
# What the organisation promises about privacy requests, as data. Written from the example of MentraCere: go
# through every line and compare it with your own published policy. A § is a section of MentraCere's text,
# shown for how a promise becomes a line. `privacydesk check` names every mistake in this file at once.

"""

_SETTINGS = """\
# The settings of PrivacyDesk. Paths are relative to this file. `privacydesk check` says what is amiss.
#
# A setting can come from the environment instead, where it wins: PRIVACYDESK_MAIL__PASSWORD is
# `password` in [mail]. Secrets belong there, or into files of their own, not into this one.

policy = "policy.toml"
staff_language = {language}
log_level = "info" # debug, info, warning, error
# templates = "texts"           # a folder with your own wording; what it lacks is taken from ours
# holidays = "our-holidays.toml" # days off of your own; begin with a copy of policies/holidays/vn.toml

[data]
database = "sqlite:///data/privacydesk.db" # or "postgresql://user@host/name"
master_key_file = "data/master.key" # seals everything that is kept: back it up, apart from the database

[mail]
address = {address}
user = {user}
# password_file = "/run/secrets/mail" # or set PRIVACYDESK_MAIL__PASSWORD
imap_host = {imap_host}
imap_tls = "implicit" # implicit (port 993), none (on this machine only)
smtp_host = {smtp_host}
smtp_tls = "starttls" # starttls (port 587), implicit (465), none (on this machine only)
start = "now" # at the first start: "now" leaves the mail that lies there alone, "all" reads it
after_acknowledged = "keep" # what happens to the original: keep, flag, or move:Folder
alarm_minutes = 15 # staff are told when the mailbox could not be read for so long
# authserv_id = "mx.example.com" # the name under which your mail server writes Authentication-Results
# check_dkim = true # check DKIM signatures here too

# Where the provider wants OAuth2 in place of a password; a password is not needed then.
# [mail.oauth]
# provider = "microsoft" # google, microsoft, or custom with a token_url of its own
# client_id = "…"
# client_secret_file = "/run/secrets/oauth-client" # or set PRIVACYDESK_MAIL__OAUTH__CLIENT_SECRET
# refresh_token_file = "data/oauth-refresh" # must be writable: a new token takes the place of the old one
# tenant = "example.com" # Microsoft only

# The one-time page where people download their data, behind your web server (TLS). Without it results go
# out as encrypted ZIP files.
# [web]
# listen = "127.0.0.1:8080" # where the desk listens; only your web server needs to reach it
# public_url = "https://privacy.example.com" # what links begin with

[directory] # the people on file; codes go only to contacts that stand there
csv = "people.csv" # columns: key, email, phone, account, telegram, language, birth_year
# Or ask the company's database or its own service; docs/operations.md, "People on file", shows both.
# kind = "sql" # url, query, password_file
# kind = "http" # url, secret_file
"""

_TELEGRAM = """\
[telegram]
# token_file = "/run/secrets/telegram" # or set PRIVACYDESK_TELEGRAM__TOKEN; @BotFather gives one
staff_chat = {staff_chat} # the group in which staff see cards; 0: none
"""

_STAFF = """\
# Who may do what: viewer, handler, approver, lead. Each role may do what those before it may.
[[staff]]
name = {lead_name}
telegram = {lead_telegram}
role = "lead"
"""

_NO_STAFF = """\
# Who may do what: viewer, handler, approver, lead. Each role may do what those before it may.
# [[staff]]
# name = "Nguyễn Thu Hà"
# telegram = 700100
# role = "lead"
"""
