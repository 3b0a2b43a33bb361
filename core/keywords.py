"""The words by which a customer chooses in a chat, with or without diacritics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from core.requests import Right


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


#: A choice is short; whatever is longer is a message in the customer's own words.
_LONGEST = 8

_POLITE = frozenset(
    _phrases(
        "a, ah, please, thank, thanks, you, cam, on, nhe, nha, em, anh, chi, ban, shop, oi, minh, toi, my, me, "
        "the, giup, xin, voi"
    )
)
_OF_DATA = frozenset(
    _phrases(
        "du, lieu, data, personal, ca, nhan, cua, information, thong, tin, with, about, ve, use, of, i, want, to, "
        "muon, can"
    )
)

#: Choosing a right on the menu: by its name, its button's label, or its verb; padding words left out.
_RIGHTS: Mapping[Right, tuple[str, ...]] = {
    Right.ACCESS: _phrases("access, see, view, copy, xem, truy cap, sao chep, ban sao"),
    Right.CORRECTION: _phrases("correct, correction, fix, update, sua, chinh sua, dinh chinh, cap nhat"),
    Right.DELETION: _phrases("delete, deletion, erase, remove, xoa, xoa het, xoa bo, xoa tai khoan"),
    Right.OBJECTION: _phrases(
        "object, objection, stop marketing, stop marketing object, phan doi, ngung quang cao, "
        "ngung quang cao phan doi"
    ),
    Right.RESTRICTION: _phrases("restrict, restriction, pause, han che, tam ngung, tam ngung dung"),
    Right.PORTABILITY: _phrases("portability, export, download, take, tai, xuat, chuyen"),
    Right.WITHDRAWAL: _phrases(
        "withdraw, withdrawal, withdraw consent, rut lai, rut dong y, rut lai dong y, rut lai su dong y"
    ),
    Right.STOP_SHARING: _phrases("stop sharing, ngung chia se, dung chia se"),
    Right.INQUIRY: _phrases("inquiry, question, ask, hoi, cau hoi"),
    Right.COMPLAINT: _phrases("complaint, complain, make complaint, khieu nai"),
}
_RIGHT_OF = {phrase: right for right, phrases in _RIGHTS.items() for phrase in phrases}

_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "cancel": _phrases(
        "cancel, never mind, nevermind, forget it, thoi, huy, huy giup, huy bo, thoi bo di, bo di"
    ),
    "help": _phrases("help, tro giup, huong dan"),
    "language": _phrases("language, change language, ngon ngu, doi ngon ngu"),
    "menu": _phrases("menu, start, bat dau"),
    "privacy": _phrases("privacy, quyen rieng tu"),
    "status": _phrases("status, tinh trang, trang thai"),
}
_COMMAND_OF = {phrase: command for command, phrases in _COMMANDS.items() for phrase in phrases}
_LANGUAGE_OF = {"tieng viet": "vi", "vietnamese": "vi", "tieng anh": "en", "english": "en"}
_GREETINGS = frozenset(_phrases("hi, hello, hey, hi there, hello there, chao, alo, good morning"))

_YES_PHRASES = _phrases(
    "yes, y, yep, yeah, ok, okay, oke, okie, sure, right, correct, confirm, send, it, go ahead, co, da, vang, u, uh, "
    "dung, roi, dong y, phai, chinh xac, xac nhan, gui, di, duoc, dc, nhat tri"
)
_NO_PHRASES = _phrases(
    "no, n, nope, not, don t, do not, cancel, wrong, khong, ko, k, hong, huy, thoi, sai, chua, dung gui"
)
#: With its diacritics "đừng" is clearly no; without them it looks like "đúng".
_CLEARLY_NO = frozenset({"đừng", "dừng"})


def folded(text: str) -> str:
    """Lower case without diacritics and punctuation, so that keywords match however they are typed."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    kept = "".join(ch for ch in plain if unicodedata.category(ch) not in ("Mn", "Me"))
    return re.sub(r"[\W_]+", " ", kept).strip()


def right_named(text: str) -> Right | None:
    """The right that a short text names, or None."""
    return _RIGHT_OF.get(_bare(text, _POLITE | _OF_DATA))


def command_named(text: str) -> str:
    """The command that a short text stands for; empty if none."""
    return _COMMAND_OF.get(_bare(text, _POLITE - {"giup"}), "")


def language_named(text: str) -> str:
    """The language whose name a text is; empty if none."""
    return _LANGUAGE_OF.get(folded(text), "")


def number_named(text: str) -> int:
    """The number of an option: "2", "2.", "số 2"; 0 if none. A longer number is a code, no choice."""
    number = _bare(text).removeprefix("so ")
    return int(number) if number.isdecimal() and len(number) <= 2 else 0


def says_yes(text: str) -> bool:
    """Whether a text is a yes and nothing else: a sentence with "có" in it is none."""
    return not says_no(text) and bool(_YES.fullmatch(_bare(text)))


def says_no(text: str) -> bool:
    """Whether a text is a no and nothing else; "không đúng", "no, don't send" are."""
    form = _YES_OR_NO if _clearly_no(text) else _NO
    return bool(form.fullmatch(_bare(text)))


def greets(text: str) -> bool:
    """Whether a text is a greeting and nothing else."""
    return _bare(text) in _GREETINGS


def thanks(text: str) -> bool:
    """Whether a text is thanks and nothing else."""
    words = folded(text).split()
    return not _bare(text) and ("cam" in words or "thank" in words or "thanks" in words)


def _bare(text: str, padding: frozenset[str] = _POLITE) -> str:
    """A short text without its padding; empty for a long one."""
    words = folded(text[:200]).split()
    return " ".join(word for word in words if word not in padding) if len(words) <= _LONGEST else ""


def _clearly_no(text: str) -> bool:
    return not _CLEARLY_NO.isdisjoint(unicodedata.normalize("NFC", text.lower()).split())


def _any_of(phrases: Iterable[str]) -> str:
    return f"(?:(?:{'|'.join(phrases)})(?: |$))"


_EITHER = _any_of([*_YES_PHRASES, *_NO_PHRASES])
_YES = re.compile(f"{_any_of(_YES_PHRASES)}+")
_YES_OR_NO = re.compile(f"{_EITHER}+")
#: Any no among them makes it a no: nothing is sent in doubt.
_NO = re.compile(f"{_EITHER}*{_any_of(_NO_PHRASES)}{_EITHER}*")
