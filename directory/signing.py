"""How the desk proves to a company's service that it is the one who asks, and when it may ask at all."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

TIMESTAMP, SIGNATURE = "X-PrivacyDesk-Timestamp", "X-PrivacyDesk-Signature"


def signed(secret: str, body: bytes, now: int) -> dict[str, str]:
    """The headers that go with a body: the time in Unix seconds, and HMAC-SHA256 over it, a dot and the body."""
    stamp = str(now)
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP: stamp, SIGNATURE: f"sha256={digest}"}


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is asked there: https, or this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
