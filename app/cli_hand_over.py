"""The commands for what is handed over, for the operator's command line."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli_options import DEFAULT, SettingsFile

hand_over = typer.Typer(help="Results that wait to be downloaded, or for a passphrase.", no_args_is_help=True)


@hand_over.command(epilog="Example:  privacydesk hand-over again MC-7K3F-9Q2X")
def again(
    reference: Annotated[str, typer.Argument(help="The number of the request.")],
    settings: SettingsFile = DEFAULT,
) -> None:
    """Send a new link to results that were handed over; the old link ends.

    It goes to the proven contact, as the first one did. For an encrypted file a new code goes out, or its
    passphrase. Exit code 1 where nothing is kept any more: then the file must be sent anew.
    """
    from app.handing import send_again

    send_again(settings, reference)
