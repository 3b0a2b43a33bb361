"""Tells which field of a record a corrected value belongs to."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from core.recognition.normalise import fold
from core.recognition.values import Marked

#: Field -> the words that name it, folded.
_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("birth_date", re.compile(r"\b(?:ngay(?: thang)?(?: nam)? sinh|nam sinh|ns|sinh nhat|(?<!noi )sinh(?! vien)|birth ?(?:day|date|year)?s?|date of birth|dob|bday|born|tuoi)\b")),
    ("gender", re.compile(r"\b(?:gioi tinh|gender|sex)\b")),
    ("score", re.compile(r"\b(?:diem|score|grade|mark|marks|gpa|ratings?|results?|phieu diem|essay|script|mon|writing|final|exam|module|cham|graduated)\b")),
    ("email", re.compile(r"\b(?:e-?mail|mail|hop thu|thu dien tu)\b")),
    ("phone", re.compile(r"\b(?:so dien thoai|sdt|so dt|dt|di dong|so phone|dien thoai|phone|mobile|telephone|so zalo)\b")),
    ("address", re.compile(r"\b(?:dia chi|dc|address|(?:noi )?cu tru|thuong tru|tam tru|chuyen nha|don nha|so nha|nha (?:toi|em|o|tui)|moved|street|town|city|postcode|zip|road|duong|hem|ngo|postcode|live[sd]?|flat|ap|xa)\b")),
    ("name", re.compile(r"\b(?:ho ten|ho va ten|ten|ho|name[sd]?|surname|chu lot|ten dem|maiden|married|nguoi lien he|baptised|called)\b")),
    ("other", re.compile(r"\b(?:nghe(?: nghiep)?|chuc danh|chuc vu|noi sinh|que quan|nhom mau|blood|transcript|nhan|label|tag|default|mule|muc|job|title|occupation|height|chieu cao|can nang|weight|status|tinh trang|dan toc|quoc tich|nationality|workplace|place of work|di ung|allerg\w+|asthma|hoc vi|truong tot nghiep|meter|married, |single|profession|employer|started|prescription|bio|hon nhan|ket hon|xep loai)\b")),
)  # fmt: skip
GENDERS = frozenset(
    {
        "nam",
        "nu",
        "male",
        "female",
        "man",
        "woman",
        "m",
        "f",
        "non-binary",
        "mr",
        "ms",
        "mrs",
        "miss",
        "boy",
        "girl",
    }
)
_WAY = re.compile(
    r"\b(?:duong|pho|ngo|hem|phuong|quan|ap|xa|street|road|lane|row|close|court|terrace|avenue|walk|mews|flat|villa|unit|apartment|chung cu|tang|toa nha|tower|drive|square)\b"
)
_GRADES = frozenset(
    {"kha", "gioi", "xuat sac", "trung binh", "dat", "pass", "merit", "distinction", "a", "b", "c"}
)
_SENTENCE = re.compile(r"[.;\n]")
_AFTER = 24  # characters after it
_WRITES_CAPITALS = re.compile(r"(?:^|[.!?\n]\s*)[^\W\d_a-z]\w+ [^\W\d_]")
#: Days of other things than birth.
_OTHER_DATE = re.compile(
    r"\b(?:started?|joined|employ\w*|hired|service|expir\w*|issued|vao lam|bat dau|het han|cap ngay|ngay cap)\b"
)
_PAPERS = re.compile(r"\b(?:cccd|cmnd|can cuoc|ho chieu|passport)\b")
_AROUND = 100  # characters before the phrase in which its field is named
_ALIKE = 0.5


def names_field(label: str) -> bool:
    """Whether a folded label, as in "Ngày sinh: …", names a field of a record."""
    return any(words.search(label) for _, words in _NAMED)


def field_of(marked: Marked, start: int, end: int, old: str | None, new: str) -> str:
    """The field of a correction at a place of a marked text: by the shape of the value, else by the nearest word."""
    shapes = {value.shape for value in marked.values if value.written in (old, new)}
    window = marked.text[max(0, start - _AROUND) : end + _AFTER]
    born = not _OTHER_DATE.search(marked.text) or bool(dict(_NAMED)["birth_date"].search(marked.text))
    shaped = _by_shape(fold(new), shapes, bool(_PAPERS.search(window)), born)
    if shaped:
        return shaped
    if "status" in shapes or _is_phrase(marked, new):
        return "other"
    near = _nearest(marked.text, start, end)
    fitting = [field for field in near if _fits(field, old or "", new)]
    if not near:
        anywhere = [
            field for field, words in _NAMED if words.search(marked.text) and _fits(field, old or "", new)
        ]
        fitting = anywhere if len(anywhere) == 1 else []
    if fitting and (fitting[0] != "address" or _WAY.search(fold(new)) or not _is_name(old, new)):
        return fitting[0]
    return "name" if _is_name(old, new) or "name" in shapes else "other"


def _is_phrase(marked: Marked, new: str) -> bool:
    """Whether a value is words without a capital where capitals are written: an entry, no name."""
    return len(new.split()) > 1 and new.islower() and _WRITES_CAPITALS.search(marked.original) is not None


def _by_shape(plain: str, shapes: set[str], papers: bool, born: bool) -> str:
    """The field that a value can only belong to; empty where its shape does not tell."""
    digits = any(map(str.isdigit, plain))
    told = {
        "email": "@" in plain and "." in plain,
        "gender": plain.strip(".") in GENDERS,
        "address": "address" in shapes or (digits and bool(_WAY.search(plain))),
        "birth_date": "date" in shapes and born,
        "other": digits and papers,
        "phone": "phone" in shapes,
    }
    return next((field for field, yes in told.items() if yes), "")


def _nearest(text: str, start: int, end: int) -> list[str]:
    """The fields named around a phrase, nearest first: before it, then in it, then after it."""
    window = text[max(0, start - _AROUND) : end + _AFTER]
    begins = start - max(0, start - _AROUND)
    places: list[tuple[int, str]] = []
    for field, words in _NAMED:
        for found in words.finditer(window):
            distance = begins - found.end() if found.end() <= begins else 12 + found.start() - begins
            places.append((distance + 30 * len(_SENTENCE.findall(window[found.end() : begins])), field))
    return list(dict.fromkeys(field for _, field in sorted(places)))


def _fits(field: str, old: str, new: str) -> bool:
    digits = sum(char.isdigit() for char in new)
    return {
        "birth_date": digits > 0,
        "phone": digits >= 7,
        "email": False,
        "gender": False,
        "score": digits > 0 or fold(new) in _GRADES,
        "address": digits > 0 or new[:1].isupper() or bool(_WAY.search(fold(new))),
        "name": digits == 0
        and "+" not in new
        and len(new.split()) <= 5
        and (new[:1].isupper() or not old or old.islower()),
    }.get(field, True)


def _is_name(old: str | None, new: str) -> bool:
    """Whether two capitalised values are spellings of one name."""
    both = old and old[:1].isupper() and new[:1].isupper() and not any(map(str.isdigit, new))
    return bool(both) and SequenceMatcher(None, fold(old or ""), fold(new)).ratio() >= _ALIKE
