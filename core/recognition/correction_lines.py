"""Reads corrections that are set out in lines: the old value above the new one, a table, a list of changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.recognition.fields import names_field
from core.recognition.values import MARK, Marked

#: Start and end of the wrong value in the marked text, None where it is not said, and of the right one.
Spans = tuple[tuple[int, int] | None, tuple[int, int]]

_BULLET = r"^[ \t]{0,8}(?:[-–•*+]|\(?\w{1,2}[.)])?[ \t]{0,4}"
_OLD = (
    r"(?:old|wrong|incorrect|inaccurate|stored|recorded|registered|on (?:your )?file|held|existing|previous|former"
    r"|your records?|as shown|listed|cu|sai|(?:hien|dang|da) (?:ghi|luu|co)|truoc(?: day)?|ghi (?:sai|nham))"
)
_EITHER = r"(?:current(?:ly)?|at present|hien (?:tai|nay))"
_NEW = (
    r"(?:new|correct(?:ed)?(?: to)?|right|should (?:be|read|say)|changed? to|to be|actual(?:ly)?|true|moi|dung(?: la)?"
    r"|chinh xac|(?:sua|doi|chinh|dieu chinh|cap nhat)(?: lai)?(?: thanh)?|de nghi sua)"
)
_TILL = r"[^\n:\ue000-\ue3ff]{0,24}"
_VALUE = r"[^\n;|]{1,90}?"
_APART = r"[ \t.]{0,4}(?:\n\s{0,8}|[;|,/–] ?|(?<=\.) )"


def _pair(first: str, one: str, second: str, two: str) -> re.Pattern[str]:
    return re.compile(
        rf"{_BULLET}(?:{_TILL}\b)??{first}\b{_TILL}: {{0,4}}(?P<{one}>{_VALUE}){_APART}"
        rf"(?:[-–•*+]|\(?\w{{1,2}}[.)])?[ \t]{{0,4}}(?:{_TILL}\b)??{second}\b{_TILL}: {{0,4}}(?P<{two}>{_VALUE})[ \t.]{{0,4}}$",
        re.MULTILINE,
    )


_PAIRS = (
    _pair(_OLD, "old", rf"(?:{_NEW}|{_EITHER})", "new"),
    _pair(_EITHER, "old", _NEW, "new"),
    _pair(_NEW, "new", rf"(?:{_OLD}|{_EITHER})", "old"),
)
_CHANGES = re.compile(
    r"(?:\b(?:following|below|sau(?: day)?)\b[^\n]{0,50}\b(?:changes?|corrections?|amend\w*|rectif\w*|updates?|sua|dieu chinh|dinh chinh|cap nhat)\b"
    r"|\b(?:changes?|correct\w*|amend\w*|rectif\w*|updates?|sua|dieu chinh|dinh chinh|cap nhat)\b[^\n]{0,80}"
    r"\b(?:following|below|as follows|sau(?: day)?|nhu sau)\b|\b(?:put right|set right|correct) (?:what|the (?:data|entries))\b)[^\n]{0,40}:[ \t]{0,4}\n{1,3}"
)
_ITEM = re.compile(
    rf"{_BULLET}(?P<label>[^\n:]{{2,40}}): {{0,4}}(?P<new>[^\n]{{1,90}}?)[ \t.;,]{{0,4}}$", re.MULTILINE
)
#: A list item that says more than the new value is read by its phrases.
_SAYS_MORE = re.compile(
    rf"(?:->|→|=>|⇒)|\b(?:should|not|khong phai|instead|thanh|sang|{_OLD}|{_EITHER}|dung|was)\b"
)
_WORDED = re.compile(rf"[a-z' ]{{2,24}}:? ?({MARK})")
_CELL = re.compile(r"[^|\t\n]+")
_OLD_HEAD, _NEW_HEAD = re.compile(rf"\b(?:{_OLD}|{_EITHER})\b"), re.compile(rf"\b{_NEW}\b")


def set_out(marked: Marked) -> Iterator[Spans]:
    """The corrections that a marked text sets out in lines, in no certain order."""
    if ":" in marked.text:
        for pattern in _PAIRS:
            for found in pattern.finditer(marked.text):
                yield _bare(found, "old"), _bare(found, "new")
        yield from _listed(marked.text)
    if "|" in marked.text or "\t" in marked.text:
        yield from _table(marked.text)


def _bare(found: re.Match[str], name: str) -> tuple[int, int]:
    """A value without the words before it: "born on 3 March" is a date."""
    worded = _WORDED.fullmatch(found[name])
    return (found.start(name) + worded.start(1), found.end(name)) if worded else found.span(name)


def _listed(text: str) -> Iterator[Spans]:
    """ "Please make the following changes:" and lines such as "Name: Anne Bright" below it."""
    for found in _CHANGES.finditer(text):
        at = found.end()
        while (item := _ITEM.match(text, at)) and names_field(item["label"]):
            if not _SAYS_MORE.search(item[0]):
                yield None, item.span("new")
            at = item.end() + 1


def _table(text: str) -> Iterator[Spans]:
    """Rows below a head such as "field | on file | correct", with bars or tabs between the cells."""
    rows = [list(_CELL.finditer(text, *line.span())) for line in re.finditer(r"[^\n]+", text)]
    for number, head in enumerate(rows):
        old = [at for at, cell in enumerate(head) if _OLD_HEAD.search(cell[0])]
        new = [at for at, cell in enumerate(head) if _NEW_HEAD.search(cell[0]) and at not in old]
        if len(head) >= 2 and len(old) == len(new) == 1:
            for row in rows[number + 1 :]:
                if len(row) != len(head):
                    break
                if row[new[0]][0].strip(" -"):
                    yield _span(row[old[0]]), _span(row[new[0]])


def _span(cell: re.Match[str]) -> tuple[int, int]:
    start = cell.start() + len(cell[0]) - len(cell[0].lstrip())
    return start, start + len(cell[0].strip())
