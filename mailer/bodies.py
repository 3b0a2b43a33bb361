"""Finds in a message's parts what a person reads: the text, and the files that came with it."""

from __future__ import annotations

import re
import unicodedata

from core.messages import Attachment
from mailer.charsets import decode
from mailer.mime import Part

#: More of a text, or of HTML, in characters, is not read.
LONGEST_TEXT = 1_000_000
LONGEST_HTML = 2_000_000
#: The second reader of HTML needs time in the square of how deep tags are nested: it gets so many of them.
MOST_TAGS = 10_000

_SURROGATES = re.compile("[\ud800-\udfff]")
_HIDDEN = 'script, style, template, head, title, [hidden], [style*="display:none"], [style*="display: none"]'
_BLOCKS = "p, div, br, tr, li, h1, h2, h3, h4, h5, h6, blockquote"
_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def text_of(message: Part) -> str:
    """The full text, quoted history included: text/plain where there is some, else HTML made into text."""
    return _text(message).strip()[:LONGEST_TEXT]


def attachments_of(message: Part) -> tuple[Attachment, ...]:
    """Every file, also those that are shown inline; a forwarded message is one file."""
    files = [part for part in message.walk() if not part.parts and _is_file(part)]
    return tuple(_attachment(part, number) for number, part in enumerate(files, start=1))


def _text(part: Part) -> str:
    if part.media_type == "multipart/alternative":
        plain_first = sorted(part.parts, key=lambda p: p.media_type != "text/plain")
        return next((text for p in plain_first if (text := _text(p)).strip()), "")
    if part.parts:
        return "\n".join(text for p in part.parts if (text := _text(p)).strip())
    if _is_file(part):
        return ""
    text = decode(part.content(), part.charset)
    return html_to_text(text) if part.media_type == "text/html" else text


def _is_file(part: Part) -> bool:
    if part.disposition == "attachment" or part.filename:
        return True
    # A multipart without parts is damaged: whatever stands in it is read as text.
    return not part.media_type.startswith("multipart/") and part.media_type not in ("text/plain", "text/html")


def html_to_text(html: str) -> str:
    """The visible text of HTML; where the first reader gives up (deep nesting) a second one reads."""
    html = _SURROGATES.sub("\ufffd", html[:LONGEST_HTML])
    if not html.strip():
        return ""
    text = _laid_out(html)
    return unicodedata.normalize("NFC", text if text.strip() else _plain(html))


def _laid_out(html: str) -> str:
    from inscriptis import get_text

    try:
        return str(get_text(html))
    except Exception:  # noqa: BLE001 - whatever breaks the first reader is left to the second
        return ""


def _plain(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser("<".join(html.split("<", MOST_TAGS)[:MOST_TAGS]))
    for node in tree.css(_HIDDEN):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before("\n")
    text = tree.root.text() if tree.root else ""
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _attachment(part: Part, number: int) -> Attachment:
    content = part.content()
    name = safe_name(part.filename) or f"{part.media_type.partition('/')[0]}-{number}"
    return Attachment(name=name, media_type=part.media_type, content=content, size=len(content))


def safe_name(name: str) -> str:
    """A file name without folders, control characters or tricks of direction; at most 120 characters."""
    return _UNSAFE_IN_NAME.sub("_", name).strip(" ._")[-120:]
