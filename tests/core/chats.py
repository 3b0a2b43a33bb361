"""A chat with a customer for the tests of the dialogue: what is typed is really recognised."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.conversation import Conversation, Deed, Heard, Step, Turn
from core.dialogue import reply
from core.policy import Policy
from core.recognition import recognise
from core.requests import Right
from tests.core.samples import POLICY

REFERENCE = "MC-7K3F-9Q2X"
OPEN: dict[str, Any] = {"has_open_request": True, "reference": REFERENCE}

IDLE = Conversation(language="en")
MENU = replace(IDLE, step=Step.RIGHT)
DETAILS = replace(IDLE, step=Step.DETAILS, rights=(Right.CORRECTION,))
CONTACT = replace(IDLE, step=Step.CONTACT, rights=(Right.ACCESS,))
CONFIRM = replace(IDLE, step=Step.CONFIRM, rights=(Right.ACCESS,), contact="HV-1001")
STEPS = (IDLE, MENU, DETAILS, CONTACT, CONFIRM)


def typed(text: str, **more: Any) -> Heard:
    return Heard(text, finding=recognise(text, channel="chat"), **more)


def pressed(option: str, **more: Any) -> Heard:
    return Heard(option=option, finding=recognise("", channel="chat"), **more)


def command(name: str, **more: Any) -> Heard:
    return Heard(command=name, finding=recognise("", channel="chat"), **more)


def after(conversation: Conversation, heard: Heard, policy: Policy = POLICY) -> Turn:
    return reply(conversation, heard, policy)


def phrases(turn: Turn) -> list[str]:
    return [say.phrase for say in turn.say]


@dataclass
class Chat:
    """Somebody who chats: what was last said stays readable."""

    conversation: Conversation = IDLE
    turn: Turn = field(default_factory=lambda: Turn(IDLE))

    def hears(self, heard: Heard) -> list[str]:
        self.turn = reply(self.conversation, heard, POLICY)
        self.conversation = self.turn.conversation
        return phrases(self.turn)

    def types(self, text: str, **more: Any) -> list[str]:
        return self.hears(typed(text, **more))

    def presses(self, option: str) -> list[str]:
        return self.hears(pressed(option))

    @property
    def deed(self) -> Deed | None:
        return self.turn.deed
