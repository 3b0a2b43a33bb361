"""Dovecot as its makers ship it: one mailbox with IMAP and LMTP on loopback, in a folder of its own."""

from __future__ import annotations

import grp
import pwd
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from sandbox.peers.lmtp import deliver
from sandbox.peers.process import ServerProcess, free_port, give, program, servant, server_folder

PASSWORD = "sandbox"
#: The Debian packages that bring it.
PACKAGES = "dovecot-imapd dovecot-lmtpd"

_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = privacydesk-sandbox
protocols = imap lmtp
listen = 127.0.0.1
log_path = /dev/stderr
info_log_path = /dev/stderr
ssl = {ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0 secs
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = {fsync}
mailbox_list_index = yes
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
protocol imap {{
  mail_max_userip_connections = 50
  {capability}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Processed {{
    auto = subscribe
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
"""


class Dovecot:
    """A Dovecot with mailboxes for some addresses; an async context manager. Raises NotInstalled.

    Mail to a plus-address lies in the mailbox of its address. With `certificate` and `key`, files in PEM,
    `imaps_port` speaks implicit TLS. Without `durable` nothing waits for the disk: a mail survives the
    death of the server, not that of the machine. `capabilities` is what it says that it can, instead of all.
    """

    def __init__(
        self,
        *addresses: str,
        certificate: Path | None = None,
        key: Path | None = None,
        durable: bool = False,
        capabilities: str = "",
    ) -> None:
        self._program = program("dovecot", PACKAGES)
        self._addresses = addresses
        self._certificate, self._key = certificate, key
        self._durable = durable
        self._capabilities = capabilities
        self.host = "127.0.0.1"
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self.imaps_port = free_port() if certificate else 0

    async def __aenter__(self) -> Self:
        self.folder = server_folder("dovecot")
        self._write_configuration()
        command = (self._program, "-F", "-c", str(self.folder / "dovecot.conf"))
        ports = (self.imap_port, self.lmtp_port, *filter(None, (self.imaps_port,)))
        self._process = ServerProcess(command, ports, self.folder / "dovecot.log")
        await self._process.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def start(self) -> None:
        """Start it again, with the mailboxes as they were."""
        await self._process.start()

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and all its sessions: with SIGTERM it takes leave of clients, with SIGKILL it does not."""
        await self._process.stop(how)

    async def deliver(self, mails: Iterable[bytes], to: str = "") -> int:
        """Deliver mails by LMTP to an address (the first, unless said otherwise); returns how many."""
        return await deliver(self.host, self.lmtp_port, to or self._addresses[0], mails)

    @property
    def words(self) -> str:
        """What it has logged."""
        return (self.folder / "dovecot.log").read_text(encoding="utf-8", errors="replace")

    def maildir(self, address: str = "") -> Path:
        """Where the mails of an address lie."""
        return self.folder / "mail" / (address or self._addresses[0]) / "Maildir"

    def _write_configuration(self) -> None:
        entry = pwd.getpwnam(servant())
        ssl = "no"
        if self._certificate and self._key:
            ssl = f"yes\nssl_cert = <{self.folder}/certificate.pem\nssl_key = <{self.folder}/key.pem"
            self._copy(self._certificate, "certificate.pem")
            self._copy(self._key, "key.pem")
        configuration = _CONFIGURATION.format(
            folder=self.folder,
            ssl=ssl,
            user=entry.pw_name,
            group=grp.getgrgid(entry.pw_gid).gr_name,
            uid=entry.pw_uid,
            gid=entry.pw_gid,
            capability=f"imap_capability = {self._capabilities}" if self._capabilities else "",
            fsync="optimized" if self._durable else "never",
            imap_port=self.imap_port,
            imaps_port=self.imaps_port,
            lmtp_port=self.lmtp_port,
        )
        users = "".join(f"{address}:{{PLAIN}}{PASSWORD}\n" for address in self._addresses)
        self._write("dovecot.conf", configuration.encode())
        self._write("users", users.encode())

    def _copy(self, source: Path, name: str) -> None:
        self._write(name, source.read_bytes())

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(0o600)
        give(path)
