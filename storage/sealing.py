"""Encryption at rest: the master key and its file, sealed values, blind indexes, codes and tokens."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
#: How long a master key can be: as it was made, and with what outlives a change behind it.
MASTER_KEY_BYTES = (KEY_BYTES, 3 * KEY_BYTES)
NONCE_BYTES = 12
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"

#: First byte of every sealed value: which way it was sealed.
AES_256_GCM = b"\x01"


class CannotUnseal(Exception):
    """A sealed value does not open: another key, another place, or changed bytes."""


class MasterKeyError(Exception):
    """The master key's file cannot be used; the text says why and how to mend it."""


class OtherMasterKey(MasterKeyError, CannotUnseal):
    """A data key does not open: it was wrapped under another master key, or changed since."""

    def __init__(self) -> None:
        super().__init__(
            "The master key is not the one that this database is sealed under. Restore the key's file that "
            "belongs to this database, or the database that belongs to this key. If a change of the key was "
            "interrupted, bring it to its end: privacydesk keys rotate"
        )


# --- sealed values -------------------------------------------------------------------------------


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """Encrypt with AES-256-GCM (NIST SP 800-38D); `place` (table, column, row) is bound to the result."""
    nonce = os.urandom(NONCE_BYTES)
    return AES_256_GCM + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` made for the same place. Raises CannotUnseal."""
    if sealed[:1] != AES_256_GCM:
        raise CannotUnseal(f"{place}: sealed in an unknown way")
    nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, text, place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(f"{place}: wrong key, or changed since it was sealed") from error


def subkey(master_key: bytes, purpose: str) -> bytes:
    """A key of its own for a purpose (HKDF-SHA256, RFC 5869 2.3; the master key is uniformly random)."""
    if len(master_key) != KEY_BYTES:
        raise MasterKeyError(f"a master key has {KEY_BYTES} bytes, this one has {len(master_key)}")
    return HKDFExpand(SHA256(), KEY_BYTES, f"privacydesk/1/{purpose}".encode()).derive(master_key)


def keyed_hash(key: bytes, purpose: str, value: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104), different for every purpose."""
    return hmac.digest(key, purpose.encode() + b"\0" + value, "sha256")


class Roots(NamedTuple):
    """What the master key's file stands for.

    A file that was made once holds one key, and all three are derived from it. One that has been renewed
    holds a new wrapping root, and behind it the other two as they were: whoever has been found by a keyed
    hash must be found on, and a code that is on its way must stay good.
    """

    wrapping: bytes
    indexing: bytes
    codes: bytes

    @classmethod
    def of(cls, master_key: bytes) -> Roots:
        """Raises MasterKeyError where this cannot be a master key."""
        if len(master_key) not in MASTER_KEY_BYTES:
            raise MasterKeyError(f"a master key has {KEY_BYTES} bytes, this one has {len(master_key)}")
        wrapping = subkey(master_key[:KEY_BYTES], "key-wrapping")
        if len(master_key) == KEY_BYTES:
            return cls(wrapping, subkey(master_key, "blind-index"), subkey(master_key, "codes"))
        return cls(wrapping, master_key[KEY_BYTES : 2 * KEY_BYTES], master_key[2 * KEY_BYTES :])


def renewed(master_key: bytes) -> bytes:
    """A master key that wraps anew, and finds and checks as this one does."""
    roots = Roots.of(master_key)
    return os.urandom(KEY_BYTES) + roots.indexing + roots.codes


class Keyring:
    """What the store takes from the master key: the key that wraps data keys, and the one that indexes."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping, self._indexing, _ = Roots.of(master_key)

    def wrap(self, key_id: str, data_key: bytes) -> bytes:
        return seal(self._wrapping, data_key, f"data_key.wrapped/{key_id}")

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Raises OtherMasterKey."""
        try:
            return unseal(self._wrapping, wrapped, f"data_key.wrapped/{key_id}")
        except CannotUnseal:
            raise OtherMasterKey from None

    def index(self, purpose: str, value: str | bytes) -> bytes:
        """A blind index: finds a value again without keeping it."""
        raw = value.encode() if isinstance(value, str) else value
        return keyed_hash(self._indexing, purpose, raw)


class Secrets:
    """Randomness and keyed hashes: `flows.ports.Secrets`."""

    def __init__(self, master_key: bytes) -> None:
        self._codes = Roots.of(master_key).codes

    def token(self, length: int) -> str:
        """Lower-case Crockford base32 characters, five bits each."""
        # 32 divides 256: each of the five-bit values is as likely as the others.
        return "".join([CROCKFORD[byte & 31] for byte in os.urandom(length)])

    def code(self) -> str:
        """A one-time code of eight digits."""
        return f"{secrets.randbelow(10**8):08}"

    def digest(self, purpose: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256), different for every purpose."""
        return keyed_hash(self._codes, purpose, value.encode())


# --- the master key's file -----------------------------------------------------------------------


def create_master_key(path: Path) -> None:
    """Write a new random master key, readable by its owner only. Raises MasterKeyError if a file is there."""
    write_master_key(path, os.urandom(KEY_BYTES))


def write_master_key(path: Path, master_key: bytes) -> None:
    """Write a master key, readable by its owner only. Raises MasterKeyError if a file is there."""
    text = base64.b64encode(master_key) + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise MasterKeyError(
            f"{path} exists already and is left as it is: without it nothing stored can be read"
        ) from error
    except OSError as error:
        raise MasterKeyError(f"{path} cannot be written: {error.strerror}") from error
    _write_for_good(descriptor, text, path)


def _write_for_good(descriptor: int, text: bytes, path: Path) -> None:
    try:
        with open(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise MasterKeyError(f"{path} cannot be written: {error.strerror}") from error


def load_master_key(path: Path) -> bytes:
    """The bytes of the master key. Raises MasterKeyError, which says how to mend it."""
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError as error:
        raise MasterKeyError(
            f"{path} is missing: restore it from its backup, or, for a new desk only, create one"
        ) from error
    except OSError as error:
        raise MasterKeyError(f"{path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise MasterKeyError(f"{path} is open to other users: run `chmod 600 {path}`")
    return _decoded(text, path)


def _decoded(text: bytes, path: Path) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise MasterKeyError(f"{path} is no base64 text: restore it from its backup") from error
    if len(key) not in MASTER_KEY_BYTES:
        raise MasterKeyError(f"{path} holds {len(key)} bytes and not {KEY_BYTES}: restore it from its backup")
    return key
