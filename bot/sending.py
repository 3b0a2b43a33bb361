"""Sends composed messages by the Bot API, and says how each try ended."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendDocument, SendMessage, TelegramMethod
from aiogram.types import BufferedInputFile, Message

from bot.session import Unanswered, never_sent
from flows.ports import Delivery, Handing, Letter, Sent

log = structlog.get_logger()

Call = TelegramMethod[Any]


def _document(chat_id: int, name: str, content: str) -> SendDocument:
    return SendDocument(chat_id=chat_id, document=BufferedInputFile(base64.b64decode(content), name))


METHODS: Mapping[str, Callable[..., Call]] = {
    "sendMessage": SendMessage,
    "sendDocument": _document,
    "answerCallbackQuery": AnswerCallbackQuery,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What an error means for a letter; `phrase` is part of Telegram's description, in lower case."""

    error: type[TelegramAPIError]
    phrase: str
    result: Delivery


#: The first rule that fits holds.
RULES = (
    Rule(TelegramRetryAfter, "", Delivery.RETRY),
    Rule(TelegramForbiddenError, "", Delivery.UNREACHABLE),  # blocked, kicked, never written to the bot
    Rule(TelegramBadRequest, "message is not modified", Delivery.SENT),
    Rule(TelegramBadRequest, "query is too old", Delivery.SENT),
    Rule(TelegramBadRequest, "chat not found", Delivery.UNREACHABLE),
    Rule(TelegramBadRequest, "peer_id_invalid", Delivery.UNREACHABLE),
    Rule(TelegramBadRequest, "not enough rights", Delivery.UNREACHABLE),
    Rule(TelegramBadRequest, "", Delivery.FAILED),
    Rule(TelegramEntityTooLarge, "", Delivery.FAILED),
    Rule(Unanswered, "", Delivery.UNCERTAIN),
    Rule(TelegramNetworkError, "", Delivery.UNCERTAIN),
    Rule(TelegramAPIError, "", Delivery.RETRY),  # 5xx; a token that has to be mended first
)

#: The message that was to be edited is not there any more, or too old: the new text goes as a new message.
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Sender:
    """Sends letters, and remembers groups that have become supergroups in the meantime."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        #: A group's present id -> its former one.
        self.former: dict[int, int] = {}

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        """Try once. A long text whose first part went and a later one did not is uncertain as a whole."""
        calls = read_calls(letter.body)
        # Of a call that was begun only its answer tells whether it had an effect.
        await handing()
        if letter.replaces and len(calls) == 1 and isinstance(calls[0], SendMessage):
            edited = await self._edit(letter.replaces, calls[0])
            if edited is not None:
                return edited
        return await self._send_all(calls)

    async def _send_all(self, calls: list[Call]) -> Sent:
        sent = Sent(Delivery.SENT)
        for position, call in enumerate(calls):
            sent = await self._try(call)
            if sent.result is not Delivery.SENT:
                return sent if position == 0 else replace(sent, result=Delivery.UNCERTAIN)
        return sent

    async def _try(self, call: Call) -> Sent:
        try:
            return Sent(Delivery.SENT, _reference(await self._ask(call)))
        except TelegramAPIError as error:
            return judge(error, harmless=isinstance(call, AnswerCallbackQuery))

    async def _edit(self, reference: str, call: SendMessage) -> Sent | None:
        """The result of an edit, or None where there is nothing left to edit."""
        chat_id, _, message_id = reference.partition(":")
        edit = EditMessageText(
            chat_id=int(chat_id),
            message_id=int(message_id),
            text=call.text,
            link_preview_options=call.link_preview_options,
            reply_markup=call.reply_markup,  # type: ignore[arg-type]  # compose makes inline keyboards only
        )
        try:
            return Sent(Delivery.SENT, _reference(await self._ask(edit)) or reference)
        except TelegramAPIError as error:
            if _says(error, GONE):
                return None
            sent = judge(error, harmless=True)
            return replace(sent, reference=reference) if sent.result is Delivery.SENT else sent

    async def _ask(self, call: Call) -> Any:
        """The result of a call; again in the new chat where a group has become a supergroup (Bot API,
        ResponseParameters.migrate_to_chat_id).
        """
        try:
            return await self._bot(call)
        except TelegramMigrateToChat as moved:
            chat_id: int = moved.migrate_to_chat_id
            log.warning("group_became_supergroup", mend="put the new id into the settings", new_id=chat_id)
            self.former[chat_id] = getattr(call, "chat_id", 0)
            return await self._bot(call.model_copy(update={"chat_id": chat_id}))


def read_calls(body: bytes) -> list[Call]:
    """The calls that `compose` wrote down."""
    calls = json.loads(body)["calls"]
    return [METHODS[call["method"]](**{k: v for k, v in call.items() if k != "method"}) for call in calls]


def judge(error: TelegramAPIError, harmless: bool = False) -> Sent:
    """What an error means; `harmless`: doing it twice is the same as doing it once."""
    rule = next(rule for rule in RULES if isinstance(error, rule.error) and _says(error, (rule.phrase,)))
    result = rule.result
    if result is Delivery.UNCERTAIN and (harmless or _not_begun(error)):
        result = Delivery.RETRY
    return Sent(result, retry_after=_retry_after(error), detail=describe(error))


def describe(error: TelegramAPIError) -> str:
    """The error in words that name nobody: of other descriptions some hold chat ids."""
    name = type(error).__name__
    return f"{name}: {error.message}" if type(error) in {TelegramBadRequest, TelegramForbiddenError} else name


def _says(error: TelegramAPIError, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message.lower() for phrase in phrases)


def _not_begun(error: TelegramAPIError) -> bool:
    return isinstance(error, TelegramNetworkError) and never_sent(error)


def _retry_after(error: TelegramAPIError) -> float | None:
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None


def _reference(result: Any) -> str:
    return f"{result.chat.id}:{result.message_id}" if isinstance(result, Message) else ""
