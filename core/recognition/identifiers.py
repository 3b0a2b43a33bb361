"""Finds what a sender names to be found by: e-mail addresses, phone numbers, account codes, one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import phonenumbers

from core.recognition.accounts import find_accounts
from core.recognition.contacts import is_automatic, is_own_address, is_own_number
from core.recognition.finding import Identifiers
from core.recognition.normalise import fold, word_around

_REGION = "VN"
_NUL = "\x00"
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}")
_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}-\d{4}|[2-9]\d{2}[-.]\d{3}[-.]\d{4}")
#: What every code and every number holds, and is quickly looked for.
_SIX_DIGITS, _EIGHT_DIGITS = re.compile(r"\d(?:[ .-]?\d){5}"), re.compile(r"\d(?:[ .\-()–]{0,2}\d){7}")
_MANY = 60  # numbers that one text may hold
_LENGTHS = (10, 11)  # digits of a national number abroad, trunk zero included
_PHONE = re.compile(r"(?<![\w@./-])(?:\+|\(\+?)?\d(?:[ .\-()–]{0,2}\d){7,14}(?![\w@]|[./-]\d)")

_SEPARATED_CODE = re.compile(
    r"(?<![\w+@./-])(?<!\d )(?:\d{6,8}|\d{4}[ -]\d{4}|\d{3}[ .-]\d{3}|\d{2}(?:[ -]\d{2}){2,3}|\d(?:[ -]\d){5,7}|\d{4}[ -]\d{2}|\d{2}[ -]\d{4})"
    r"(?![\w@]|[ ./-]\d)"
)
_CODE_CUE = re.compile(
    r"\b(?:ma|code|otp|pin|so|number|digits?|sms|text(?:ed)?|xac (?:nhan|thuc|minh)|nhan duoc|nhan dc|em nhan|e nhan|received|verification)\b"
)
_NOT_A_CODE = re.compile(
    r"\b(?:khach hang|kh|hoc vien|hv|sinh vien|hoi vien|benh nhan|nhan vien|ma (?:nv|bn|sv|hs|hv)|mssv|mshv|sbd|(?:bao danh|so bd)|ho so(?: kham)?|the thanh vien|ung vien|thanh vien|(?:so|ma) the|customer|student|patient|member\w*"
    r"|account|staff|order|don hang|don|ticket|invoice|hoa don|hop dong|cccd|cmnd|yeu cau|request|ref\w*"
    r"|case|giao dich|passport|born|sinh|cif|mssv|stk|card|id|login|username|user)\b[^.,;\n]{0,14}$"
)
_SURELY_CODE = re.compile(r"\b(?:otp|ma xac (?:nhan|thuc|minh)|verification code|one-time code)\b")
_NEAR = 40  # characters before a code in which it is announced
_BARE = 12  # words beside a code that need no cue


def find_identifiers(
    text: str, own: frozenset[str] = frozenset(), codes: Sequence[re.Pattern[str]] = ()
) -> Identifiers:
    """E-mails, phones and account codes in a clean text, as written; what is in `own` is left out.

    Contacts of offices, lawyers and agencies name nobody, nor do those in bounces and automatic replies.
    `codes` are the organisation's own: what they match is an account without a word that announces it.
    """
    if is_automatic(text):
        return Identifiers()
    known = {_normal(entry) for entry in own}
    addresses = list(_emails(text))
    emails = [found for found in addresses if is_own_address(text, *found.span())]
    without = _blanked(text, addresses)
    accounts = [found[0] for pattern in codes for found in islice(pattern.finditer(without), _MANY)]
    announced = find_accounts(without, find_code(without))
    accounts += [code for code in announced if not (_is_number(code) and _is_phone(code))]
    phones = [number for number in _phones(without) if not any(number in account for account in accounts)]
    written = [found[0].strip("'.-") for found in emails]
    return Identifiers(_unknown(written, known), _unknown(phones, known), _unknown(accounts, known))


def named_by(
    answer: str, own: frozenset[str] = frozenset(), codes: Sequence[re.Pattern[str]] = ()
) -> Identifiers:
    """The identifiers in an answer to "by what are you known to us?": a word alone needs no cue."""
    found = find_identifiers(answer, own, codes)
    word = answer.strip()
    if found == Identifiers() and word and len(word.split()) == 1 and _normal(word) not in map(_normal, own):
        return Identifiers(accounts=(word,))
    return found


def find_code(text: str) -> str:
    """The digits of the one-time code (six to eight) in a clean text; empty without one."""
    if not _SIX_DIGITS.search(text):
        return ""
    folded = fold(text)
    bare = len(folded.split()) <= _BARE
    best = ""
    for found in _SEPARATED_CODE.finditer(folded):
        before = folded[max(0, found.start() - 40) : found.start()]
        digits = _digits(found[0])
        other = _NOT_A_CODE.search(before) and not _SURELY_CODE.search(before)
        if other or (len(digits) == 8 and _is_date(digits)):
            continue
        near = folded[max(0, found.start() - _NEAR) : found.start()] + folded[found.end() : found.end() + 40]
        if _CODE_CUE.search(near):
            return digits
        best = best or (digits if bare else "")
    return best


def _is_date(digits: str) -> bool:
    return digits[4:6] in ("19", "20") and int(digits[:2]) <= 31 and int(digits[2:4]) <= 31


def _normal(entry: str) -> str:
    digits = _digits(entry)
    return entry.lower() if "@" in entry or len(digits) < 8 else digits[-9:]


def _unknown(found: Iterable[str], known: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for entry in found if _normal(entry) not in known))


def _emails(text: str) -> Iterator[re.Match[str]]:
    """Only what stands around an "@" is looked at."""
    end = 0
    while (at := text.find("@", end)) >= 0:
        start, end = word_around(text, at)
        yield from _EMAIL.finditer(text, start, end)


def _blanked(text: str, addresses: Iterable[re.Match[str]]) -> str:
    """The text without the addresses, of the same length."""
    for found in addresses:
        text = f"{text[: found.start()]}{_NUL * len(found[0])}{text[found.end() :]}"
    return text


def _phones(text: str) -> list[str]:
    if not _EIGHT_DIGITS.search(text):
        return []
    return [
        _unbracketed(found[0])
        for found in islice(_PHONE.finditer(text), _MANY)
        if _is_phone(found[0]) and is_own_number(text, *found.span())
    ]


def _unbracketed(written: str) -> str:
    return written if ")" in written else written.lstrip("(")


def _is_number(written: str) -> bool:
    return not any(char.isalpha() or char == "_" for char in written)


def _is_phone(written: str) -> bool:
    """A valid number of the region, or one with a country code or a trunk zero that could exist."""
    digits = _digits(written)
    if _AMERICAN.fullmatch(written):
        return True
    international = written.lstrip("(").startswith("+") or (digits.startswith("84") and len(digits) == 11)
    if not international and not (digits.startswith("0") and len(digits) >= 9):
        return False
    try:
        number = phonenumbers.parse("+" + digits if international else digits, _REGION)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) or len(digits) in _LENGTHS


def _digits(written: str) -> str:
    """Its digits; for a name without any, the name."""
    return re.sub(r"\D", "", written) or written
