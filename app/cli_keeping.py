"""The operator's commands on keys, on retention, and on what the desk itself holds about somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli_audit import Language
from app.cli_options import DEFAULT, Output, OutputForm, SettingsFile

keys = typer.Typer(help="The master key.", no_args_is_help=True)
subject = typer.Typer(help="What the desk itself holds about one person.", no_args_is_help=True)

RETENTION_EXAMPLES = (
    "Examples:  privacydesk retention --dry-run   |   privacydesk retention --dry-run --format json"
)

WhoseAddress = Annotated[
    str, typer.Argument(help="An e-mail address, or a chat account: telegram:123456789.", metavar="ADDRESS")
]


@keys.command(epilog="Example:  privacydesk keys rotate -s /etc/privacydesk/privacydesk.toml")
def rotate(settings: SettingsFile = DEFAULT) -> None:
    """Put a new master key into the place of the old one, and wrap every data key under it.

    The desk must not be running. It can be interrupted at any moment, also by a power cut: run it again, and
    it goes on. The old key stays beside the new one as FILE.old until you destroy it; backups of the database
    from before need it. Codes that are on their way stay good.
    """
    from app.keeping import rotate_keys

    rotate_keys(settings)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is due; erase nothing.")] = False,
    form: OutputForm = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Erase what the desk need not keep any more, by the policy's \\[desk_retention]; `run` does it once a day.

    The desk may be running. What was erased can be brought back by nobody.
    """
    from app.keeping import retention as keep_no_longer

    keep_no_longer(settings, dry_run, form is Output.JSON)


@subject.command(
    epilog="Examples:  privacydesk subject export lan@example.com   |   "
    "privacydesk subject export telegram:123456789 --language en --output copy.zip"
)
def export(
    address: WhoseAddress,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; else subject-export.zip here.", dir_okay=False)
    ] = None,
    language: Annotated[Language, typer.Option(help="The language of the text.")] = Language.VI,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Write all that the desk holds under an address into one ZIP: for people, for programs, and as it came.

    The file holds personal data: only its owner can read it. Look through it before you hand it over: others
    may be named in it. The desk may be running; the export is written into the audit log, without the address.
    """
    from app.subjects import export as write_all

    write_all(settings, address, output or Path("subject-export.zip"), language.value)


@subject.command(
    epilog="Examples:  privacydesk subject erase lan@example.com   |   "
    "privacydesk subject erase telegram:123456789 --including-open"
)
def erase(
    address: WhoseAddress,
    including_open: Annotated[
        bool, typer.Option("--including-open", help="Erase open requests too: they are never answered.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: for scripts.")] = False,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Erase what the desk holds under an address, with its keys, after showing what that is.

    Open requests stay: close them or let them be withdrawn first. The audit trail stays too: it holds no
    personal data. The desk may be running. Exit code 0 if all is erased, 1 if open requests are left.
    """
    from app.subjects import erase as erase_all

    raise typer.Exit(erase_all(settings, address, including_open, yes))
