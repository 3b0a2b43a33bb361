"""The Bot API's methods that put something before people: messages, documents, edits, answers to taps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.telegram.calls import Call
from sandbox.telegram.records import LEADING, Chat, Json, Message, StoredFile, TapAnswer, Upload, Version
from sandbox.telegram.refusals import bad_request, entity_too_large, malformed
from sandbox.telegram.shapes import document_json, message_json
from sandbox.telegram.texts import CAPTION_LIMIT, TEXT_LIMIT, utf16_length

UPLOAD_LIMIT = 50 * 2**20  # bytes (Bot API, Sending files)
ANSWER_LIMIT = 200
#: A callback query can be answered this long; Telegram gives up after ten to twenty seconds.
TAP_LIFETIME = timedelta(seconds=15)
DELETABLE = timedelta(hours=48)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(call: Call) -> Json:
    version = _version(call, "text", TEXT_LIMIT)
    if not version.text:
        raise malformed("message text is empty")
    chat = call.chat_to_write()
    preview = {name: call.values[name] for name in ("link_preview_options",) if name in call.values}
    return _post(call, chat, version, preview)


async def send_document(call: Call) -> Json:
    version = _version(call, "caption", CAPTION_LIMIT)
    chat = call.chat_to_write()
    file = _document(call, call.values["document"])
    return _post(call, chat, version, {"document": document_json(file)}, file)


def _version(call: Call, name: str, limit: int, inline_only: bool = False) -> Version:
    text, entities = call.words(name, limit)
    return Version(call.world.clock(), text, entities, call.markup(inline_only))


def _post(call: Call, chat: Chat, version: Version, content: Json, file: StoredFile | None = None) -> Json:
    reply = call.replied(chat)
    if call.flag("protect_content"):
        content = content | {"has_protected_content": True}
    message = call.world.add_message(chat, call.bot.user, version, content=content, file=file, reply_to=reply)
    return message_json(message)


def _document(call: Call, given: Any) -> StoredFile:
    if isinstance(given, Upload):
        return _stored(call, given)
    known = call.world.files.get(given)
    if known is None:
        raise bad_request("wrong remote file identifier specified: Wrong character in the string")
    return known


def _stored(call: Call, upload: Upload) -> StoredFile:
    if not upload.content:
        raise malformed("file must be non-empty")
    if len(upload.content) > UPLOAD_LIMIT:
        raise entity_too_large()
    return call.world.store_file(upload.name, upload.media_type, upload.content)


async def edit_message_text(call: Call) -> Json:
    version = _version(call, "text", TEXT_LIMIT, inline_only=True)
    if not version.text:
        raise malformed("message text is empty")
    message = _own_message(call)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    return _revise(call, message, version)


async def edit_message_reply_markup(call: Call) -> Json:
    message = _own_message(call)
    now = message.now
    return _revise(
        call, message, Version(call.world.clock(), now.text, now.entities, call.markup(inline_only=True))
    )


def _own_message(call: Call) -> Message:
    message = call.chat().message(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not call.bot.user:
        raise bad_request("message can't be edited")
    return message


def _revise(call: Call, message: Message, version: Version) -> Json:
    now = message.now
    if (version.text, version.entities, version.markup) == (now.text, now.entities, now.markup):
        raise bad_request(NOT_MODIFIED)
    message.versions.append(version)
    call.world.bell.ring()
    return message_json(message)


async def delete_message(call: Call) -> bool:
    chat = call.chat()
    message = chat.message(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    own = message.sender is call.bot.user
    entitled = own or chat.type == "private" or chat.status(call.bot.user) in LEADING
    if not entitled or call.world.clock() - message.versions[0].at > DELETABLE:
        raise bad_request("message can't be deleted")
    message.deleted = True
    call.world.bell.ring()
    return True


async def answer_callback_query(call: Call) -> bool:
    """The first answer is shown; further ones are taken and do nothing."""
    if utf16_length(call.text("text")) > ANSWER_LIMIT:
        raise malformed("MESSAGE_TOO_LONG")
    tap = call.world.taps.get(call.text("callback_query_id"))
    if tap is None or tap.expired or tap.message.sender is not call.bot.user:
        raise bad_request(TOO_OLD)
    if call.world.clock() - tap.at > TAP_LIFETIME:
        raise bad_request(TOO_OLD)
    if tap.answer is None:
        tap.answer = TapAnswer(call.text("text"), call.flag("show_alert"), call.text("url"))
        call.world.bell.ring()
    return True


async def send_chat_action(call: Call) -> bool:
    if call.text("action") not in ACTIONS:
        raise malformed("wrong parameter action in request")
    call.chat()
    return True
