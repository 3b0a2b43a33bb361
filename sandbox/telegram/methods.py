"""The methods of the Bot API that the sandbox speaks: their parameters and who answers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram import chats, sending
from sandbox.telegram.calls import Call, Form, Parameter

Handler = Callable[[Call], Awaitable[Any]]

_CHAT = {"chat_id": Parameter(Form.INTEGER, "chat_id is empty")}
_MESSAGE = _CHAT | {"message_id": Parameter(Form.INTEGER, "message identifier is not specified")}
_TEXT = {
    "text": Parameter(Form.TEXT, "message text is empty"),
    "parse_mode": Parameter(Form.TEXT),
    "entities": Parameter(Form.LIST),
    "link_preview_options": Parameter(Form.OBJECT),
    "reply_markup": Parameter(Form.OBJECT),
}
_DOCUMENT = {
    "document": Parameter(Form.FILE, "there is no document in the request"),
    "caption": Parameter(Form.TEXT),
    "parse_mode": Parameter(Form.TEXT),
    "caption_entities": Parameter(Form.LIST),
    "disable_content_type_detection": Parameter(Form.FLAG),
    "reply_markup": Parameter(Form.OBJECT),
}
_SEND = {
    "disable_notification": Parameter(Form.FLAG),
    "protect_content": Parameter(Form.FLAG),
    "reply_parameters": Parameter(Form.OBJECT),
}
_SCOPE = {"scope": Parameter(Form.OBJECT), "language_code": Parameter(Form.TEXT)}
_DROP = {"drop_pending_updates": Parameter(Form.FLAG)}


@dataclass(frozen=True, slots=True)
class Method:
    """A method: who answers it, what it takes, and whether flood control counts it."""

    handler: Handler
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    counted: bool = False


#: Names in lower case: Telegram takes any.
METHODS: Mapping[str, Method] = {
    "getme": Method(chats.get_me),
    "getupdates": Method(
        chats.get_updates,
        {
            "offset": Parameter(Form.INTEGER),
            "limit": Parameter(Form.INTEGER),
            "timeout": Parameter(Form.INTEGER),
            "allowed_updates": Parameter(Form.LIST),
        },
    ),
    "setwebhook": Method(
        chats.set_webhook,
        _DROP
        | {
            "url": Parameter(Form.TEXT),
            "secret_token": Parameter(Form.TEXT),
            "allowed_updates": Parameter(Form.LIST),
            "max_connections": Parameter(Form.INTEGER),
        },
    ),
    "deletewebhook": Method(chats.delete_webhook, _DROP),
    "getwebhookinfo": Method(chats.get_webhook_info),
    "sendmessage": Method(sending.send_message, _CHAT | _TEXT | _SEND, counted=True),
    "senddocument": Method(sending.send_document, _CHAT | _DOCUMENT | _SEND, counted=True),
    "editmessagetext": Method(sending.edit_message_text, _MESSAGE | _TEXT, counted=True),
    "editmessagereplymarkup": Method(
        sending.edit_message_reply_markup,
        _MESSAGE | {"reply_markup": Parameter(Form.OBJECT)},
        counted=True,
    ),
    "deletemessage": Method(sending.delete_message, _MESSAGE),
    "answercallbackquery": Method(
        sending.answer_callback_query,
        {
            "callback_query_id": Parameter(Form.TEXT, sending.TOO_OLD),
            "text": Parameter(Form.TEXT),
            "show_alert": Parameter(Form.FLAG),
            "url": Parameter(Form.TEXT),
            "cache_time": Parameter(Form.INTEGER),
        },
    ),
    "sendchataction": Method(
        sending.send_chat_action,
        _CHAT | {"action": Parameter(Form.TEXT, "wrong parameter action in request")},
    ),
    "getfile": Method(chats.get_file, {"file_id": Parameter(Form.TEXT, "file_id is empty")}),
    "setmycommands": Method(
        chats.set_my_commands, _SCOPE | {"commands": Parameter(Form.LIST, "parameter commands is empty")}
    ),
    "getmycommands": Method(chats.get_my_commands, _SCOPE),
    "deletemycommands": Method(chats.delete_my_commands, _SCOPE),
    "getchat": Method(chats.get_chat, _CHAT),
    "getchatmember": Method(
        chats.get_chat_member, _CHAT | {"user_id": Parameter(Form.INTEGER, "invalid user_id specified")}
    ),
    "getchatadministrators": Method(chats.get_chat_administrators, _CHAT),
    "leavechat": Method(chats.leave_chat, _CHAT),
}
