"""What is known of a mail's sender: by our own mail server's word (RFC 8601), and by a signature checked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from core.messages import SenderEvidence
from mailer.mime import Part

#: Seconds for all answers of DNS to one mail.
DNS_LIMIT = 3.0
#: More signatures of one mail are not checked; of bigger mails, in bytes, none is.
MOST_SIGNATURES = 3
LONGEST_SIGNED = 5_000_000

#: Answers a question for a TXT record: its name, and the seconds that are left; None without an answer.
Dns = Callable[[bytes, float], bytes | None]

_RESULT = re.compile(r"(dmarc|spf|dkim)(?:\s*/\s*1)?\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_AUTHSERV = re.compile(r'\s*"?([^\s;"]+)"?(?:\s+1)?\s*(?:;|$)')
_COMMENT = re.compile(r"\([^()]*\)")
_DOMAIN_TAG = re.compile(r"(?:^|;)\s*d\s*=\s*([\w.-]+)")
_BODY_LIMIT = re.compile(r"(?:^|;)\s*l\s*=")
_FAILED = frozenset({"fail", "softfail", "hardfail", "policy", "permerror", "reject", "quarantine"})


@dataclass(frozen=True, slots=True)
class Checks:
    """Whose word counts, and whether signatures are checked here; it can be sent to another process."""

    #: The name under which our own mail server writes Authentication-Results; empty: nobody's word counts.
    authserv_id: str = ""
    dkim: bool = False


#: Nobody's word counts, and nothing is checked.
NO_CHECKS = Checks()


def evidence_of(
    message: Part, raw: bytes, from_domain: str, checks: Checks, dns: Dns | None = None
) -> SenderEvidence:
    """What speaks for the sender's domain; never raises, and proves nothing."""
    found = _results(message.headers.get("authentication-results", ()), checks.authserv_id)
    domain = _signed_by(message, raw, from_domain, dns) if checks.dkim else ""
    return SenderEvidence(
        found.get("dmarc", "none"), found.get("spf", "none"), found.get("dkim", "none"), domain
    )


def _results(values: Iterable[str], authserv_id: str) -> dict[str, str]:
    """Of the topmost headers in a row that our own server wrote; of two that contradict each other, none."""
    found: dict[str, str] = {}
    for value in values if authserv_id else ():
        told = _read(value, authserv_id)
        if told is None:
            break
        for method, result in told:
            found[method] = (
                result if found.get(method, result) == result else _of_two(method, found[method], result)
            )
    return found


def _of_two(method: str, one: str, other: str) -> str:
    """A mail may bear several signatures, and one that holds is enough; all else has one result."""
    return "pass" if method == "dkim" and "pass" in (one, other) else "none"


def _read(value: str, authserv_id: str) -> list[tuple[str, str]] | None:
    """The results in a header; None where somebody else wrote it, or nobody can tell who."""
    plain = value
    while (shorter := _COMMENT.sub(" ", plain)) != plain:
        plain = shorter
    who = _AUTHSERV.match(plain)
    if who is None or who[1].lower().rstrip(".") != authserv_id.lower():
        return None
    results = (_RESULT.match(each.strip()) for each in plain[who.end() :].split(";"))
    return [(found[1].lower(), _verdict(found[2].lower())) for found in results if found]


def _verdict(result: str) -> str:
    if result == "pass":
        return "pass"
    return "fail" if result in _FAILED else "none"


def _signed_by(message: Part, raw: bytes, from_domain: str, dns: Dns | None) -> str:
    """The domain of a signature that holds and fits the domain of From (RFC 6376, RFC 7489 3.1.1)."""
    # Of two senders only one is signed, and nobody knows which one is read.
    if len(raw) > LONGEST_SIGNED or len(message.headers.get("from", ())) != 1:
        return ""
    ask = _Dns(dns)
    for number, signature in enumerate(message.headers.get("dkim-signature", ())[:MOST_SIGNATURES]):
        domain = _DOMAIN_TAG.search(signature)
        fits = domain is not None and _fits(domain[1].lower(), from_domain.lower())
        # A signature over the first bytes of a body vouches for whatever is put behind them.
        if domain and fits and not _BODY_LIMIT.search(signature) and _holds(raw, number, ask):
            return domain[1].lower()
    return ""


def _fits(signing: str, sending: str) -> bool:
    """The same domain, or one above it: nobody else can sign for a domain's parent."""
    return "." in signing and (sending == signing or sending.endswith(f".{signing}"))


def _holds(raw: bytes, number: int, ask: Dns) -> bool:
    import dkim  # type: ignore[import-untyped, import-not-found, unused-ignore]

    try:
        return bool(dkim.DKIM(raw, minkey=1024).verify(idx=number, dnsfunc=ask))
    except Exception:  # noqa: BLE001 - whatever breaks the checker is no signature that holds
        return False


class _Dns:
    """Asks DNS, all questions together within the time that one mail gets."""

    def __init__(self, ask: Dns | None) -> None:
        self._ask = ask
        self._until = monotonic() + DNS_LIMIT

    def __call__(self, name: bytes, timeout: float = DNS_LIMIT) -> bytes | None:
        left = min(self._until - monotonic(), timeout)
        return self._answer(name, left) if left > 0 else None

    def _answer(self, name: bytes, left: float) -> bytes | None:
        if self._ask is not None:
            return self._ask(name, left)
        from dkim.dnsplug import get_txt  # type: ignore[import-untyped, import-not-found, unused-ignore]

        found: bytes | None = get_txt(name, left)
        return found
