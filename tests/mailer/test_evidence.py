"""Only our own mail server's word about a sender counts, and a signature that the desk has checked itself."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from core.messages import SenderEvidence
from mailer.evidence import Checks, evidence_of
from mailer.mime import read_message

OURS = Checks("mx.example.com")


def told(*values: str, checks: Checks = OURS) -> tuple[str, str, str]:
    raw = (
        "".join(f"Authentication-Results: {value}\r\n" for value in values).encode()
        + b"From: lan@example.org\r\n\r\n"
    )
    found = evidence_of(read_message(raw), raw, "example.org", checks)
    assert found.dkim_checked == ""
    return found.dmarc, found.spf, found.dkim


@pytest.mark.parametrize(
    ("values", "results"),
    [
        (["mx.example.com; dmarc=pass header.from=example.org; spf=pass; dkim=pass"], ("pass", "pass", "pass")),
        (["MX.Example.com 1; dmarc=fail (p=REJECT sp=NONE) header.from=x"], ("fail", "none", "none")),
        (["mx.example.com;\r\n dkim=pass header.i=@x;\r\n spf=softfail (x: y; z) smtp.mailfrom=x;\r\n dmarc=pass"], ("pass", "fail", "pass")),
        (["mx.example.com; none"], ("none", "none", "none")),
        (["mx.example.com; spf=neutral; dkim=temperror; dmarc=none"], ("none", "none", "none")),
        (["mx.example.com; dkim=fail header.d=a; dkim=pass header.d=b"], ("none", "none", "pass")),
        (["(a (nested) comment) mx.example.com (another); dmarc (yes) = pass"], ("pass", "none", "none")),
        (["mx.example.com; spf=pass", "mx.example.com; dmarc=pass"], ("pass", "pass", "none")),
    ],
)  # fmt: skip
def test_35_the_results_of_our_own_server_are_read(values: list[str], results: tuple[str, str, str]) -> None:
    assert told(*values) == results


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["evil.example; dmarc=pass"],
        ["mx.example.com.evil.example; dmarc=pass"],
        ["evil.example; x=mx.example.com; dmarc=pass"],
        ["evil.example; dmarc=pass", "mx.example.com; dmarc=pass"],
        ["spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x; dmarc=pass"],
        ["mx.example.com"],
        ["mx.example.com dmarc=pass"],
        ["mx.example.com; dmarc"],
        ["mx.example.com; xdmarc=pass"],
        ["mx.example.com; (dmarc=pass)"],
        ["mx.example.com; dmarc=pass", "mx.example.com; dmarc=fail"],
        ["mx.example.com; dmarc=pass; dmarc=fail"],
        ["((((((mx.example.com; dmarc=pass"],
    ],
)
def test_35_forged_duplicate_and_unparsable_results_are_none(values: list[str]) -> None:
    assert told(*values) == ("none", "none", "none")


def test_35_a_forged_header_below_that_of_our_own_server_changes_nothing() -> None:
    assert told("mx.example.com; spf=pass", "evil.example; x", "mx.example.com; dmarc=pass") == (
        "none",
        "pass",
        "none",
    )


def test_35_without_a_configured_server_nobodys_word_counts() -> None:
    assert told("mx.example.com; dmarc=pass", checks=Checks()) == ("none", "none", "none")


@given(st.text(max_size=200))
def test_any_header_is_read_or_none(value: str) -> None:
    raw = b"Authentication-Results: mx.example.com; " + value.encode("utf-8", "surrogatepass") + b"\r\n\r\n"
    found = evidence_of(read_message(raw), raw, "example.org", OURS)
    assert {found.dmarc, found.spf, found.dkim} <= {"pass", "fail", "none"}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Dns:
    """A domain's DNS with one DKIM key in it; remembers what it was asked."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
        self.asked: list[bytes] = []

    def __call__(self, name: bytes, left: float) -> bytes | None:
        assert 0 < left <= 3
        self.asked.append(name)
        return self.record


MAIL = (
    b"From: Lan <lan@example.org>\r\nTo: help@example.com\r\nSubject: data\r\n\r\nplease delete my data\r\n"
)


def signed(
    key: rsa.RSAPrivateKey, domain: bytes = b"example.org", mail: bytes = MAIL, length: bool = False
) -> bytes:
    dkim = pytest.importorskip("dkim")
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    signature: bytes = dkim.sign(mail, b"s1", domain, private, length=length)
    return signature + mail


def checked(raw: bytes, dns: Dns, sender: str = "example.org") -> str:
    found = evidence_of(read_message(raw), raw, sender, Checks(dkim=True), dns)
    assert (found.dmarc, found.spf, found.dkim) == ("none", "none", "none")
    return found.dkim_checked


def test_a_signature_that_holds_names_its_domain(key: rsa.RSAPrivateKey) -> None:
    dns = Dns(key)
    assert checked(signed(key), dns) == "example.org"
    assert dns.asked == [b"s1._domainkey.example.org."]
    assert checked(signed(key), dns, "mail.example.org") == "example.org"


def test_a_signature_that_does_not_hold_is_none(key: rsa.RSAPrivateKey) -> None:
    dns = Dns(key)
    raw = signed(key)
    assert checked(raw.replace(b"delete", b"change"), dns) == ""
    assert checked(raw.replace(b"lan@", b"lam@"), dns) == ""
    assert checked(b"DKIM-Signature: nonsense; d=example.org\r\n" + MAIL, dns) == ""
    assert checked(MAIL, dns) == ""
    assert checked(raw, Dns(rsa.generate_private_key(public_exponent=65537, key_size=2048))) == ""


def test_a_signature_of_somebody_else_says_nothing_about_the_sender(key: rsa.RSAPrivateKey) -> None:
    dns = Dns(key)
    assert checked(signed(key, b"evil.example"), dns) == ""
    assert checked(signed(key, b"org"), dns) == ""
    assert checked(signed(key, b"mail.example.org"), dns) == ""
    assert dns.asked == []


def test_the_signature_that_fits_is_found_among_others(key: rsa.RSAPrivateKey) -> None:
    assert checked(signed(key, b"list.example", signed(key)), Dns(key)) == "example.org"


def test_a_signature_over_a_part_of_the_body_or_beside_a_second_sender_is_none(
    key: rsa.RSAPrivateKey,
) -> None:
    dns = Dns(key)
    assert checked(signed(key, length=True), dns) == ""
    assert checked(b"From: boss@example.org\r\n" + signed(key), dns) == ""


def test_a_dns_that_is_slow_or_broken_is_no_signature(key: rsa.RSAPrivateKey) -> None:
    def broken(name: bytes, left: float) -> bytes | None:
        raise TimeoutError

    raw = signed(key)
    found = evidence_of(read_message(raw), raw, "example.org", Checks(dkim=True), broken)
    assert found == SenderEvidence()


def test_nothing_is_checked_where_the_settings_do_not_ask(key: rsa.RSAPrivateKey) -> None:
    raw = signed(key)
    assert evidence_of(read_message(raw), raw, "example.org", Checks(), Dns(key)) == SenderEvidence()
