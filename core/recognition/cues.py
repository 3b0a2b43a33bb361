"""Reads a message: its words, its concepts and pairs of concepts close to each other, and outward signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from core.recognition.finding import Identifiers
from core.recognition.identifiers import find_code, find_identifiers
from core.recognition.language import detect, detect_letter
from core.recognition.lexicon import Hit, find_hits
from core.recognition.normalise import Word, clean, fold, words
from core.recognition.on_behalf import signs
from core.recognition.reply import Parts, split
from core.recognition.telex import repaired

#: Requests say what they want early; what follows is history, annexes, or an attack. In characters,
#: of the whole message and of its new text and its subject, and in words.
_READ, _READ_NEW, _READ_TITLE, _READ_WORDS = 100_000, 20_000, 1_000, 1_000
#: Characters searched for identifiers; and those of a text whose left-overs of an input method are mended.
_READ_NAMED, _READ_RETYPED = 8_000, 2_000
_WINDOW = 10  # words between two concepts that speak together
_ANSWER = re.compile(r"\s*(?:(?:re|fwd?|aw|tl|tra loi|chuyen tiep|sv|vs)\s*(?:\[\d+\])?\s*:\s*)+")
_SIZES = (25, 50, 75, 100)  # words
_BARE = 6  # words: so few say one thing only, and their concepts weigh more
_SPEAKS = 4  # words that tell a language without the subject
#: What names one person or thing only stands as its kind; the length stays, so that spans hold.
_NAMES_ONE = re.compile(
    r"(?P<zurlz>https?://\S+|www\.\S+)|(?P<zmailz>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?P<znum>(?<!\w)\+?\d[\d .\-/:,]{5,40}\d(?!\w))"
)
#: What each of them holds, and is quickly looked for.
_NAMING = re.compile(r"@|https?://|www\.|\d[\d .\-/:,]{5}")
_LONGEST_NUMBER = 9  # digits; longer ones are alike

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as recognition reads it.

    `text` is the subject, where it is the sender's own, and the new text, left-overs of an input method
    typed out; `masked` is the same, of the same length, with addresses, links and numbers as bare kinds,
    and `words` are those of `masked`.
    """

    text: str
    masked: str
    title: str
    answers: bool
    parts: Parts
    language: str
    code: str
    words: Sequence[Word]
    hits: Sequence[Hit]
    cues: Mapping[str, Span]
    identifiers: Identifiers


def read(
    body: str,
    subject: str,
    own: frozenset[str] = frozenset(),
    codes: Sequence[re.Pattern[str]] = (),
) -> Reading:
    """Read a message of any content and length; only the first part of a very long one counts.

    What is in `own` identifies nobody; what matches one of `codes` is an account.
    """
    parts = _shortened(split(clean(body[:_READ])))
    title = clean(subject[:_READ_TITLE])
    answers = bool(_ANSWER.match(fold(title)))
    text = "\n\n".join(filter(None, ("" if answers else title.strip(), parts.new)))
    text = repaired(text) if len(text) <= _READ_RETYPED else text
    language = _language(text, parts.new)
    code = find_code(parts.new)
    masked = mask(text)
    typed = list(islice(words(masked, vietnamese=language != "en"), _READ_WORDS))
    hits = find_hits(typed, language if language == "en" else "mixed")
    cues = dict(_concepts(len(typed), hits))
    if len(body) > _READ or len(parts.new) == _READ_NEW or len(typed) == _READ_WORDS:
        cues["cut"] = (0, 0)
    for person in signs(f"{text}\n{parts.signature}", language):
        cues[person.name] = (person.start, person.end) if person.end <= len(text) else (0, 0)
    named = find_identifiers(f"{parts.new[:_READ_NAMED]}\n{parts.signature[:_READ_NAMED]}", own, codes)
    for sign, shown in _signs(text, named, bool(answers or parts.quoted), code).items():
        if shown:
            cues[sign] = (0, 0)
    return Reading(text, masked, title, answers, parts, language, code, typed, hits, cues, named)


def _language(text: str, new: str) -> str:
    """The language of a text with its subject; that of a letter in another language whose subject is English counts."""
    if len(new) >= len(text) or new.count(" ") < _SPEAKS:
        return detect(text)
    if text.endswith(f"\n\n{new}"):
        return detect_letter(text[: -len(new)].rstrip("\n"), new)
    return "other" if detect(new) == "other" else detect(text)


def mask(text: str) -> str:
    """The text with addresses, links and long numbers replaced by their kinds, blanks keeping the length."""
    return _NAMES_ONE.sub(_kind, text) if _NAMING.search(text) else text


def _kind(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    if kind == "znum":
        kind = f"znum{min(sum(map(str.isdigit, found[0])), _LONGEST_NUMBER)}z"
    return kind[: len(found[0])].ljust(len(found[0]))


def _shortened(parts: Parts) -> Parts:
    return Parts(parts.new[:_READ_NEW], parts.signature[:_READ_NEW], parts.quoted)


def _concepts(length: int, hits: Sequence[Hit]) -> Iterator[tuple[str, Span]]:
    """Concepts and ordered pairs "A>B" of one sentence, each with the span where it was first seen."""
    cues: dict[str, Span] = {f"len{sum(length >= size for size in _SIZES)}": (0, 0)}
    for number, first in enumerate(hits):
        cues.setdefault(first.concept, (first.start, first.end))
        if length <= _BARE:
            cues.setdefault(f"bare:{first.concept}", (first.start, first.end))
        for second in islice(hits, number + 1, None):
            if second.sentence != first.sentence or second.place > first.place + _WINDOW:
                break
            if second.concept != first.concept and second.start >= first.end:
                cues.setdefault(f"{first.concept}>{second.concept}", (first.start, second.end))
    return iter(cues.items())


def _signs(text: str, named: Identifiers, answers: bool, code: str) -> Mapping[str, bool]:
    return {
        "answer": answers,
        "code": bool(code),
        "named": bool(named.emails or named.phones or named.accounts),
        "account": bool(named.accounts),
        "link": "http" in text,
    }
