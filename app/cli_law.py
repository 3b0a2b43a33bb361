"""Commands about the law and the policy: when something is due, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.cli_options import DEFAULT, Output, OutputForm, SettingsFile

law = typer.Typer()
policy = typer.Typer(help="What your policy says, and where it falls short of the law.", no_args_is_help=True)

PolicyNamed = Annotated[
    str, typer.Argument(help="A policy file or a shipped name; else the settings' own.", metavar="POLICY")
]


class Language(StrEnum):
    """The languages that a policy can be explained in."""

    VI = "vi"
    EN = "en"


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


@policy.command(
    epilog="Examples:  privacydesk policy explain   |   privacydesk policy explain mentracere --language en   |   "
    "privacydesk policy explain policy.toml > policy.txt"
)
def explain(
    named: PolicyNamed = "",
    language: Annotated[
        Language | None, typer.Option(help="The language to explain in; else the policy's first.")
    ] = None,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Say in plain sentences what a policy makes the desk do, for a lawyer and a manager to check.

    Each right is told with what proves who asks, how many must approve, both clocks and which of them binds
    for what comes in today. Numbers that your counsel gave are named as such.
    """
    from app.explaining import explain as tell_plainly

    tell_plainly(named, language or "", settings)


@policy.command(
    epilog="Examples:  privacydesk policy lint   |   privacydesk policy lint nencer   |   "
    "privacydesk policy lint policy.toml --format json"
)
def lint(named: PolicyNamed = "", form: OutputForm = Output.TEXT, settings: SettingsFile = DEFAULT) -> None:
    """List where a policy falls short of its law, each with what to do.

    error: what is published or set breaks the law; warning: it may, or people are hindered or misled; note:
    worth knowing. Exit code 0 without errors, 1 with any, or where the policy cannot be read.
    """
    from app.linting import lint as look_for_gaps

    raise typer.Exit(look_for_gaps(named, settings, form is Output.JSON))
