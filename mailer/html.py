"""Makes text of HTML: what a person would see, and nothing that is hidden from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mailer.charsets import nfc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

#: More of HTML, in characters and in tags, is not read.
LONGEST_HTML = 1_000_000
MOST_TAGS = 30_000
#: The second reader needs time in the square of how deep tags are nested: it gets so many of them.
MOST_TAGS_NESTED = 10_000

#: Stand where quoted mail begins and ends, until the lines are there; of private use (Unicode 23.5).
_BEGIN, _END = "\ue0f0", "\ue0f1"
_FOREIGN = re.compile(f"[\ud800-\udfff{_BEGIN}{_END}]")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>", re.IGNORECASE)
#: A cheap look whether anything can be hidden at all.
_MAY_HIDE = re.compile(
    r"\bhidden\b|<template|none|mso-hide|font-size\s*:\s*0|opacity\s*:\s*0|max-height\s*:\s*0", re.I
)
_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:opacity|max-height)\s*:\s*0(?:\.0+)?(?:px|pt|em|%)?\s*(?:!important\s*)?(?:;|$))",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(
    r"(?:^|[;\s])font-size\s*:\s*0(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:!important\s*)?(?:;|$)", re.I
)
#: What mail programs put around what is answered; a plain blockquote only moves a paragraph in.
_CITED = re.compile(r"(?<!block)quote|cite", re.IGNORECASE)
_BAR = re.compile(r"border-left\s*:\s*[^;]*(?:solid|#|rgb)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN_TAGS = frozenset({"script", "style", "template", "head", "title", "noscript", "-comment"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "hr"}
)


def html_to_text(html: str) -> str:
    """The visible text of HTML in NFC; where the first reader gives up (deep nesting) a second one reads."""
    html = _XML_DECLARATION.sub("", _FOREIGN.sub("\ufffd", html[:LONGEST_HTML]).replace("\0", ""), count=1)
    if not html.strip():
        return ""
    text = _laid_out(_with_tags(html, MOST_TAGS))
    if not text.strip():
        text = _plain(_with_tags(html, MOST_TAGS_NESTED))
    if not text.strip() and html.count("<") > MOST_TAGS_NESTED:
        text = _TAG.sub(" ", html)
    return nfc(text)


def _with_tags(html: str, most: int) -> str:
    return html if html.count("<") <= most else "<".join(html.split("<", most)[:most])


def _laid_out(html: str) -> str:
    from inscriptis import Inscriptis
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True))
        if _MAY_HIDE.search(html):
            _drop_hidden(tree)
        quotations = _mark_quotations(tree) if "<blockquote" in html.lower() else 0
        text = str(Inscriptis(tree).get_text())
        return _quoted(text) if quotations else text
    except Exception:  # noqa: BLE001 - whatever breaks the first reader is left to the second
        return ""


def _mark_quotations(tree: Any) -> int:
    """Put marks where quoted mail begins and ends; gives how often."""
    cited = [element for element in tree.iter("blockquote") if _is_cited(element)]
    for element in cited:
        element.text = f"{_BEGIN}{element.text or ''}"
        last = element[-1] if len(element) else None
        if last is None:
            element.text += _END
        else:
            last.tail = f"{last.tail or ''}{_END}"
    return len(cited)


def _is_cited(element: Any) -> bool:
    named = f"{element.get('type') or ''} {element.get('class') or ''} {element.get('id') or ''}"
    return bool("cite" in element.attrib or _CITED.search(named) or _BAR.search(element.get("style") or ""))


def _quoted(text: str) -> str:
    """Lines between the marks as mail quotes them: an answer below or among them can be told from them."""
    lines, depth = [], 0
    for line in text.split("\n"):
        begins, ends = line.count(_BEGIN), line.count(_END)
        depth += begins
        plain = line.replace(_BEGIN, "").replace(_END, "")
        if plain.strip() or not begins + ends:
            lines.append(f"{'>' * min(depth, 9)} {plain.strip()}".rstrip() if depth else plain)
        depth = max(depth - ends, 0)
    return "\n".join(lines)


def _drop_hidden(tree: Any) -> None:
    """Take hidden elements out; what follows them stays."""
    without_size = []
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        style = element.get("style") or ""
        if element.tag == "template" or "hidden" in element.attrib or _HIDING.search(style):
            element.drop_tree()
        elif style and _NO_SIZE.search(style):
            without_size.append(element)
    for element in without_size:
        _drop_own_text(element)


def _drop_own_text(element: Any) -> None:
    """Newsletters give a frame no size and its cells one: only what nobody gave a size again is unseen."""
    if not any("font-size" in (below.get("style") or "") for below in element.iterdescendants()):
        element.drop_tree()
        return
    element.text = None
    for child in element:
        child.tail = None


def _plain(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    pieces = "".join(_pieces(LexborHTMLParser(html).root))
    return "\n".join(line for line in map(str.strip, pieces.split("\n")) if line)


def _pieces(root: LexborNode | None) -> Iterator[str]:
    """The texts in their order, by hand: a reader that recurses breaks on what is nested deep."""
    node = root
    while node is not None:
        if node.tag == "-text":
            yield node.text_content or ""
        elif node.tag in _BLOCKS:
            yield "\n"
        if node.child is not None and not _is_hidden(node):
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is not None and node.tag in _BLOCKS:
                yield "\n"
        node = node.next if node is not None else None


def _is_hidden(node: LexborNode) -> bool:
    if node.tag in _UNSEEN_TAGS:
        return True
    attributes = node.attributes if (node.tag or "-")[0] != "-" else {}
    style = attributes.get("style") or ""
    return "hidden" in attributes or bool(_HIDING.search(style) or _NO_SIZE.search(style))
