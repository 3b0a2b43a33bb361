"""Tries the mail settings out, and says in plain words what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiosmtplib

from mailer.mailbox import Mailbox
from mailer.oauth import TokenFailed
from mailer.settings import AccessTokens, MailSettings, SettingsError
from mailer.smtp import Sender
from mailer.steps import MailboxError
from mailer.visit import open_mailbox
from mailer.watcher import FOLDER

#: Seconds that the SMTP server has for one answer here.
PATIENCE = 15.0

#: What was tried, whether it went well, and what to know or to do.
Finding = tuple[str, bool, str]


async def check_mail(settings: MailSettings) -> list[Finding]:
    """Connect, log in and look at both servers; nothing is fetched, changed or sent."""
    tokens = settings.imap.tokens
    findings = [await _check_tokens(tokens)] if tokens else []
    if all(well for _, well, _ in findings):
        findings += [finding async for finding in _check_imap(settings)]
        findings.append(await _check_smtp(settings))
    return findings


async def _check_tokens(tokens: AccessTokens) -> Finding:
    what = "get a token (OAuth2)"
    try:
        await tokens.token()
    except TokenFailed as failure:
        return what, False, f"{failure}."
    return what, True, "the token server gave one"


async def _check_imap(settings: MailSettings) -> AsyncIterator[Finding]:
    server = settings.imap
    what = f"read mail from {server.host}:{server.port}"
    way = "OAuth2" if server.tokens else "password"
    try:
        async with open_mailbox(server) as mailbox:
            selected = await mailbox.select(FOLDER)
            words = f"logged in by {way}; {FOLDER} holds {selected.exists} messages"
            yield what, True, f"{words} (UIDVALIDITY {selected.uidvalidity})"
            yield "learn of new mail", True, _IDLE if mailbox.can_idle else _NO_IDLE
            if folder := settings.filing.folder:
                yield await _check_folder(mailbox, folder)
    except (MailboxError, SettingsError) as error:
        yield what, False, _with_advice(str(error))


async def _check_folder(mailbox: Mailbox, folder: str) -> Finding:
    what = f"move acknowledged mail to {folder}"
    if not mailbox.can_move:
        return what, False, "the server cannot move mail (MOVE). Set after_acknowledged to 'flag' or 'keep'."
    if not await mailbox.has_folder(folder):
        return what, False, "there is no such folder. Make it in the mailbox, or name another."
    return what, True, "the folder is there"


async def _check_smtp(settings: MailSettings) -> Finding:
    server = settings.smtp
    what = f"send mail through {server.host}:{server.port}"
    try:
        client = await Sender(settings, PATIENCE).connect()
    except aiosmtplib.SMTPAuthenticationError as error:
        return what, False, _with_advice(f"the mail server refused to log in ({error.code})")
    except (aiosmtplib.SMTPException, OSError, SettingsError) as error:
        return what, False, _with_advice(str(error))
    await client.quit()
    return what, True, f"connected, tls = {server.tls}" + (", logged in" if server.user else "")


_IDLE = "mail is announced at once (IDLE)"
_NO_IDLE = "the server announces no mail (no IDLE): the mailbox is looked at every 30 seconds"

_LOG_IN = "Check user and password; some providers want an app password or OAuth2, or IMAP switched on first."
_PORTS = "Check host and port: 993 for IMAP with TLS, 465 for SMTP with TLS, 587 for STARTTLS."

#: What an error's text names, and what helps.
_ADVICE = (
    ("no access to the mailbox", ""),
    ("refused to log in", _LOG_IN),
    ("certificate", "Check the host's name; for an authority of your own name its file as ca_file."),
    ("nobody listens", _PORTS),
    ("Connect call failed", _PORTS),
    ("tls to", ""),
    ("STARTTLS", "Set tls to 'implicit' and port 465 if the server offers no STARTTLS."),
    ("", "Check host, port and tls, and whether a firewall stands between."),
)


def _with_advice(error: str) -> str:
    advice = next(advice for sign, advice in _ADVICE if sign in error)
    return f"{error}. {advice}".strip()
