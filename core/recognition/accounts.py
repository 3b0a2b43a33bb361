"""Finds the codes and user names by which a company knows a person: customer, student, member, login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from core.recognition.account_phrases import (
    ABBREVIATED,
    ADJACENT,
    AFTER_HOLDER,
    AFTER_LOGIN,
    AFTER_NUMBER,
    AFTER_OTHER,
    ANY_CODE,
    ARTICLE,
    AS,
    CLOSING,
    CODE,
    COINED,
    DATE,
    DIGIT,
    DOMAIN,
    ENGLISH,
    ENGLISH_WORD,
    HANDLE,
    HOUSE,
    LEAD,
    LEADS,
    MANY,
    MY_NUMBER,
    NAME_BESIDE,
    NAMED,
    NAMING,
    NO_NAME,
    NUMERAL,
    OPENING,
    PARTED,
    PREFIX_OF_OTHERS,
    SHAPED,
    SIGNED_HANDLE,
    STREET,
    SURELY,
    WORDS,
)
from core.recognition.normalise import fold, has_diacritics, word_around


class _Place(NamedTuple):
    start: int
    end: int
    text: str


def find_accounts(text: str, code: str = "") -> list[str]:
    """The codes and user names of a person in a clean text without its e-mail addresses, as written.

    `code` is the one-time code of the text, which is none. Numbers of orders, tickets and papers are told by the
    words before them.
    """
    folded = fold(text)
    if "the" in folded and (has_diacritics(text) or ENGLISH.search(folded)):
        folded = fold(ARTICLE.sub("teh", text))
    found = sorted({*_codes(text, folded, code), *_handles(text, folded)})
    kept: list[_Place] = []
    for place in found:
        if kept and place.start < kept[-1].end:
            if place.end - place.start > kept[-1].end - kept[-1].start:
                kept[-1] = place
        else:
            kept.append(place)
    return [place.text for place in kept]


def _codes(text: str, folded: str, code: str) -> Iterator[_Place]:
    for found in islice(_shaped_codes(text), MANY):
        start, written = _without_holder(found.start(), found[0].rstrip(".-/ "), folded)
        if _is_house(written, text[start + len(written) :]):
            continue
        if _names_person(written, _before(folded, start), text, start, code):
            yield _Place(start, start + len(written), written)


def _shaped_codes(text: str) -> Iterator[re.Match[str]]:
    """Whatever is shaped like a code; only what stands around a digit is looked at."""
    start = end = 0
    for first, last in _numbered(text):
        if first > end:
            yield from CODE.finditer(text, start, end)
            start = first
        end = last
    yield from CODE.finditer(text, start, end)


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    """Words with a digit, and with each the word before it, which may be its beginning."""
    end = 0
    while found := DIGIT.search(text, end):
        start, end = word_around(text, found.start())
        yield word_around(text, start - 1)[0] if start and text[start - 1] == " " else start, end


def _without_holder(start: int, written: str, folded: str) -> tuple[int, str]:
    """In "mã KH 60-11825" KH is no part of the code; in "mã hồ sơ: BN 2209-17" BN is."""
    word, _, rest = written.partition(" ")
    if not rest or (word.isalpha() and not ABBREVIATED.fullmatch(fold(word))):
        return start, written
    if not word.isalpha() or AFTER_NUMBER.search(_before(folded, start)):
        return start, written
    return start + len(word) + 1, rest


def _before(folded: str, start: int) -> str:
    """What the same sentence says right before a place."""
    part = folded[max(0, start - 70) : start]
    return re.split(r"\n|(?<!\bno)(?<!\bnr)(?<!\bref)(?<!\bcand)[.!?;] |\x00", part)[-1]


def _names_person(written: str, before: str, text: str, start: int, code: str) -> bool:
    digits = sum(map(str.isdigit, written))
    adjacent = ADJACENT.search(before) and text[start + len(written) :][:1] != " "
    if digits >= 2 and (SURELY.search(before) or adjacent):
        return not _dated(written) or digits >= 4
    if AFTER_OTHER.search(before) or before.endswith("#"):
        return False
    if digits >= 2 and AFTER_NUMBER.search(before):
        return not _dated(written) or digits >= 4
    if _dated(written) or re.sub(r"\D", "", written) == code:
        return False
    return _by_its_shape(written, before, digits) or (digits >= 4 and _signs_off(written, text, start))


def _is_house(written: str, after: str) -> bool:
    """Whether a number of few digits is that of a house: "48 Fennel Road", "45/7 Lê Lợi"."""
    return HOUSE.fullmatch(written) is not None and STREET.match(after) is not None


def _by_its_shape(written: str, before: str, digits: int) -> bool:
    """Whether a code that no number word announces is one by its letters, or by the holder named before it."""
    lettered = re.search(r"[A-Za-z]", written) is not None
    if digits < (2 if lettered else 4):
        return False
    if AFTER_HOLDER.search(before):
        return True
    if MY_NUMBER.search(before) and PARTED.fullmatch(written):
        return True
    return (
        lettered
        and not PREFIX_OF_OTHERS.match(written)
        and bool(ANY_CODE.search(before) or SHAPED.fullmatch(written))
    )


def _dated(written: str) -> bool:
    """A date, a year, an hour, an amount, a version."""
    if not DATE.fullmatch(written):
        return False
    parts = [int(part) for part in re.split(r"[./-]", written) if part.isdigit()]
    return len(parts) < 2 or (parts[0] <= 31 and parts[1] <= 31 and min(parts[:2]) <= 12)


def _signs_off(written: str, text: str, start: int) -> bool:
    """Whether a code stands beside a name, or alone, on one of the last lines: "Lan Tran, 20-4471"."""
    line_start, end = text.rfind("\n", 0, start) + 1, start + len(written)
    alone = text[end : end + 2].strip(" ).,")[:1] in ("", "\n")
    return (
        line_start > 0
        and alone
        and len(text) - end < 80
        and bool(NAME_BESIDE.fullmatch(text[line_start:start]))
    )


def _handles(text: str, folded: str) -> Iterator[_Place]:
    vietnamese = has_diacritics(text)
    for found in _likely_handles(text, folded):
        written = found[0].rstrip("._")
        if len(written) < 4 or not written.isascii() or DOMAIN.search(written):
            continue
        if written.isalpha() and not ((vietnamese and len(written) >= 10) or _led_to(folded, found.start())):
            continue
        before = _before(folded, found.start())
        end = found.start() + len(written)
        if _is_handle(written, before, text[end : end + 1], folded, vietnamese):
            yield _Place(found.start(), found.start() + len(written), written)


def _likely_handles(text: str, folded: str) -> list[re.Match[str]]:
    """Words that are no plain words by their signs or length, or that follow what may announce a name."""
    likely = {found.start(): found for found in islice(SIGNED_HANDLE.finditer(text), WORDS)}
    for lead in islice(LEAD.finditer(folded), WORDS):
        if found := HANDLE.match(text, lead.end()):
            likely.setdefault(found.start(), found)
    return [likely[start] for start in sorted(likely)]


def _led_to(folded: str, start: int) -> bool:
    """Whether what stands right before may announce a plain word as a name: most words are spared a closer look."""
    return folded[max(0, start - 20) : start].rstrip().endswith(LEADS)


def _is_handle(written: str, before: str, after: str, whole: str, vietnamese: bool) -> bool:
    if re.search(r"[/\\#{\[$]$", before) or AFTER_OTHER.search(before):
        return False
    if written.startswith("@"):
        return True
    if "_" in written or "." in written or re.search(r"\d", written):
        enclosed = before[-1:] in OPENING and after[:1] in CLOSING
        return not (NUMERAL.fullmatch(written) or _dated(written)) and _built(
            written, before, whole, enclosed
        )
    return (
        len(written) >= 5
        and written.lower() not in NO_NAME
        and _plain_word(written, before, after, vietnamese)
    )


def _built(written: str, before: str, whole: str, enclosed: bool) -> bool:
    """A name with a low line, a dot or a digit in it, as people do not write words."""
    if AFTER_LOGIN.search(before) or (enclosed and "." in written and NAMING.search(whole)):
        return True
    if COINED.fullmatch(written) and AS.search(before):
        return True
    sure = enclosed or re.search(r"\d", written) or NAMING.search(before) or AFTER_HOLDER.search(before)
    return "_" in written and bool(sure)


def _plain_word(written: str, before: str, after: str, vietnamese: bool) -> bool:
    """A name that could be a word: too long for a Vietnamese one, or right after "user name:"."""
    long = vietnamese and len(written) >= 10 and written.islower() and not ENGLISH_WORD.search(written)
    if long and AFTER_LOGIN.search(before):
        return True
    bracketed = before.rstrip()[-1:] == "(" or "(user" in before[-7:]
    return bool(NAMED.search(before)) and (not bracketed or after[:1] == ")")
