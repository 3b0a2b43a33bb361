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
_AROUND = '.,;:!?…()"“”'
_PARTING = "\n\n"  # between subject and body
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
    strange: bool  # in letters of another script
    foreign: bool  # written as neither of the two languages writes
    marked: bool  # a Vietnamese syllable with its marks
    borrowing: bool  # a known English word that Vietnamese does not borrow
    shaped: bool  # the shape of such a word
    others: tuple[int, ...]  # of OTHERS, those that have it


class _Columns(NamedTuple):
    """What all words of a text say, in its order."""

    folded: tuple[str, ...]
    vietnamese: tuple[float, ...]
    english: tuple[float, ...]
    strange: tuple[bool, ...]
    foreign: tuple[bool, ...]
    marked: tuple[bool, ...]
    borrowing: tuple[bool, ...]
    shaped: tuple[bool, ...]
    others: tuple[tuple[int, ...], ...]


def detect(text: str) -> str:
    """ "vi", "en", "mixed" or "other"; "vi" where there is nothing to tell by, as in a bare number."""
    return _told(_read(text[:_ENOUGH]), text[:_ENOUGH])


def detect_letter(subject: str, body: str) -> str:
    """The language of a letter of some words: "other" where its body alone is, whatever its subject."""
    seen = _read(body[:_ENOUGH])
    if _told(seen, body[:_ENOUGH]) == "other":
        return "other"
    head = subject[:_ENOUGH]
    rest = max(0, _ENOUGH - len(head) - len(_PARTING))
    beside = seen if len(body) <= rest else _read(body[:rest])
    return _told(_read(head) + beside, f"{head}{_PARTING}{body[:rest]}")


def _read(text: str) -> list[_Seen]:
    return list(chain.from_iterable(map(_in_token, text.split())))


def _told(seen: Sequence[_Seen], text: str) -> str:
    if not seen:
        return "vi"
    columns = _Columns(*zip(*seen, strict=True))
    if sum(columns.strange) * 2 > len(seen):
        return "other"
    vietnamese, english = sum(columns.vietnamese), sum(columns.english)
    if _is_other(columns, max(vietnamese, english)):
        return "other"
    if english > vietnamese:
        return _mixed_english(columns)
    return "mixed" if _mixed(seen, has_diacritics(text)) else "vi"


def _in_token(token: str) -> Sequence[_Seen]:
    """What the words between two blanks say; addresses and numbers are kept nowhere."""
    word = token.strip(_AROUND)
    if word.isalpha() and len(word) <= _LONGEST_WORD:
        return _seen_often(word)
    return [
        (_seen if len(word) > _LONGEST_WORD else _seen_often)(word)[0]
        for word in _WORD.findall(_NAMES.sub(" ", token))
    ]


def _seen(word: str) -> tuple[_Seen]:
    """What a word says, as the only entry."""
    low = word.lower()
    folded = fold(low).replace("’", "'")
    syllable = bool(SYLLABLE.fullmatch(folded))
    unborrowed = low.isascii() and not syllable and folded not in _BORROWED and folded not in VIETNAMESE
    return (
        _Seen(
            folded,
            _vietnamese(low, folded, syllable),
            _english(folded, syllable),
            _foreign_script(low[0]),
            bool(_FOREIGN.search(low) or _ELIDED.match(low)),
            syllable and has_diacritics(low),
            unborrowed and folded in ENGLISH,
            unborrowed and word.islower() and len(word) >= _SHAPED,
            tuple(place for place, words in enumerate(OTHERS) if folded in words),
        ),
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


def _is_other(seen: _Columns, ours: float) -> bool:
    """Whether one of the other languages explains more of the words."""
    letters, length = sum(seen.foreign), len(seen.others)
    best = max(Counter(chain.from_iterable(seen.others)).values(), default=0)
    return best + letters > ours or (ours * 5 < length and length >= 6)


def _mixed(seen: Sequence[_Seen], marks: bool) -> bool:
    """Whether a Vietnamese text has English words beyond those it borrows; with `marks` their shape tells them."""
    english = {word.folded for word in seen if word.borrowing or (marks and word.shaped)}
    return len(english) >= _FEW and len(english) >= _MINORITY * len(seen)


def _mixed_english(seen: _Columns) -> str:
    """Whether an English text has Vietnamese words that are no names."""
    vietnamese = sum(seen.marked)
    return "mixed" if vietnamese >= _FEW and vietnamese >= 0.2 * len(seen.marked) else "en"


def _foreign_script(char: str) -> bool:
    return ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF
