"""The operator's command line."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli_audit import EVIDENCE_EXAMPLES, audit, evidence
from app.cli_directory import directory
from app.cli_hand_over import hand_over
from app.cli_keeping import RETENTION_EXAMPLES, keys, retention, subject
from app.cli_law import law, policy
from app.cli_notices import notices
from app.cli_options import DEFAULT, Output, SettingsFile
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


@app.command(
    epilog="Examples:  privacydesk inbox   |   privacydesk inbox --silent   |   privacydesk inbox 17"
)
def inbox(
    number: Annotated[int | None, typer.Argument(help="Show this message whole.")] = None,
    silent: Annotated[bool, typer.Option("--silent", help="What was registered and never answered.")] = False,
    form: Annotated[
        Output, typer.Option("--format", help="text for people, json for programs.")
    ] = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """List the messages that are quarantined, with the reason; or show any message as it arrived.

    The lists name no addresses. What was silent is mail that must not be answered: bounces, automatic
    answers, mailing lists.
    """
    from app.register import inbox as list_messages
    from app.register import show

    if number is None:
        list_messages(settings, silent, form is Output.JSON)
    else:
        show(settings, number)


@app.command(
    epilog="Examples:  privacydesk feed old.mbox   |   privacydesk feed --silent --format json Maildir/ folder/ one.eml"
)
def feed(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Mails (.eml), mbox files, Maildirs, or folders of them.", metavar="PATH..."),
    ],
    silent: Annotated[
        bool, typer.Option("--silent", help="Send nothing, not even to staff; no mail server is needed.")
    ] = False,
    form: Annotated[
        Output, typer.Option("--format", help="text for people, json for programs.")
    ] = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Let stored mail take the same road as mail that arrives; one that was fed before is known again.

    Every file in a folder counts as mail. With --silent all letters are kept and never sent; the requests
    stay in the database all the same, so try things out with a database of its own. The desk must not be
    running. Exit code 0 if everything could be read, 1 if a file could not be.
    """
    from app.feeding import feed as feed_all

    raise typer.Exit(feed_all(settings, paths, silent, form is Output.JSON))


@app.command(epilog="Example:  privacydesk replay 17")
def replay(
    number: Annotated[int, typer.Argument(help="The message's number in `privacydesk inbox`.")],
    settings: SettingsFile = DEFAULT,
) -> None:
    """Let the desk handle a parked message once more."""
    from app.register import replay as play_again

    play_again(settings, number)


@app.command(epilog="Examples:  privacydesk outbox   |   privacydesk outbox 7gk2… --again")
def outbox(
    letter: Annotated[str, typer.Argument(help="Only this letter.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Send this letter once more, as it is; never one with a code.")
    ] = False,
    settings: SettingsFile = DEFAULT,
) -> None:
    """List the letters that did not arrive, or may not have, with what the other side said; or send one again."""
    from app import looking

    if again:
        looking.again(settings, letter)
    else:
        looking.unsettled(settings, letter)


@app.command(epilog="Example:  privacydesk release lan@example.com")
def release(
    address: Annotated[str, typer.Argument(help="An e-mail address.")], settings: SettingsFile = DEFAULT
) -> None:
    """Let mail go again to an address that is blocked because a letter came back from it for good."""
    from app.looking import release as let_go

    let_go(settings, address)


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


app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.command(epilog=RETENTION_EXAMPLES)(retention)
app.add_typer(subject, name="subject")
app.add_typer(hand_over, name="hand-over")
app.add_typer(directory, name="directory")
app.add_typer(notices, name="notices")
app.add_typer(law)
app.add_typer(policy, name="policy")
app.command(epilog=EVIDENCE_EXAMPLES)(evidence)


def main() -> None:
    """Run the command line; what an operator can mend is said in plain words, with exit code 1."""
    try:
        app()
    except Mendable as problem:
        fail(str(problem))
    except KeyboardInterrupt:
        print_error("Stopped.")
        raise SystemExit(130) from None
