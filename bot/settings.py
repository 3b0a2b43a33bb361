"""What the Telegram channel must be told; free of aiogram, so that reading settings stays quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Language -> command without slash -> its description in the menu; the first language is everybody else's.
CommandTexts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The bot's account and the group that works with it."""

    token: str = field(repr=False)  # from @BotFather: "<number>:<secret>"
    staff_chat: int = 0  # the group's id, a negative number; 0: none
    api_base: str = "https://api.telegram.org"  # or a local Bot API server
    poll_seconds: int = 30  # how long Telegram may hold a request for updates
    answer_seconds: float = 30  # how long any other answer may take
