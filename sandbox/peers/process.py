"""A server as a child process in the foreground: its folder, its ports, its start, its end."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import socket
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

#: Seconds until a server must listen, and until it is ended by force.
START = 20.0
STOP = 1.0

#: Debian keeps servers where an ordinary user's PATH does not look.
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))


class NotInstalled(Exception):
    """The server's program is not on this machine; the text names the Debian package that brings it."""


def program(name: str, package: str) -> str:
    """The path of a server's program. Raises NotInstalled."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise NotInstalled(f"{name} is not installed; on Debian or Ubuntu: apt install {package}")
    return found


def servant() -> str:
    """Who servers run as: nobody where we are root, ourselves else."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def server_folder(name: str) -> Path:
    """A new folder that the servant owns, with a path short enough for the sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    give(folder)
    return folder


def give(path: Path) -> None:
    """Hand a file or folder to the servant."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(servant())
        os.chown(path, entry.pw_uid, entry.pw_gid)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class ServerProcess:
    """One server in a process group of its own; it ends with whoever started it, whatever happens to them."""

    def __init__(self, command: Sequence[str], ports: Sequence[int], log_file: Path) -> None:
        self._command = command
        self._ports = ports
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, and return when every port is listened on. Raises RuntimeError with the server's own words."""
        with self._log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *_as_servant(self._command), stdout=log, stderr=log, start_new_session=True
            )
        try:
            async with asyncio.timeout(START):
                for port in self._ports:
                    await self._listening(port)
        except TimeoutError:
            await self.stop()
            raise RuntimeError(f"{self._command[0]} does not listen:\n{self._words()}") from None

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the whole group: every session is cut at once. Does nothing where it has ended."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        _signal(process.pid, how)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP)
        # A master may wait for long for its children, or end before them: nothing is to be left.
        _signal(process.pid, signal.SIGKILL)
        await process.wait()

    async def _listening(self, port: int) -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if self._process is None or self._process.returncode is not None:
                    raise RuntimeError(f"{self._command[0]} ended:\n{self._words()}") from None
                await asyncio.sleep(0.02)
            else:
                writer.transport.abort()
                return

    def _words(self) -> str:
        return self._log_file.read_text(encoding="utf-8", errors="replace")[-2000:]


def _as_servant(command: Sequence[str]) -> Sequence[str]:
    """The command as the servant runs it, told by the kernel when its parent dies."""
    setpriv = program("setpriv", "util-linux")
    change = ("--reuid=nobody", "--regid=nogroup", "--clear-groups") if os.geteuid() == 0 else ()
    return (setpriv, *change, "--pdeathsig=TERM", *command)


def _signal(group: int, how: signal.Signals) -> None:
    try:
        os.killpg(group, how)
    except ProcessLookupError:
        return
