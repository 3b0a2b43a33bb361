"""Finds what a sender names to be found by: e-mail addresses, phone numbers, account codes, one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

import phonenumbers

from core.recognition.finding import Identifiers
from core.recognition.normalise import fold

_REGION = "VN"
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}")
_PHONE = re.compile(r"(?<![\w@./-])(?:\+|\(\+?)?\d(?:[ .\-()–]{0,2}\d){7,14}(?![\w@]|[./-]\d)")

#: Words that announce a code of a person; then, perhaps, "of mine is", then the code.
_CUE = (
    r"(?:(?:ma|so)(?: so)? (?:the )?(?:khach hang|khach|kh|hoc vien|hv|sinh vien|sv|hoc sinh|hs|benh nhan|bn|benh an|ho so"
    r"|hoi vien|thanh vien|nhan vien|nv|ung vien|uv|can bo|doc gia|cu dan|thue bao|giao vien|giang vien|tai xe|doi tac|ban doc"
    r"|bao danh|bd|the|the thanh vien|the hoi vien|dang nhap|nguoi dung|y te|tai khoan)"
    r"|ma(?: so)? (?:cua )?(?:em|toi|minh|chau|be|con)|mssv|mshv|msnv|mskh|mhv|msv|manv|makh|mnv|cif|sbd|pid"
    r"|(?:ten )?(?:tai khoan|dang nhap|nguoi dung|nick|user|acc|account|username|tk)(?: name| ten| cu| phu| id| no| number| code)?"
    r"|(?:customer|client|student|patient|member|membership|employee|staff|personnel|candidate|applicant|learner|loyalty|library"
    r"|reader|user|account|profile|donor|guest|subscriber|policyholder|tenant|resident|pupil|learning|driver|seller|player|card|login"
    r"|rewards|insured person'?s|participant|borrower|licence holder|policy ?holder|alumni|club|supporter|donor)(?: (?:account|card|file|record|profile))?(?: (?:number|no|nr|id|code|ref|reference|name|login))?"
    r"|(?:login|user ?name|user|handle|nickname|screen name)(?: name)?)"
)
_LINK = r"(?:\s*(?:[:#=–-]|\.)|\s+(?:cua|cho|cu|moi|hien tai|of|with you|there|here|for)\b(?:\s+(?:em|toi|minh|chau|be|con|tui|me|mine|him|her|us))?|\s+(?:la|is|was|ten|so|number|no|reads)\b)*"
_CODE_SHAPE = r"[\"“'(]?((?:[a-z]{1,2} )?[a-z]{0,8}[-_./]?\d\w*(?:[-_./ ]\d\w*|[-/.]\w+)*|(?:\w+[._\-])+\w*\d\w*|\w+(?:[._]\w+)+)"
_ACCOUNT = re.compile(rf"\b{_CUE}\b{_LINK}[\s,]*{_CODE_SHAPE}")
#: Codes that look like nothing else, "MC-20417"; those of requests, orders and papers have their own letters.
_SHAPED = re.compile(
    r"(?<![\w-])(?!(?:YC|DH|HD|INV|ORD|TK|REQ|REF|DSR|CV|SKU|RMA|VB|MP|AR|DS|TT|QT)-)[A-Z]{1,4}-(?:[A-Z]-)?\d{2,8}(?:-[A-Z\d]{1,5})?(?![\w-])"
)
_NAME_CUE = re.compile(
    r"\b(?:user(?: ?name)?|ten dang nhap|nick(?:name)?|login|handle|tai khoan|acc|account)"
    r"(?:\s+(?:em|minh|toi|cua em|cua toi|cua minh|cu|name|game|phu))?(?:\s*[:=]|\s+(?:la|is|was|ten)\b)\s*[\"“']?([\w][\w.\-]{2,40}\w)",
    re.IGNORECASE,
)
#: What stands before a number that names no person.
_OTHER_CODE = re.compile(
    r"(?:don(?: hang)?|order|ticket|invoice|hoa don|hop dong|contract|cccd|cmnd|cmt|can cuoc|passport|ho chieu|yeu cau|yc|request"
    r"|reference|ref|case|giao dich|van don|booking|dat cho|ngan hang|bank|ngay|nam|lop|khoa|phong|room|phieu|parcel|notice|module|can|lo)"
    r"[\s:#.]*(?:so|no|number|ma|la|is)?[\s:#.]*$"
)
_ORDINARY = re.compile(
    r"(?:em|toi|minh|cua|nay|do|cu|moi|with|and|the|on|for|da|bi|of|is|was|nay|kia|page|settings)$"
)

_SEPARATED_CODE = re.compile(
    r"(?<![\w+@./-])(?<!\d )(?:\d{6,8}|\d{4}[ -]\d{4}|\d{3}[ .-]\d{3}|\d{2}(?:[ -]\d{2}){2,3}|\d(?:[ -]\d){5,7}|\d{4}[ -]\d{2}|\d{2}[ -]\d{4})"
    r"(?![\w@]|[ ./-]\d)"
)
_CODE_CUE = re.compile(
    r"\b(?:ma|code|otp|pin|so|number|digits?|sms|text(?:ed)?|xac (?:nhan|thuc|minh)|nhan duoc|nhan dc|received|verification)\b"
)
_NOT_A_CODE = re.compile(
    r"\b(?:khach hang|kh|hoc vien|hv|sinh vien|hoi vien|benh nhan|nhan vien|ung vien|thanh vien|(?:so|ma) the|customer|student|patient|member\w*"
    r"|account|staff|order|don hang|don|ticket|invoice|hoa don|hop dong|cccd|cmnd|yeu cau|request|ref\w*"
    r"|case|giao dich|passport|born|sinh|cif|mssv|stk|card|id|login|username|user)\b[^.,;\n]{0,14}$"
)
_SURELY_CODE = re.compile(r"\b(?:otp|ma xac (?:nhan|thuc|minh)|verification code|one-time code)\b")
_BARE = 12  # words beside a code that need no cue


def find_identifiers(text: str, own: frozenset[str] = frozenset()) -> Identifiers:
    """E-mails, phones and account codes in a clean text, as written; what is in `own` is left out."""
    known = {_normal(entry) for entry in own}
    emails = [found[0].strip("'.-") for found in _EMAIL.finditer(text)]
    without = _EMAIL.sub(lambda found: " " * len(found[0]), text)
    accounts = _accounts(without)
    phones = [number for number in _phones(without) if not any(number in account for account in accounts)]
    return Identifiers(_unknown(emails, known), _unknown(phones, known), _unknown(accounts, known))


def named_by(answer: str, own: frozenset[str] = frozenset()) -> Identifiers:
    """The identifiers in an answer to "by what are you known to us?": a word alone needs no cue."""
    found = find_identifiers(answer, own)
    word = answer.strip()
    if found == Identifiers() and word and len(word.split()) == 1 and _normal(word) not in map(_normal, own):
        return Identifiers(accounts=(word,))
    return found


def find_code(text: str) -> str:
    """The digits of the one-time code (six to eight) in a clean text; empty without one."""
    folded = fold(text)
    bare = len(folded.split()) <= _BARE
    best = ""
    for found in _SEPARATED_CODE.finditer(folded):
        before = folded[max(0, found.start() - 40) : found.start()]
        digits = _digits(found[0])
        other = _NOT_A_CODE.search(before) and not _SURELY_CODE.search(before)
        if other or (len(digits) == 8 and _is_date(digits)):
            continue
        near = before + folded[found.end() : found.end() + 40]
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


def _phones(text: str) -> list[str]:
    return [found[0] for found in _PHONE.finditer(text) if _is_phone(found[0])]


def _is_phone(written: str) -> bool:
    """A valid number of the region, or one with a country code or a trunk zero that could exist."""
    digits = _digits(written)
    international = written.lstrip("(").startswith("+") or (digits.startswith("84") and len(digits) == 11)
    if not international and not digits.startswith("0"):
        return False
    try:
        number = phonenumbers.parse("+" + digits if international else digits, _REGION)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) or len(digits) in (10, 11)


def _accounts(text: str) -> list[str]:
    folded = fold(text)
    found = (*_ACCOUNT.finditer(folded), *_SHAPED.finditer(text))
    spans = [entry.span(entry.re.groups) for entry in found if not _names_other(folded, entry)]
    spans += [entry.span(1) for entry in _NAME_CUE.finditer(folded) if not _ORDINARY.match(entry[1])]
    written = [text[start:end].strip(" .,") for start, end in sorted(set(spans))]
    code = find_code(text)
    return [entry for entry in written if len(entry) >= 3 and not _is_phone(entry) and _digits(entry) != code]


def _names_other(folded: str, found: re.Match[str]) -> bool:
    start = found.start()
    return bool(_OTHER_CODE.search(folded[max(0, start - 24) : start]))


def _digits(written: str) -> str:
    """Its digits; for a name without any, the name."""
    return re.sub(r"\D", "", written) or written
