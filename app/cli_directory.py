"""The operator's commands on the people on file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.cli_options import DEFAULT, Output, OutputForm, SettingsFile

directory = typer.Typer(help="The people on file: who is found by what.", no_args_is_help=True)


class Kind(StrEnum):
    """What a value can be looked up as."""

    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"
    TELEGRAM = "telegram"


@directory.command(
    "test",
    epilog="Examples:  privacydesk directory test lan@example.com   |   "
    "privacydesk directory test 0901234567 --as phone   |   privacydesk directory test HV-0001 --format json",
)
def try_value(
    value: Annotated[
        str, typer.Argument(help="An e-mail address, phone number, account code or Telegram id.")
    ],
    kind: Annotated[
        Kind | None,
        typer.Option("--as", help="What the value is; else it is looked up as all that it can be."),
    ] = None,
    form: OutputForm = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Look somebody up as the desk does: whether one person, several or nobody is found, by what, and how fast.

    Shows what the desk would learn, with contacts masked; nothing is stored or sent. Exit code 0 if one person
    is found, 1 if nobody or several, 2 if the people on file could not be asked.
    """
    from app.looking_up import look_up

    raise typer.Exit(look_up(settings, value, kind.value if kind else "", form is Output.JSON))
