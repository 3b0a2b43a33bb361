"""Makes differently typed texts comparable: clean characters, folded letters, expanded short forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

_NOT_TEXT = {"Cf", "Cs", "Co", "Cn"}  # invisible formatting, lone surrogates, private, unassigned
_BLANKS = "\t\n"


#: Full-width and half-width forms, and the letters of mathematics that pass for bold and italic ones.
_COMPATIBLE = re.compile("[\uff00-\uffef\U0001d400-\U0001d7ff]")


class _PerCharacter(dict[int, str]):
    """A table for str.translate that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = replacement = self.compute(chr(code))
        return replacement

    def compute(self, char: str) -> str:
        raise KeyError(char)


class _Cleaned(_PerCharacter):
    def compute(self, char: str) -> str:
        category = unicodedata.category(char)
        if category in _NOT_TEXT or (category == "Cc" and char not in _BLANKS):
            return ""
        if category == "Zs":
            return " "
        return unicodedata.normalize("NFKC", char) if char >= "\uff00" and _COMPATIBLE.match(char) else char


class _Folded(_PerCharacter):
    def compute(self, char: str) -> str:
        base = unicodedata.normalize("NFD", char.lower())[0]
        return "d" if base == "đ" else base


_CLEANED, _FOLDED = _Cleaned(), _Folded()
_VIETNAMESE = frozenset("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
_MARKED_WORD = re.compile(rf"[{''.join(_VIETNAMESE)}]\S*")
#: The old tone placement at the end of a syllable: hoà, khoẻ, thuỷ; "quý" stays.
_OLD_TONE = re.compile(r"(?<!q)(?:o[áàảãạéèẻẽẹ]|u[ýỳỷỹỵ])(?!\w)")
_TONES = str.maketrans("áàảãạéèẻẽẹýỳỷỹỵ", "aaaaaeeeeeyyyyy")
_MOVED = {
    "o": dict(zip("áàảãạéèẻẽẹ", "óòỏõọóòỏõọ", strict=True)),
    "u": dict(zip("ýỳỷỹỵ", "úùủũụ", strict=True)),
}


def clean(text: str) -> str:
    """NFC text with plain blanks and line ends, without what cannot be seen; any str is accepted."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", unified.translate(_CLEANED))


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d. Clean text keeps its length: position i stays position i."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def modern_tones(text: str) -> str:
    """Lower-case text with the tone mark where today's spelling puts it: hoà becomes hòa."""
    return _OLD_TONE.sub(lambda found: _move_tone(found[0]), text)


def _move_tone(pair: str) -> str:
    first, second = pair[0], pair[1]
    return _MOVED[first][second] + second.translate(_TONES)


def has_diacritics(text: str) -> bool:
    """Whether the text has letters that only Vietnamese typing gives (and some that French shares)."""
    return not (text.isascii() or _VIETNAMESE.isdisjoint(text.lower()))


def lowered(text: str) -> str:
    """Lower case of the same length: position i stays position i."""
    return text.replace("İ", "i").lower()


def marked_words(text: str) -> int:
    """How many words of a lower-case text, as blanks part them, have diacritics."""
    return len(_MARKED_WORD.findall(text))


def word_around(text: str, place: int) -> tuple[int, int]:
    """Where what stands around a place of a clean text begins and ends, as blanks and line ends part it."""
    start = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place)) + 1
    ends = [end for end in (text.find(" ", place), text.find("\n", place)) if end >= 0]
    return start, min(ends, default=len(text))


class Word(NamedTuple):
    """A word as compared: `plain` with tone marks, `folded` without; the span is that of the text."""

    plain: str
    folded: str
    start: int
    end: int


#: Blanks part whatever could be a word; an empty line ends a sentence.
_TOKEN = re.compile(r"\S+|\n\s*\n")
_WORD = re.compile(r"e-?mails?\b|\w+(?:['’´`]\w+)*|\n\s*\n|[.,;:!?…\n]")
_LONGEST_WORD = 40  # letters; longer ones are no words and are kept nowhere
_SENTENCE_ENDS, _MARKS = frozenset(".;!?…"), frozenset(".,;:!?…")

#: Short forms of Vietnamese chats, and what they mean (reference: the normalisation notes).
_SHORT_VI = {
    "ko": "không", "k": "không", "kh": "không", "kg": "không", "khg": "không", "hok": "không", "hong": "không",
    "hông": "không", "hem": "không", "hổng": "không", "khum": "không", "kbt": "không biết", "dc": "được",
    "đc": "được", "đx": "được", "e": "em", "m": "mình", "mk": "mình", "mik": "mình", "mh": "mình", "t": "tôi",
    "tui": "tôi", "tớ": "tôi", "b": "bạn", "j": "gì", "ji": "gì", "nx": "nữa", "v": "vậy", "z": "vậy",
    "r": "rồi", "ròi": "rồi", "rùi": "rồi", "lun": "luôn", "vs": "với", "ntn": "như thế nào", "cx": "cũng",
    "trc": "trước", "ng": "người", "ngta": "người ta", "mn": "mọi người", "nv": "nhân viên", "sd": "sử dụng",
    "xài": "dùng", "tk": "tài khoản", "acc": "tài khoản", "nick": "tài khoản", "account": "tài khoản",
    "sdt": "số điện thoại", "sđt": "số điện thoại", "đt": "điện thoại", "dl": "dữ liệu", "data": "dữ liệu",
    "tt": "thông tin", "info": "thông tin", "ttcn": "thông tin cá nhân", "dlcn": "dữ liệu cá nhân",
    "qc": "quảng cáo", "hv": "học viên", "hs": "học sinh", "sv": "sinh viên", "cty": "công ty", "tn": "tin nhắn",
    "ib": "nhắn tin", "rep": "trả lời", "kq": "kết quả", "yc": "yêu cầu", "del": "xóa", "delete": "xóa",
    "ph": "phụ huynh", "hình": "ảnh", "dùm": "giúp", "giùm": "giúp", "giúm": "giúp", "hộ": "giúp", "dum": "giúp",
    "gium": "giúp", "gởi": "gửi", "goi": "gọi", "gui": "gửi", "nghen": "nhé", "nha": "nhé",
    "bik": "biết", "bít": "biết", "bt": "biết", "đki": "đăng ký", "đk": "đăng ký", "dk": "đăng ký", "kí": "ký",
    "lí": "lý", "coi": "xem", "cung": "cũng", "đừg": "đừng", "ngưng": "ngừng", "dẹp": "bỏ", "mng": "mọi người",
}  # fmt: skip
_SHORT_EN = {
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "im": "i am", "ive": "i have", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "wont": "will not", "cant": "can not", "cannot": "can not",
    "youve": "you have", "youre": "you are", "isnt": "is not", "havent": "have not", "hasnt": "has not",
    "wasnt": "was not", "wouldnt": "would not", "shouldnt": "should not", "theyre": "they are",
    "acct": "account", "acc": "account", "info": "information", "pics": "pictures", "pic": "picture",
    "photos": "pictures", "photo": "picture", "photographs": "pictures", "photograph": "picture", "thats": "that is",
    "emails": "email", "mail": "email", "whats": "what is", "wheres": "where is",
    "arent": "are not", "couldnt": "could not", "yall": "you", "gonna": "going to", "wanna": "want to",
}  # fmt: skip
_CONTRACTED = {
    "can't": "can not",
    "won't": "will not",
    "n't": " not",
    "'ve": " have",
    "'re": " are",
    "'m": " am",
    "'ll": " will",
    "'d": " would",
}


def words(text: str, vietnamese: bool) -> Iterator[Word]:
    """The words and sentence marks of a clean text, short forms written out; "." ends a sentence.

    `vietnamese` says whose short forms hold; a single line break is no end, an empty line is.
    """
    for found in _TOKEN.finditer(text):
        token, (at, after) = found[0], found.span()
        mark = token[-1] if token[-1] in _MARKS else ""  # stands for itself, and parts no more than a blank
        token = token[:-1] if mark else token
        within = _within if len(token) > _LONGEST_WORD else _often_within
        for plain, folded, start, end in within(token, vietnamese) if token else ():
            yield Word(plain, folded, at + start, at + end)
        for plain in _written_out(mark, {}) if mark else ():
            yield Word(plain, plain, after - 1, after)


def _within(token: str, vietnamese: bool) -> tuple[Word, ...]:
    """The words of what stands between two blanks; their places count from its beginning."""
    plain, folded = modern_tones(token.lower()), fold(token)
    if len(plain) != len(token):
        plain = folded
    found: list[Word] = []
    for start, end in (match.span() for match in _WORD.finditer(folded)):
        if end - start > _LONGEST_WORD and not token.isspace():
            found.append(Word(plain[start:end], folded[start:end], start, end))
            continue
        for part, bare in _parts(plain[start:end][:_LONGEST_WORD], vietnamese):
            found.append(Word(part, bare, start, end))
    return tuple(found)


#: Frequent words are asked for again and again.
_often_within = lru_cache(maxsize=4096)(_within)


def _parts(token: str, vietnamese: bool) -> Iterator[tuple[str, str]]:
    """What a token stands for, with marks and without."""
    return ((part, fold(part)) for part in _written_out(token, _SHORT_VI if vietnamese else _SHORT_EN))


def _written_out(token: str, short: Mapping[str, str]) -> list[str]:
    if token[0] == "\n":
        return ["."] if len(token) > 1 else []
    if token in _SENTENCE_ENDS:
        return ["."] if token != "?" else ["?", "."]
    token = token.replace("’", "'").replace("´", "'").replace("`", "'")
    for ending, full in _CONTRACTED.items():
        if token.endswith(ending):
            return f"{token.removesuffix(ending)}{full}".split()
    return short.get(token, token).replace("-", " ").split()
