"""The tokens behind buttons: a step of a dialogue, or a staff member's verb on one revision of a card."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.messages import Verb

#: What Telegram takes as callback data (Bot API, InlineKeyboardButton); the shortest limit of all channels.
LONGEST = 64

#: Codes are part of what old cards carry: add new ones, never give a code another meaning.
CODES = {
    Verb.PICK: "p",
    Verb.DISMISS: "x",
    Verb.ASK_VERIFY: "V",
    Verb.VERIFY: "v",
    Verb.APPROVE: "a",
    Verb.ASK_REFUSAL: "R",
    Verb.REFUSE: "r",
    Verb.BACK: "b",
    Verb.ASK: "q",
    Verb.DONE: "d",
    Verb.DETAILS: "i",
    Verb.ASK_DOCUMENT: "D",
    Verb.LOOK: "L",
    Verb.QUEUE: "Q",
    Verb.HELP: "h",
    Verb.ASK_RECORD: "N",
    Verb.RECORD: "n",
    Verb.ASK_TERM: "T",
    Verb.EXTEND: "e",
    Verb.THIRD_PARTY: "t",
    Verb.TICK: "k",
}
VERBS = {code: verb for verb, code in CODES.items()}

_CARD = re.compile(r"c:([A-Za-z]):([a-z0-9]{1,20}):([0-9]{1,9})(?::([A-Za-z0-9_.-]{1,20}))?")
_OPTION = re.compile(r"o:([A-Za-z0-9_.-]{1,62})")


@dataclass(frozen=True, slots=True)
class CardButton:
    """What a card's button asks for. It comes from the outside: a claim, never a permission."""

    verb: Verb
    card: str
    revision: int
    argument: str = ""


def card_token(verb: Verb, card: str, revision: int, argument: str = "") -> str:
    """The token of a card's button. Raises ValueError when it could not be read back."""
    token = f"c:{CODES[verb]}:{card}:{revision}" + (f":{argument}" if argument else "")
    return _readable(token, _CARD)


def option_token(token: str) -> str:
    """The token of a dialogue's button. Raises ValueError when it could not be read back."""
    return _readable(f"o:{token}", _OPTION)


def read_card(data: str) -> CardButton | None:
    """What a pressed button says, or None where it is no card's or has been tampered with."""
    match = _CARD.fullmatch(data)
    if match is None or match[1] not in VERBS:
        return None
    return CardButton(VERBS[match[1]], match[2], int(match[3]), match[4] or "")


def read_option(data: str) -> str | None:
    """The dialogue's token in a pressed button, or None where it is none."""
    match = _OPTION.fullmatch(data)
    return match[1] if match else None


def _readable(token: str, form: re.Pattern[str]) -> str:
    if len(token) > LONGEST or form.fullmatch(token) is None:
        raise ValueError("a button token must be short and plain: letters, digits, '_', '.', '-'")
    return token
