"""What every answer of the page carries: nothing is kept, framed, run or told to other sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

#: Of which program this is, nobody needs to know.
_SERVER = "web"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()-]")


def security_headers(style_hash: str) -> Mapping[str, str]:
    """The headers of every answer (CSP Level 3, Fetch, Referrer Policy; RFC 9111 5.2.2.5 for no-store)."""
    policy = (
        "default-src 'none'",
        f"style-src '{style_hash}'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "Server": _SERVER,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }


def disposition(name: str) -> str:
    """Content-Disposition of a download (RFC 6266): a plain name for old programs, the true one beside it."""
    plain = _NOT_PLAIN.sub("_", name) or "data"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
