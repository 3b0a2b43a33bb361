"""`privacydesk init`: asks, writes settings, policy and master key, and says what comes next."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from app.console import Mendable, ok, say, warn
from app.init import (
    SETTINGS,
    AlreadyThere,
    Question,
    WrongAnswers,
    default_of,
    questions,
    refuse_to_overwrite,
    write_files,
)
from app.starting import plain_words

#: Where the settings look for the key, below their own folder.
MASTER_KEY = Path("data") / "master.key"
#: The answers of a desk that never was: for trying out.
EXAMPLE = {"organisation": "Example School", "address": "help@example.com"}


def set_up(folder: Path, overwrite: bool, defaults: bool) -> None:
    """Write the files of a new desk. Raises Mendable where something stands in the way."""
    try:
        if not overwrite:
            refuse_to_overwrite(folder)  # before anybody has answered a dozen questions
        answers = EXAMPLE if defaults else _ask_all()
        with plain_words():
            _write(folder, answers, overwrite)
    except WrongAnswers as wrong:
        raise Mendable("\n".join(map(str, wrong.problems))) from None
    except AlreadyThere as there:
        raise Mendable(f"{there}. Say --overwrite to replace them, or choose another --folder.") from None
    except OSError as error:
        raise Mendable(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    _next_steps(folder)


def _write(folder: Path, answers: dict[str, str], overwrite: bool) -> None:
    from storage.sealing import create_master_key

    for path in write_files(folder, answers, overwrite):
        ok(f"wrote {path}")
    key = folder / MASTER_KEY
    if key.exists():
        warn(f"kept {key}: without it, what it has sealed can never be read again")
        return
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_master_key(key)
    ok(f"wrote {key}, readable by you alone; back it up, apart from the database")


def _ask_all() -> dict[str, str]:
    answers: dict[str, str] = {}
    say("A few questions; Enter takes what stands in brackets.\n")
    for question in questions():
        answers[question.key] = _ask(question, default_of(question, answers))
    return answers


def _ask(question: Question, default: str) -> str:
    """Ask until the answer has the right form."""
    if question.help:
        say(f"  {question.help}", style="dim")
    while True:
        answer: str = typer.prompt(question.prompt, default=default, show_default=bool(default)).strip()
        if re.fullmatch(question.form, answer):
            return answer
        warn(f"That cannot be used. {question.help}".strip())


def _next_steps(folder: Path) -> None:
    say("\nNext:", style="bold")
    say(f"  1. Read {folder / SETTINGS} and {folder / 'policy.toml'}, line by line.")
    say("  2. Set the secrets: PRIVACYDESK_MAIL__PASSWORD, and PRIVACYDESK_TELEGRAM__TOKEN with a bot.")
    say(f"  3. Put your customers into {folder / 'people.csv'}.")
    say(f"  4. privacydesk check -s {folder / SETTINGS}")
    say(f"  5. privacydesk run -s {folder / SETTINGS}")
