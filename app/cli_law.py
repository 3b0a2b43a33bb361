"""Commands about the law and the policy: when something is due, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli_options import Output

law = typer.Typer()


@law.command(
    epilog="Examples:  privacydesk deadline access 2026-11-23   |   "
    "privacydesk deadline deletion 2026-11-23T18:30+00:00 --third-party --format json   |   "
    "privacydesk deadline access 2026-11-23 --policy policy.toml"
)
def deadline(
    right: Annotated[str, typer.Argument(help="access, correction, deletion, objection, …")],
    received: Annotated[
        str,
        typer.Argument(help="The day of receipt: 2026-11-23, or a moment with its offset.", metavar="DATE"),
    ],
    statute: Annotated[
        str,
        typer.Option(help="The law's name, for example gdpr; else the policy's, or Vietnam's of that day."),
    ] = "",
    third_party: Annotated[
        bool, typer.Option("--third-party", help="A processor or another company must act too.")
    ] = False,
    policy: Annotated[
        str, typer.Option(help="A policy file or name: its calendar, its law, and its own promise as well.")
    ] = "",
    form: Annotated[
        Output, typer.Option("--format", help="text for people, json for programs.")
    ] = Output.TEXT,
) -> None:
    """Say when a right is due that was asked for on a day, and count it step by step.

    In JSON `acknowledge`, `raw`, `safe`, `rolled` and `extended` are dates or null. `safe` is the last working
    day on or before the end of the term, which the desk keeps; `rolled` the first on or after it; `extended`
    is the safe date with the one extension. No settings are needed.
    """
    from app.deadline import Question, tell

    tell(Question(right, received, statute, third_party, policy), form is Output.JSON)
