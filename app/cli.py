"""The operator's command line."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.console import Mendable, fail, ok, print_error

app = typer.Typer(
    name="privacydesk",
    help="Answers privacy requests that come by mail and chat: recognised, verified, approved, in time.",
    epilog="Begin with:  privacydesk init   then   privacydesk check   then   privacydesk run",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

corrections = typer.Typer(help="What staff decided otherwise than the desk suggested.", no_args_is_help=True)
app.add_typer(corrections, name="corrections")


class Form(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSONL = "jsonl"


SettingsFile = Annotated[
    Path,
    typer.Option(
        "--settings", "-s", envvar="PRIVACYDESK_SETTINGS", help="The settings file.", dir_okay=False
    ),
]
DEFAULT = Path("privacydesk.toml")


@app.command(epilog="Example:  privacydesk init --folder /etc/privacydesk")
def init(
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path(),
    overwrite: Annotated[bool, typer.Option(help="Replace files that are there already.")] = False,
    defaults: Annotated[bool, typer.Option(help="Ask nothing; take the example's answers.")] = False,
) -> None:
    """Ask what is needed, and write commented settings, a policy and a master key."""
    from app.setup import set_up

    set_up(folder, overwrite, defaults)


@app.command(epilog="Example:  privacydesk check -s /etc/privacydesk/privacydesk.toml")
def check(settings: SettingsFile = DEFAULT) -> None:
    """Try every connection and right that the desk needs, and say how to mend what is wrong.

    Exit code 0 if all is well, 1 if anything is wrong.
    """
    from app.checking import check_everything

    raise typer.Exit(check_everything(settings))


@app.command(epilog="Example:  privacydesk migrate")
def migrate(settings: SettingsFile = DEFAULT) -> None:
    """Bring the database up to date; `run` does it too when it starts."""
    from app.starting import bring_up_to_date

    changed = bring_up_to_date(settings)
    ok("The database has been brought up to date." if changed else "The database was up to date already.")


@app.command(epilog="Example:  privacydesk run -s /etc/privacydesk/privacydesk.toml")
def run(settings: SettingsFile = DEFAULT) -> None:
    """Watch the mailbox and the chat until stopped (SIGTERM or Ctrl-C); what has begun is finished first."""
    from app.starting import run_desk

    run_desk(settings)


@app.command(epilog="Examples:  privacydesk inbox   |   privacydesk inbox 17")
def inbox(
    number: Annotated[int | None, typer.Argument(help="Show this message whole.")] = None,
    settings: SettingsFile = DEFAULT,
) -> None:
    """List the messages that could not be handled, with the reason; or show one as it arrived."""
    from app.looking import parked

    parked(settings, number)


@app.command(epilog="Example:  privacydesk replay 17")
def replay(
    number: Annotated[int, typer.Argument(help="The message's number in `privacydesk inbox`.")],
    settings: SettingsFile = DEFAULT,
) -> None:
    """Let the desk handle a parked message once more."""
    from app.looking import replay as play_again

    play_again(settings, number)


@app.command(epilog="Examples:  privacydesk outbox   |   privacydesk outbox 7gk2…")
def outbox(
    letter: Annotated[str, typer.Argument(help="Only this letter.")] = "",
    settings: SettingsFile = DEFAULT,
) -> None:
    """List the letters that did not arrive, or may not have, with what the other side said."""
    from app.looking import unsettled

    unsettled(settings, letter)


@app.command(
    epilog="Examples:  privacydesk recognise mail.eml   |   … | privacydesk recognise - --format jsonl"
)
def recognise(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Mails (.eml), plain texts, or JSON lines; - is standard input, as is nothing."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="text for people, jsonl for programs.")] = Form.TEXT,
) -> None:
    """Say what a text asks for, how sure that is, and why; nothing is stored or sent."""
    from app.recognising import recognise_all

    recognise_all(paths or [], form is Form.JSONL)


@app.command(epilog="Example:  privacydesk score corpus/everyday.jsonl")
def score(
    file: Annotated[Path, typer.Argument(help="JSON lines, labelled as corpus/GUIDELINES.md says.")],
) -> None:
    """Measure recognition on labelled texts: by right, by act, what it decides alone, its worst mistakes."""
    from app.recognising import score_file

    score_file(file)


@corrections.command("export", epilog="Example:  privacydesk corrections export lessons.jsonl")
def export_corrections(
    target: Annotated[Path, typer.Argument(help="The file to write.")], settings: SettingsFile = DEFAULT
) -> None:
    """Write what staff decided otherwise as labelled texts, with identifiers and names replaced."""
    from app.recognising import export_corrections as export

    export(settings, target)


def main() -> None:
    """Run the command line; what an operator can mend is said in plain words, with exit code 1."""
    try:
        app()
    except Mendable as problem:
        fail(str(problem))
    except KeyboardInterrupt:
        print_error("Stopped.")
        raise SystemExit(130) from None
