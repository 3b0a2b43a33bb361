"""Telegram on one machine: a Bot API server, and the people who talk with the bots."""

from sandbox.telegram.groups import Group
from sandbox.telegram.people import Person
from sandbox.telegram.records import ApiCall, Button, Message, Status, Tap, TapAnswer
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import BotAccount

__all__ = [
    "ApiCall",
    "BotAccount",
    "Button",
    "Group",
    "Message",
    "Person",
    "Status",
    "Tap",
    "TapAnswer",
    "TelegramServer",
]
