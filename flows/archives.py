"""Several files as one: a plain ZIP, or one that only its passphrase opens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from core.handed_files import safe_media_type, safe_names
from core.messages import Attachment

ZIP = "application/zip"


def cleaned(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files under names and types that do no harm anywhere, each name once."""
    names = safe_names([file.name for file in files])
    return tuple(
        Attachment(name, safe_media_type(file.media_type), file.content, size=len(file.content or b""))
        for name, file in zip(names, files, strict=True)
    )


def as_one(files: Sequence[Attachment], name: str, now: datetime) -> Attachment:
    """The one file as it is, or all of them as one ZIP of that name."""
    if len(files) == 1:
        return files[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(_entry(file, now), file.content or b"")
    return _archive(packed, name)


def sealed(files: Sequence[Attachment], name: str, passphrase: str) -> Attachment:
    """The files as a ZIP under AES-256 (WinZip's AE-2, which 7-Zip, WinZip, Keka and others open).

    The names inside stay readable: the format has no place to hide them.
    """
    import pyzipper

    packed = io.BytesIO()
    with pyzipper.AESZipFile(
        packed, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for file in files:
            archive.writestr(file.name, file.content or b"")
    return _archive(packed, name)


def _entry(file: Attachment, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _archive(packed: io.BytesIO, name: str) -> Attachment:
    content = packed.getvalue()
    return Attachment(name, ZIP, content, size=len(content))
