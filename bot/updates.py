"""Reads a stored Telegram update: what it is to the desk, by a table of its kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.enums import ChatType, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User
from aiogram.types.update import UpdateTypeLookupError
from aiogram.utils.chat_member import MEMBERS
from pydantic import ValidationError

from core.buttons import CardButton, read_card, read_option
from core.messages import (
    Address,
    Attachment,
    ChannelName,
    Ignored,
    Inbound,
    InboundMessage,
    Membership,
    RawMessage,
    StaffAction,
    Unreadable,
    Verb,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the desk is at home on Telegram."""

    staff_chat: int = 0
    username: str = ""  # the bot's; empty while it is not known
    #: A group's present id -> the id it had before it became a supergroup.
    former: Mapping[int, int] = field(default_factory=dict)

    def known(self, chat_id: int) -> int:
        """The id by which the settings know a chat."""
        return self.former.get(chat_id, chat_id)


@dataclass(frozen=True, slots=True)
class _Context:
    place: Place
    received_at: datetime


#: What staff can type in their group. The rest they do with buttons.
STAFF_COMMANDS = {"queue": Verb.QUEUE, "help": Verb.HELP}

#: What people send; all other content is Telegram's own report of something in the chat.
SENT_BY_PEOPLE = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.DOCUMENT,
        ContentType.GAME,
        ContentType.LIVE_PHOTO,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.RICH_MESSAGE,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.TEXT,
        ContentType.UNKNOWN,  # newer than this program
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)

#: A pressed button in a group that is no card's: on no card at all, so that whoever pressed gets an answer.
NO_CARD = CardButton(Verb.BACK, "", 0)

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


def parse(raw: RawMessage, place: Place) -> Inbound:
    """What a stored update is to the desk. Raises Unreadable, and nothing else."""
    update = _update(raw.raw)
    try:
        read = READERS[update.event_type]
    except (UpdateTypeLookupError, KeyError):
        raise Unreadable("a kind of update that this program does not know") from None
    return read(update.event, _Context(place, raw.received_at))


def is_chatter(update: Mapping[str, Any]) -> bool:
    """Whether an unread update is talk in a group: no message to the bot, and so not to be kept."""
    message = update.get("message") or update.get("edited_message")
    if not isinstance(message, dict) or not isinstance(chat := message.get("chat"), dict):
        return False
    text = message.get("text")
    is_command = isinstance(text, str) and text.startswith("/") and "message" in update
    return chat.get("type") in {ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL} and not is_command


def _update(body: bytes) -> Update:
    try:
        return Update.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(part if isinstance(part, str) else "#" for part in problem["loc"])
        raise Unreadable(f"no valid update: {problem['type']} at {where or 'its start'}") from None


def _message(message: Message, context: _Context) -> Inbound:
    private = message.chat.type == ChatType.PRIVATE
    return _private_message(message) if private else _group_message(message, context)


def _private_message(message: Message) -> Inbound:
    user = message.from_user
    if user is None or user.is_bot:
        return Ignored("not from a person")
    if message.content_type not in SENT_BY_PEOPLE:
        return Ignored(f"service message: {_media(message)}")
    command, text, _ = _command(message.text or message.caption or "")
    return InboundMessage(
        sender=_address(message.chat.id),
        received_at=message.date,
        text=text,
        message_id=str(message.message_id),
        name=user.full_name,
        command=command,
        media=_media(message),
        shared_phone=_own_phone(message, user),
        language=_language(user),
        attachments=_documents(message),
    )


def _group_message(message: Message, context: _Context) -> Inbound:
    command, _, addressee = _command(message.text or "")
    if not command:
        return Ignored("group chatter")
    if addressee and context.place.username and addressee.lower() != context.place.username.lower():
        return Ignored("a command for another bot")
    chat = context.place.known(message.chat.id)
    if chat != context.place.staff_chat:
        return Ignored("a command in a group")
    if message.from_user is None or message.sender_chat is not None:
        return Ignored("a command from somebody anonymous")
    if command not in STAFF_COMMANDS:
        return Ignored("a command that staff do not have")
    return StaffAction(_address(message.from_user.id), _address(chat), STAFF_COMMANDS[command])


def _callback(query: CallbackQuery, context: _Context) -> Inbound:
    if query.message is None or query.data is None:
        return Ignored("a button of another kind")
    chat = query.message.chat
    button = read_card(query.data)
    if button is None and chat.type == ChatType.PRIVATE:
        return _option(query, query.data, chat.id, context)
    button = button or NO_CARD
    return StaffAction(
        actor=_address(query.from_user.id),
        chat=_address(context.place.known(chat.id)),
        verb=button.verb,
        card=button.card,
        revision=button.revision,
        argument=button.argument,
        tap=query.id,
    )


def _option(query: CallbackQuery, data: str, chat_id: int, context: _Context) -> InboundMessage:
    """A dialogue's button. One that is not ours goes on as it is: the dialogue says that it is out of date."""
    return InboundMessage(
        sender=_address(chat_id),
        received_at=context.received_at,
        text="",
        name=query.from_user.full_name,
        option=read_option(data) or data,
        tap=query.id,
        language=_language(query.from_user),
    )


def _membership(change: ChatMemberUpdated, context: _Context) -> Inbound:
    """In a private chat the member that changes is the bot: it was blocked or let in by the person."""
    member = change.new_chat_member
    private = change.chat.type == ChatType.PRIVATE
    present = isinstance(member, MEMBERS) and getattr(member, "is_member", True)
    return Membership(
        person=_address(change.chat.id if private else member.user.id),
        chat=_address(context.place.known(change.chat.id)),
        present=present,
    )


def _edited(_message: Message, _context: _Context) -> Inbound:
    return Ignored("edited message")


READERS: Mapping[str, Callable[[Any, _Context], Inbound]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _callback,
    "my_chat_member": _membership,
    "chat_member": _membership,
}


def _command(text: str) -> tuple[str, str, str]:
    """Command, what follows it, and the bot it names; without a command all the text follows."""
    match = _COMMAND.fullmatch(text)
    return (match[1].lower(), (match[3] or "").strip(), match[2] or "") if match else ("", text, "")


def _media(message: Message) -> str:
    kind = ContentType(message.content_type)
    return "" if kind is ContentType.TEXT else kind.value


def _own_phone(message: Message, user: User) -> str:
    """The number in a shared contact (E.164), where it is the sender's own: Telegram tells whose it is.

    Bot API, Contact: `user_id` names the person behind the number; the phone comes with or without its "+".
    """
    contact = message.contact
    if contact is None or contact.user_id != user.id:
        return ""
    digits = re.sub(r"\D", "", contact.phone_number)
    return f"+{digits}" if 8 <= len(digits) <= 15 else ""


def _documents(message: Message) -> tuple[Attachment, ...]:
    """A file, or a photo in the largest of its sizes: Telegram makes a JPEG of it."""
    if message.photo and message.content_type == ContentType.PHOTO:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        return (Attachment("photo.jpg", "image/jpeg", remote=photo.file_id, size=photo.file_size or 0),)
    document = message.document
    if document is None or message.content_type != ContentType.DOCUMENT:
        return ()
    name, media_type = document.file_name or "file", document.mime_type or "application/octet-stream"
    return (Attachment(name, media_type, remote=document.file_id, size=document.file_size or 0),)


def _language(user: User) -> str:
    return (user.language_code or "").split("-")[0].lower()


def _address(chat_id: int) -> Address:
    return Address(ChannelName.TELEGRAM, str(chat_id))
