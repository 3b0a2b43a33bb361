"""Sealed values open in their place under their key only; the master key's file is looked at twice."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.sealing import (
    CROCKFORD,
    CannotUnseal,
    Keyring,
    MasterKeyError,
    Secrets,
    create_master_key,
    load_master_key,
    seal,
    subkey,
    unseal,
)

KEY, OTHER_KEY = bytes(32), bytes([1]) * 32
PLACE = "request.sealed/r-1"


@pytest.mark.parametrize("plain", [b"", b"x", "Bông".encode() * 10_000])
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert unseal(KEY, seal(KEY, plain, PLACE), PLACE) == plain


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal(KEY, b"text", PLACE) != seal(KEY, b"text", PLACE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotUnseal):
        unseal(OTHER_KEY, seal(KEY, b"text", PLACE), PLACE)


@pytest.mark.parametrize("place", ["request.sealed/r-2", "message.sealed/r-1", "request.token/r-1"])
def test_a_value_moved_elsewhere_does_not_open(place: str) -> None:
    with pytest.raises(CannotUnseal):
        unseal(KEY, seal(KEY, b"text", PLACE), place)


def test_a_change_to_any_byte_is_noticed() -> None:
    sealed = seal(KEY, b"text", PLACE)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(CannotUnseal):
            unseal(KEY, changed, PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 28])
def test_a_value_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(CannotUnseal):
        unseal(KEY, seal(KEY, b"text", PLACE)[:length], PLACE)


def test_errors_quote_nothing_that_was_sealed() -> None:
    with pytest.raises(CannotUnseal) as caught:
        unseal(OTHER_KEY, seal(KEY, b"secret text", PLACE), PLACE)
    assert "secret" not in str(caught.value)


def test_subkeys_are_those_of_the_standard() -> None:
    """RFC 5869: expanding is the second half of the whole; an independent path must agree on it."""
    whole = HKDF(SHA256(), 32, salt=None, info=b"privacydesk/1/codes")
    assert subkey(whole_prk(KEY), "codes") == whole.derive(KEY)


def whole_prk(key: bytes) -> bytes:
    return HKDF.extract(SHA256(), None, key)


def test_every_purpose_has_a_key_of_its_own() -> None:
    assert len({subkey(KEY, purpose) for purpose in ("key-wrapping", "blind-index", "codes")}) == 3


def test_a_wrapped_key_opens_under_its_own_name_and_master_key_only() -> None:
    ring = Keyring(KEY)
    wrapped = ring.wrap("request:1", OTHER_KEY)
    assert ring.unwrap("request:1", wrapped) == OTHER_KEY
    with pytest.raises(CannotUnseal):
        ring.unwrap("request:2", wrapped)
    with pytest.raises(CannotUnseal):
        Keyring(OTHER_KEY).unwrap("request:1", wrapped)


def test_an_index_is_stable_and_bound_to_purpose_and_key() -> None:
    ring = Keyring(KEY)
    assert ring.index("address", "a@customer.example") == Keyring(KEY).index("address", b"a@customer.example")
    others = {ring.index("token", "a"), ring.index("address", "b"), Keyring(OTHER_KEY).index("address", "a")}
    assert len(others | {ring.index("address", "a")}) == 4


# --- tokens and codes ----------------------------------------------------------------------------


def test_tokens_are_lower_case_crockford_base32() -> None:
    token = Secrets(KEY).token(2000)
    assert len(token) == 2000
    assert set(token) == set(CROCKFORD)
    assert set("ilou").isdisjoint(CROCKFORD)


def test_tokens_do_not_repeat() -> None:
    assert len({Secrets(KEY).token(16) for _ in range(1000)}) == 1000


def test_codes_have_eight_digits_leading_zeros_included() -> None:
    codes = {Secrets(KEY).code() for _ in range(1000)}
    assert all(len(code) == 8 and code.isdecimal() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(codes) > 990


def test_digests_differ_by_purpose_value_and_key() -> None:
    digest = Secrets(KEY).digest("code r-1", "48219077")
    assert digest == Secrets(KEY).digest("code r-1", "48219077")
    others = {
        Secrets(KEY).digest("code r-2", "48219077"),
        Secrets(KEY).digest("code r-1", "48219078"),
        Secrets(OTHER_KEY).digest("code r-1", "48219077"),
    }
    assert len(others | {digest}) == 4


# --- the master key's file -----------------------------------------------------------------------


def test_a_new_master_key_is_random_and_its_owners_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "one.key", tmp_path / "two.key"
    create_master_key(one)
    create_master_key(two)
    assert len(load_master_key(one)) == 32
    assert load_master_key(one) != load_master_key(two)
    assert stat.S_IMODE(one.stat().st_mode) == 0o600


def test_an_existing_master_key_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    create_master_key(file)
    before = file.read_bytes()
    with pytest.raises(MasterKeyError, match="exists already"):
        create_master_key(file)
    assert file.read_bytes() == before


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be written"):
        create_master_key(tmp_path / "nowhere" / "master.key")


def test_a_missing_master_key_is_reported(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="is missing"):
        load_master_key(tmp_path / "master.key")


def test_a_folder_is_no_master_key(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be read"):
        load_master_key(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_master_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "master.key"
    create_master_key(file)
    file.chmod(mode)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        load_master_key(file)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (base64.b64encode(bytes(31)), "31 bytes"),
        (base64.b64encode(bytes(33)), "33 bytes"),
        (b"", "0 bytes"),
        (b"not base64!", "base64"),
        (bytes([255]) * 32, "base64"),
    ],
)
def test_a_damaged_master_key_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "master.key"
    file.touch(0o600)
    file.write_bytes(content)
    with pytest.raises(MasterKeyError, match=why):
        load_master_key(file)
