"""Repairs Vietnamese that was typed for an input method that was off: Telex "xoas taif khoanr", VNI "xo1a ta2i khoa3n"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

from core.recognition.languages import ENGLISH, VIETNAMESE
from core.recognition.normalise import fold

#: How a Vietnamese syllable is built, folded: an onset, vowels, perhaps an ending.
SYLLABLE = re.compile(
    r"(?:ngh?|nh|ph|th|tr|ch|gh|gi|kh|qu|[bcdghklmnprstvx])?"
    r"(?:(?:uo|uye|ye|ie|oa|oe|ua|ue|uy|oo|[aeiouy])(?:ch|ng|nh|[cmnpt])|(?:uya|uye|uyu|ieu|yeu|uoi|uou|oai|oay|oeo|uay|uao|uai|oao)"
    r"|(?:ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ya|[aeiouy]))"
)
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT}
#: In this order; the horn typed after both vowels marks both.
_TELEX_LETTERS = (
    ("dd", "đ"), ("uwow", "ươ"), ("uow", "ươ"), ("uaw", "ưa"), ("uuw", "ưu"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_VNI_LETTERS = (
    ("d9", "đ"), ("u7o7", "ươ"), ("uo7", "ươ"), ("u7o", "ươ"), ("ua7", "ưa"), ("a6", "â"), ("e6", "ê"), ("o6", "ô"), ("a8", "ă"), ("o7", "ơ"), ("u7", "ư"),
)  # fmt: skip
_LATE = re.compile(
    r"^(d)(\w*)(?:d|9)$|^(\w*?)([aeo])(\w*?)(?:\4|6)(\w*)$|^(\w*?)(uo|ua|[uoa])(ng|nh|ch|[cmnptiu])?(?:w|7|8)$"
)
_HORNED = {"uo": "ươ", "ua": "ưa", "u": "ư", "o": "ơ", "a": "ă"}
_ROOFED = {"a": "â", "e": "ê", "o": "ô"}
_WORD = re.compile(r"(?<![\w@./-])[A-Za-z][A-Za-z0-9]*(?![\w@]|\.\w)")
_VOWELS = "aeiouyâêôăơư"
_LEAST, _SHARE = 2, 0.25  # words that must be repairable, and their share of all
_LONG = 4  # an English word of so many letters is left alone
_LONGEST = 20  # letters; no syllable takes more to type


def repaired(text: str) -> str:
    """The clean text with its Telex or VNI left-overs typed out, where it clearly carries them; else as it is.

    Words with marks stay as they are; e-mail addresses, links and user names are not touched. The length changes.
    """
    words = _WORD.findall(text)
    left_over = [_left_over(word) for word in words if len(word) <= _LONGEST]
    for method, retyped in enumerate(_METHODS):
        strange = sum(map(itemgetter(method), left_over))
        if strange >= _LEAST and strange >= _SHARE * len(words):
            return _WORD.sub(lambda found, retyped=retyped: _repair(found[0], retyped), text)  # type: ignore[misc]
    return text


@lru_cache(maxsize=4096)
def _left_over(word: str) -> tuple[bool, ...]:
    """By which methods a word makes sense only when typed out; frequent words are asked for again and again."""
    if _is_word(word):
        return (False,) * len(_METHODS)
    typed_out = [_repair(word, retyped) for retyped in _METHODS]
    return tuple(typed != word and fold(typed) in VIETNAMESE for typed in typed_out)


#: Before c, p, t, ch only the acute and the dot are spoken.
_STOPPED = re.compile("[\u0300\u0309\u0303][cpt]")


def _is_word(word: str) -> bool:
    return word.lower() in ENGLISH or bool(SYLLABLE.fullmatch(word.lower()))


def _repair(word: str, retyped: Callable[[str], str]) -> str:
    """The word typed out if that makes a Vietnamese syllable of it, with its first letter as large as before."""
    low = word.lower()
    if low in ENGLISH and len(low) >= _LONG:
        return word
    result = retyped(low)
    if (
        result == low
        or _STOPPED.search(unicodedata.normalize("NFD", result))
        or not SYLLABLE.fullmatch(fold(result))
        or any(map(str.isdigit, result))
    ):
        return word
    return (
        result.upper()
        if word.isupper() and len(word) > 1
        else result.capitalize()
        if word[0].isupper()
        else result
    )


def _from_telex(word: str) -> str:
    if not word.isalpha():
        return word
    tone = ""
    body = word
    places = [
        at for at, char in enumerate(word) if char in _TELEX_TONES and at and set(word[:at]) & set(_VOWELS)
    ]
    if places:
        tone = _TELEX_TONES[word[places[-1]]]
        body = word[: places[-1]] + word[places[-1] + 1 :]
    return _toned(_lettered(body, _TELEX_LETTERS), tone)


def _from_vni(word: str) -> str:
    tones = [char for char in word if char in _VNI_TONES]
    if len(tones) > 1 or not re.search(r"[a-z]\d", word):
        return word
    body = "".join(char for char in word if char not in _VNI_TONES)
    return _toned(_lettered(body, _VNI_LETTERS), _VNI_TONES[tones[0]] if tones else "")


def _lettered(body: str, table: tuple[tuple[str, str], ...]) -> str:
    for typed, letter in table:
        body = body.replace(typed, letter)
    late = _LATE.match(body)
    if not late:
        return body
    if late[1]:
        return f"đ{late[2]}"
    if late[4]:
        return f"{late[3]}{_ROOFED[late[4]]}{late[5]}{late[6]}"
    return f"{late[7]}{_HORNED[late[8]]}{late[9] or ''}"


def _toned(body: str, tone: str) -> str:
    """The body with the tone where today's spelling puts it."""
    start = 2 if re.match(r"qu|gi[aeouâêôăơư]", body) else 0
    vowels = [at for at, char in enumerate(body) if char in _VOWELS and at >= start]
    if not tone or not vowels:
        return body
    marked = [at for at in vowels if body[at] in "âêôăơư"]
    closed = vowels[-1] + 1 < len(body)
    if marked:
        place = marked[-1]
    elif len(vowels) == 1:
        place = vowels[0]
    else:
        place = vowels[1] if len(vowels) > 2 or closed else vowels[0]
    return unicodedata.normalize("NFC", body[: place + 1] + tone + body[place + 1 :])


_METHODS = (_from_telex, _from_vni)
