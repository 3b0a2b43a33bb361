"""Tells Vietnamese, English, both in one text, and other languages apart; texts may be very short."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_MINORITY, _FEW = 0.08, 2  # share and number of words from which the second language counts
_SYLLABLE_WEIGHT = 0.3  # of a word that could be Vietnamese without being a known one
_SHAPE_WEIGHT = 0.15  # of a word that could not, and so may be English


def detect(text: str) -> str:
    """ "vi", "en", "mixed" or "other"; "vi" where there is nothing to tell by, as in a bare number."""
    written = _WORD.findall(_NAMES.sub(" ", text[:_ENOUGH]))
    found = [word.lower() for word in written]
    if not found:
        return "vi"
    if sum(_foreign_script(word[0]) for word in found) * 2 > len(found):
        return "other"
    folded = [fold(word).replace("’", "'") for word in found]
    vietnamese = sum(map(_vietnamese, found, folded))
    english = sum(map(_english, folded))
    if _is_other(found, folded, max(vietnamese, english)):
        return "other"
    if english > vietnamese:
        return _mixed_english(found, len(found))
    return "mixed" if _mixed(written, folded, has_diacritics(text[:_ENOUGH])) else "vi"


def _vietnamese(word: str, folded: str) -> float:
    if not SYLLABLE.fullmatch(folded):
        return float(folded in VIETNAMESE)
    if has_diacritics(word) and not _FOREIGN.search(word):
        return 1.0
    return 1.0 if folded in VIETNAMESE else 0.0 if folded in ENGLISH else _SYLLABLE_WEIGHT


def _english(folded: str) -> float:
    if folded in ENGLISH:
        return 1.0
    return _SHAPE_WEIGHT if folded.isascii() and len(folded) > 2 and not SYLLABLE.fullmatch(folded) else 0.0


def _is_other(found: Sequence[str], folded: Sequence[str], ours: float) -> bool:
    """Whether one of the other languages explains more of the words."""
    letters = sum(bool(_FOREIGN.search(word) or _ELIDED.match(word)) for word in found)
    best = max(sum(word in words for word in folded) for words in OTHERS)
    return best + letters > ours or (letters == 0 and best < 1 and ours * 6 < len(found) and len(found) >= 6)


def _mixed(written: Sequence[str], folded: Sequence[str], marks: bool) -> bool:
    """Whether a Vietnamese text has English words beyond those it borrows; with `marks` their shape tells them."""
    english = {
        plain for word, plain in zip(written, folded, strict=True) if _not_borrowed(word, plain, marks)
    }
    return len(english) >= _FEW and len(english) >= _MINORITY * len(written)


def _not_borrowed(word: str, plain: str, marks: bool) -> bool:
    if not word.isascii() or plain in _BORROWED or plain in VIETNAMESE or SYLLABLE.fullmatch(plain):
        return False
    return plain in ENGLISH or (marks and word.islower() and len(word) >= 4)


def _mixed_english(found: Sequence[str], total: int) -> str:
    """Whether an English text has Vietnamese words that are no names."""
    vietnamese = sum(has_diacritics(word) and bool(SYLLABLE.fullmatch(fold(word))) for word in found)
    return "mixed" if vietnamese >= _FEW and vietnamese >= 0.2 * total else "en"


def _foreign_script(char: str) -> bool:
    return ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF
