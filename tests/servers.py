"""Tests on real servers: skipped where a server is not installed, a failure where REQUIRE_SERVERS=1 is set."""

from __future__ import annotations

import os

import pytest

from sandbox.peers.process import NotInstalled, program

#: Programs and the Debian packages that bring them.
DOVECOT = ("dovecot", "dovecot-imapd dovecot-lmtpd")
SMTP_SINK = ("smtp-sink", "postfix")


def require(*servers: tuple[str, str]) -> None:
    """Go on only where these are installed."""
    for name, package in servers:
        try:
            program(name, package)
        except NotInstalled as missing:
            if os.environ.get("REQUIRE_SERVERS") == "1":
                pytest.fail(str(missing))
            pytest.skip(str(missing))
