"""By which program, rules and texts the desk works: written into the audit log whenever one of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from flows.store import AuditEntry
from policies.load import policy_names, policy_text

if TYPE_CHECKING:
    from app.settings import Settings
    from storage.store import SqlStore
    from storage.unit_of_work import SqlUnitOfWork

_PROGRAM = Path(__file__).parents[1]
#: What people read; the code beside it has a version.
_TEXTS = frozenset({".txt", ".html", ".toml"})


def versions(settings: Settings, statute: str) -> dict[str, str]:
    """The program's version, and SHA-256 digests of the policy, of its law's terms, and of all texts."""
    policy = settings.policy
    text = policy_text(policy).encode() if policy in policy_names() else Path(policy).read_bytes()
    law = (_PROGRAM / "policies" / "statutes" / f"{statute}.toml").read_bytes()
    return {
        "program": program_version(),
        "policy": sha256(text).hexdigest(),
        "statute": sha256(law).hexdigest(),
        "templates": digest_of(_PROGRAM / "templates", settings.templates),
    }


def program_version() -> str:
    """The version that is installed; empty in a checkout that is not."""
    try:
        return version("privacydesk")
    except PackageNotFoundError:
        return ""


def digest_of(*folders: Path | None) -> str:
    """SHA-256 of the texts below folders, by their names in order: any change of one changes it."""
    digest = sha256()
    for folder in filter(None, folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEXTS and path.is_file():
                name = path.relative_to(folder).as_posix()
                digest.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


async def write_down(store: SqlStore, settings: Settings, statute: str, now: datetime) -> None:
    """An audit row `started` with the versions, unless the last one says the same. Raises OSError."""
    await store.run(partial(_write_down, found=versions(settings, statute), now=now))


def _write_down(uow: SqlUnitOfWork, found: Mapping[str, str], now: datetime) -> None:
    last = uow.last_of_desk("started")
    if last is None or dict(last.detail) != found:
        uow.audit(AuditEntry(now, "", "desk", "started", found))
