"""The commands for the notices: whether they say all they must, and how they look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli_options import DEFAULT, Output, OutputForm, SettingsFile

notices = typer.Typer(
    help="The texts that leave the desk: checked, and to be looked at.", no_args_is_help=True
)

Templates = Annotated[
    Path | None,
    typer.Option(
        help="A folder with texts of your own, laid out like ours; else the settings' one, else only ours.",
        file_okay=False,
    ),
]
PolicyNamed = Annotated[
    str, typer.Option(help="A policy file or a shipped name; else the settings' one, else mentracere.")
]


@notices.command(
    epilog="Examples:  privacydesk notices lint   |   "
    "privacydesk notices lint --templates texts --policy policy.toml   |   privacydesk notices lint --format json"
)
def lint(
    templates: Templates = None,
    policy: PolicyNamed = "",
    form: OutputForm = Output.TEXT,
    settings: SettingsFile = DEFAULT,
) -> None:
    """Refuse notices that leave out what they must say, or say what no reader should see.

    For each notice, language and medium: the reference, what was understood, the due date, how to set us right
    and how to complain, as it applies; the same fields in every language; no placeholders, machine words or
    remote content; subjects that are shown whole. No settings are needed. Exit code 0 if all is well, 1 if not.
    """
    from app.notices import Question
    from app.notices import lint as look

    raise typer.Exit(look(Question(templates, policy, settings), form is Output.JSON))


@notices.command(
    epilog="Examples:  privacydesk notices preview   |   privacydesk notices preview --templates texts --output texts.html"
)
def preview(
    output: Annotated[Path, typer.Option(help="The page to write.", dir_okay=False)] = Path("notices.html"),
    templates: Templates = None,
    policy: PolicyNamed = "",
    settings: SettingsFile = DEFAULT,
) -> None:
    """Write one page with every notice in every language: mail, plain text and chat side by side.

    Open it in a browser; it shows the letters on a phone or a computer, in light or dark. They are filled with
    invented samples; nothing is sent. No settings are needed.
    """
    from app.notices import Question, write_preview

    write_preview(Question(templates, policy, settings), output)
