"""The operator's commands on the audit log, and the evidence of one request."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli_options import DEFAULT, Output, OutputForm, SettingsFile

audit = typer.Typer(help="The audit log: what it proves, and whether it is whole.", no_args_is_help=True)

EVIDENCE_EXAMPLES = (
    "Examples:  privacydesk evidence MC-7K3F-9Q2X   |   "
    "privacydesk evidence MC-7K3F-9Q2X --language en --output case.zip"
)


class Language(StrEnum):
    """The languages of the timeline."""

    VI = "vi"
    EN = "en"


@audit.command(
    epilog="Examples:  privacydesk audit verify   |   privacydesk audit verify --anchor 4711:9f3c…   |   "
    "privacydesk audit verify --format json"
)
def verify(
    anchor: Annotated[
        str,
        typer.Option(help="NUMBER:HASH of an earlier row, kept elsewhere: tells what was cut off since."),
    ] = "",
    form: OutputForm = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Walk the whole audit log, and say what was changed, taken out, put in, moved or cut off, and where.

    The desk may be running. Exit code 0 if the log is whole, 1 if anything is wrong with it. The last line is
    the new anchor: keep it where nobody who can write the database can write.
    """
    from app.auditing import verify as walk

    raise typer.Exit(walk(settings, anchor, form is Output.JSON))


@audit.command(epilog="Example:  privacydesk audit head >> /mnt/elsewhere/anchors.txt")
def head(settings: SettingsFile = DEFAULT) -> None:
    """Print NUMBER:HASH of the last row of the audit log: an anchor, to be kept elsewhere."""
    from app.auditing import head as print_head

    print_head(settings)


def evidence(
    reference: Annotated[str, typer.Argument(help="The request's reference, as in MC-7K3F-9Q2X.")],
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write; else evidence-REFERENCE.zip here.", dir_okay=False),
    ] = None,
    language: Annotated[Language, typer.Option(help="The language of the timeline.")] = Language.VI,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Write all that is known of one request into one ZIP: timeline, messages, decisions, audit rows.

    The file holds personal data: only its owner can read it, and the export itself is written into the audit
    log. It never holds a one-time code. Of a request that was erased only the audit rows are left.
    """
    from app.evidence import export

    export(settings, reference, output, language.value)
