"""The Bot API's objects as JSON: users, chats, messages, members, callback queries."""

from __future__ import annotations

from sandbox.telegram.records import (
    ANONYMOUS_ADMIN,
    Chat,
    Json,
    Message,
    Status,
    StoredFile,
    Tap,
    User,
)

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_send_welcome_messages",
)
ADMIN_LACKS = (
    "can_be_edited",
    "is_anonymous",
    "can_promote_members",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_topics",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
#: What getMe tells of the bot itself beside its account.
BOT_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
#: Content whose `text` is a caption.
CAPTIONED = frozenset({"document", "photo", "voice", "video", "audio", "animation"})


def user_json(user: User) -> Json:
    shape: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    optional = {
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
    }
    return shape | {name: value for name, value in optional.items() if value}


def chat_json(chat: Chat) -> Json:
    if chat.person is None:
        return {"id": chat.id, "type": chat.type, "title": chat.title}
    person = user_json(chat.person)
    names: Json = {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
    return {"id": chat.id, "type": chat.type, **names}


def full_chat_json(chat: Chat) -> Json:
    """ChatFullInfo, as getChat returns it."""
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    shape = chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.type != "private":
        shape["permissions"] = dict.fromkeys(PERMISSIONS, True)
    return shape


def member_json(user: User, status: Status) -> Json:
    """A ChatMember of the kind that fits the status, with all its required fields."""
    shape: Json = {"user": user_json(user), "status": status.value}
    if status is Status.CREATOR:
        return shape | {"is_anonymous": False}
    if status is Status.ADMINISTRATOR:
        return shape | dict.fromkeys(ADMIN_RIGHTS, True) | dict.fromkeys(ADMIN_LACKS, False)
    if status is Status.RESTRICTED:
        return shape | dict.fromkeys(PERMISSIONS, False) | {"is_member": True, "until_date": 0}
    if status is Status.KICKED:
        return shape | {"until_date": 0}
    return shape


def document_json(file: StoredFile) -> Json:
    return {"file_name": file.name, "mime_type": file.media_type, **file_json(file)}


def file_json(file: StoredFile) -> Json:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}


def message_json(message: Message, with_reply: bool = True) -> Json:
    """The message as it stands now; the one it answers is shown without its own."""
    shape: Json = {
        "message_id": message.id,
        "from": user_json(ANONYMOUS_ADMIN if message.anonymous else message.sender),
        "chat": chat_json(message.chat),
        "date": int(message.versions[0].at.timestamp()),
        **message.content,
        **_words(message),
    }
    if message.anonymous:
        shape["sender_chat"] = chat_json(message.chat)
    if message.edited:
        shape["edit_date"] = int(message.now.at.timestamp())
    if message.reply_to is not None and with_reply:
        shape["reply_to_message"] = message_json(message.reply_to, with_reply=False)
    if "inline_keyboard" in message.now.markup:
        shape["reply_markup"] = message.now.markup
    return shape


def _words(message: Message) -> Json:
    if not message.text:
        return {}
    name = "caption" if CAPTIONED & message.content.keys() else "text"
    entities = {("caption_entities" if name == "caption" else "entities"): list(message.now.entities)}
    return {name: message.text} | (entities if message.now.entities else {})


def tap_json(tap: Tap) -> Json:
    """A CallbackQuery; a message that was deleted comes as an InaccessibleMessage."""
    message = tap.message
    gone = {"chat": chat_json(message.chat), "message_id": message.id, "date": 0}
    return {
        "id": tap.id,
        "from": user_json(tap.person),
        "message": gone if message.deleted else message_json(message),
        "chat_instance": str(message.chat.id * 7919),
        "data": tap.data,
    }


def membership_json(chat: Chat, actor: User, at: int, before: Json, after: Json) -> Json:
    """A ChatMemberUpdated from two ChatMembers; `at` in Unix seconds."""
    return {
        "chat": chat_json(chat),
        "from": user_json(actor),
        "date": at,
        "old_chat_member": before,
        "new_chat_member": after,
    }
