"""What the desk asks in a chat: the menu, what is still missing of a request, the confirmation."""

from __future__ import annotations

from dataclasses import replace

from core import keywords
from core.conversation import NO, YES, Conversation, Heard, Option, Say, Step, Turn
from core.policy import Policy
from core.requests import Right
from core.verification import needs_proof

#: Rights for which the customer must say what exactly.
_ASKS_DETAILS = frozenset({Right.CORRECTION, Right.INQUIRY, Right.COMPLAINT})


def menu(policy: Policy) -> tuple[Option, ...]:
    """The rights that the organisation offers, as options."""
    return tuple(option_of(right) for right, rule in policy.rights.items() if rule.offered)


def option_of(right: Right) -> Option:
    return Option(f"right-{right}", f"button.{right}")


def chosen(heard: Heard, options: tuple[Option, ...]) -> str:
    """The token of the option that was pressed, or whose number was typed; empty if none."""
    if heard.option:
        return heard.option if heard.option in [option.token for option in options] else ""
    number = keywords.number_named(heard.text)
    return options[number - 1].token if 1 <= number <= len(options) else ""


def ask_right(conversation: Conversation, policy: Policy, phrase: str) -> Turn:
    """Show the menu under a phrase; a draft is dropped."""
    asking = replace(conversation, step=Step.RIGHT, rights=(), details="", contact="")
    return Turn(asking, (Say(phrase, menu(policy)),))


def next_question(conversation: Conversation, policy: Policy) -> Turn:
    """Ask for what is still missing, then for a confirmation."""
    rights = conversation.rights
    if not conversation.details and _ASKS_DETAILS & set(rights):
        return Turn(replace(conversation, step=Step.DETAILS), (Say("dialogue.ask_details"),))
    if not conversation.contact and needs_proof(rights, policy):
        return Turn(replace(conversation, step=Step.CONTACT), (Say("dialogue.ask_contact"),))
    fields = {"rights": rights, "details": _summary(conversation)}
    return Turn(replace(conversation, step=Step.CONFIRM), (Say("dialogue.confirm", (YES, NO), fields),))


def _summary(conversation: Conversation) -> str:
    """What was written, for a last look: a mistyped contact is seen before it is sent."""
    told, contact = conversation.details, conversation.contact
    return told if contact in told else "\n".join(filter(None, (told, contact)))


def with_question(conversation: Conversation, phrase: str, policy: Policy) -> Turn:
    """Say something, and ask again what is being asked, if anything is."""
    if conversation.step is Step.RIGHT:
        return ask_right(conversation, policy, phrase)
    if conversation.step is Step.IDLE:
        return Turn(conversation, (Say(phrase),))
    again = next_question(conversation, policy)
    return replace(again, say=(Say(phrase), *again.say))
