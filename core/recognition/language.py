"""Tells Vietnamese, English, both in one text, and other languages apart; texts may be very short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from core.recognition.languages import ENGLISH, OTHERS, VIETNAMESE
from core.recognition.normalise import fold, has_diacritics
from core.recognition.telex import SYLLABLE

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Addresses, links and user names are of no language.
_NAMES = re.compile(r"(?<!\S)\S*@\S+|https?://\S+|www\.\S+|(?<!\w)\w{1,40}[._]\w[\w.]*")
#: Letters that neither of the two languages has.
_FOREIGN = re.compile(r"[äöüßñçåøæœłşğıőűěčšžřńśźżąęėįųūāēīņķļģțţșîïëûÿćňťďůľĺŕħġċżðþŋ]")
#: "l'article", "qu'il", "dell'articolo".
_ELIDED = re.compile(r"(?:[ldjn]|qu|dell|all|nell|un|c)['’][aeiouhéèêàô]")
#: English words that a Vietnamese text has like its own.
_BORROWED_WORDS = """
    email mail app web website shop admin ad ok oke okay file zalo facebook fb fanpage page video clip sms otp online offline acc account
    nick spam link cv hr id data login form marketing sale sales call hotline hi hello pass password wifi internet game gmail group livestream
    camera robot banner voucher code inbox chat team gym spa test server cookie cookies csv excel pdf json word tiktok youtube lab sms ship shipper
    bye thanks tks thank sorry share up post like live show scan photo photos photoshop logo menu karaoke check rep email-marketing pr vip
    sim checkin newsletter card visa combo size studio resort homestay tour booking smartphone laptop ipad iphone android ielts toeic"""
_BORROWED = frozenset(_BORROWED_WORDS.split())
_ENOUGH = 4_000  # characters that settle it
_LONGEST_WORD = 40  # letters; longer ones are no words that come again
_MINORITY, _FEW = 0.08, 2  # share and number of words from which the second language counts
_SYLLABLE_WEIGHT = 0.3  # of a word that could be Vietnamese without being a known one
_SHAPE_WEIGHT, _SHAPED = 0.15, 4  # of a word that could not, and so may be English; letters that show it


class _Seen(NamedTuple):
    """What one word says of the language."""

    folded: str
    vietnamese: float
    english: float
    foreign: bool  # written as neither of the two languages writes
    marked: bool  # a Vietnamese syllable with its marks
    unborrowed: bool  # by its letters no word of a Vietnamese text
    others: tuple[int, ...]  # of OTHERS, those that have it


def detect(text: str) -> str:
    """ "vi", "en", "mixed" or "other"; "vi" where there is nothing to tell by, as in a bare number."""
    written = _WORD.findall(_NAMES.sub(" ", text[:_ENOUGH]))
    if not written:
        return "vi"
    if sum(_foreign_script(word[0].lower()[0]) for word in written) * 2 > len(written):
        return "other"
    seen = [(_seen if len(word) > _LONGEST_WORD else _seen_often)(word.lower()) for word in written]
    vietnamese = sum(word.vietnamese for word in seen)
    english = sum(word.english for word in seen)
    if _is_other(seen, max(vietnamese, english)):
        return "other"
    if english > vietnamese:
        return _mixed_english(seen)
    return "mixed" if _mixed(written, seen, has_diacritics(text[:_ENOUGH])) else "vi"


def _seen(word: str) -> _Seen:
    """What a lower-case word says."""
    folded = fold(word).replace("’", "'")
    syllable = bool(SYLLABLE.fullmatch(folded))
    return _Seen(
        folded,
        _vietnamese(word, folded, syllable),
        _english(folded, syllable),
        bool(_FOREIGN.search(word) or _ELIDED.match(word)),
        syllable and has_diacritics(word),
        word.isascii() and not syllable and folded not in _BORROWED and folded not in VIETNAMESE,
        tuple(place for place, words in enumerate(OTHERS) if folded in words),
    )


_seen_often = lru_cache(maxsize=4096)(_seen)


def _vietnamese(word: str, folded: str, syllable: bool) -> float:
    if not syllable:
        return float(folded in VIETNAMESE)
    if has_diacritics(word) and not _FOREIGN.search(word):
        return 1.0
    return 1.0 if folded in VIETNAMESE else 0.0 if folded in ENGLISH else _SYLLABLE_WEIGHT


def _english(folded: str, syllable: bool) -> float:
    if folded in ENGLISH:
        return 1.0
    return _SHAPE_WEIGHT if folded.isascii() and len(folded) > 2 and not syllable else 0.0


def _is_other(seen: Sequence[_Seen], ours: float) -> bool:
    """Whether one of the other languages explains more of the words."""
    letters = sum(word.foreign for word in seen)
    best = max(Counter(chain.from_iterable(word.others for word in seen)).values(), default=0)
    return best + letters > ours or (ours * 5 < len(seen) and len(seen) >= 6)


def _mixed(written: Sequence[str], seen: Sequence[_Seen], marks: bool) -> bool:
    """Whether a Vietnamese text has English words beyond those it borrows; with `marks` their shape tells them."""
    english = {
        known.folded
        for word, known in zip(written, seen, strict=True)
        if known.unborrowed
        and (known.folded in ENGLISH or (marks and word.islower() and len(word) >= _SHAPED))
    }
    return len(english) >= _FEW and len(english) >= _MINORITY * len(written)


def _mixed_english(seen: Sequence[_Seen]) -> str:
    """Whether an English text has Vietnamese words that are no names."""
    vietnamese = sum(word.marked for word in seen)
    return "mixed" if vietnamese >= _FEW and vietnamese >= 0.2 * len(seen) else "en"


def _foreign_script(char: str) -> bool:
    return ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF
