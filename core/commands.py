"""What a command does in a customer's chat: the same in every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.conversation import LANGUAGES, Conversation, Deed, Heard, Say, Step, Turn
from core.policy import Policy
from core.questions import ask_right

Command = Callable[[Conversation, Heard, Policy], Turn]


def start(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    return ask_right(conversation, policy, "dialogue.greeting")


def cancel(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    """Drop the draft; an open request is not taken back by a single word."""
    idle = Conversation(language=conversation.language)
    if conversation.step is not Step.IDLE:
        return Turn(idle, (Say("dialogue.cancelled"),))
    if heard.reference:
        return Turn(idle, (Say("dialogue.cancel_open", fields={"reference": heard.reference}),))
    return Turn(idle, (Say("dialogue.nothing_to_cancel"),))


def _ask_language(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    asking = replace(conversation, choosing_language=True)
    return Turn(asking, (Say("dialogue.ask_language", LANGUAGES),))


def _saying(phrase: str) -> Command:
    return lambda conversation, heard, policy: Turn(conversation, (Say(phrase),))


COMMANDS: Mapping[str, Command] = {
    "start": start,
    "menu": start,
    "cancel": cancel,
    "help": _saying("dialogue.help"),
    "privacy": _saying("dialogue.privacy"),
    "language": _ask_language,
    "status": lambda conversation, heard, policy: Turn(conversation, (), Deed.STATUS),
}
