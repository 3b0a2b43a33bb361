"""The guided conversation of every chat channel, as a pure reducer.

`reply(conversation, heard, policy)` gives the new state, what to say, and at most one deed for the flows to do.
A button, its number, and a keyword with or without diacritics choose the same option.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.conversation import LANGUAGES, NO, YES, Conversation, Deed, Heard, Option, Say, Step, Turn
from core.policy import Policy, ProofLevel
from core.recognition import Act, Decision, Finding
from core.requests import Right

_YES_WORDS = frozenset(
    ["yes", "y", "ok", "okay", "co", "dung", "dong", "y", "xac", "nhan", "phai", "vang", "da", "u", "confirm"]
)
_NO_WORDS = frozenset(["no", "n", "khong", "ko", "huy", "thoi", "sai", "cancel"])
#: Rights for which the customer must say what exactly.
_ASKS_DETAILS = frozenset({Right.CORRECTION, Right.INQUIRY, Right.COMPLAINT})


def folded(text: str) -> str:
    """Lower case without diacritics, so that keywords match however they are typed."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    kept = "".join(ch for ch in plain if unicodedata.category(ch) != "Mn")
    return re.sub(r"[^\w]+", " ", kept).strip()


def menu(policy: Policy) -> tuple[Option, ...]:
    """The rights that the organisation offers, as options."""
    return tuple(
        Option(f"right-{right}", f"button.{right}") for right, rule in policy.rights.items() if rule.offered
    )


def chosen(heard: Heard, options: tuple[Option, ...]) -> str:
    """The token of the option that was pressed, or whose number was typed; empty if none."""
    if any(option.token == heard.option for option in options):
        return heard.option
    number = heard.text.strip().rstrip(".)")
    if number.isdecimal() and 1 <= int(number) <= len(options):
        return options[int(number) - 1].token
    return ""


# --- what each step does with a message ------------------------------------------------------------


def _menu(conversation: Conversation, policy: Policy, phrase: str = "dialogue.menu") -> Turn:
    asking = replace(conversation, step=Step.RIGHT, rights=(), details="", contact="")
    return Turn(asking, (Say(phrase, menu(policy)),))


def _after_right(conversation: Conversation, policy: Policy) -> Turn:
    """Ask for what is still missing, then for a confirmation."""
    rights = conversation.rights
    if not conversation.details and _ASKS_DETAILS & set(rights):
        return Turn(replace(conversation, step=Step.DETAILS), (Say("dialogue.ask_details"),))
    proof = any(policy.rights[right].proof is not ProofLevel.NONE for right in rights)
    if proof and not conversation.contact:
        return Turn(replace(conversation, step=Step.CONTACT), (Say("dialogue.ask_contact"),))
    return Turn(
        replace(conversation, step=Step.CONFIRM),
        (Say("dialogue.confirm", (YES, NO), {"rights": rights, "details": conversation.details}),),
    )


def _with_finding(conversation: Conversation, finding: Finding, text: str, policy: Policy) -> Turn:
    """A message in the customer's own words says what is wanted."""
    named = finding.identifiers
    contact = " ".join((*named.emails, *named.phones, *named.accounts))
    told = replace(
        conversation, rights=finding.rights, details=text, contact=contact or conversation.contact, puzzled=0
    )
    return _after_right(told, policy)


def _right(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    token = chosen(heard, menu(policy))
    if not token:
        return None
    picked = replace(conversation, rights=(Right(token.removeprefix("right-")),), puzzled=0)
    return _after_right(picked, policy)


def _details(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    if not heard.text.strip():
        return None
    return _after_right(replace(conversation, details=heard.text.strip()), policy)


def _contact(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    if not heard.text.strip():
        return None
    return _after_right(replace(conversation, contact=heard.text.strip()), policy)


def _confirm(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    token, words = chosen(heard, (YES, NO)), set(folded(heard.text).split())
    if token == NO.token or (not token and words & _NO_WORDS):
        return Turn(Conversation(language=conversation.language), (Say("dialogue.cancelled"),))
    if token == YES.token or words & _YES_WORDS:
        return Turn(conversation, (), Deed.SUBMIT)
    return None


_STEPS: Mapping[Step, Callable[[Conversation, Heard, Policy], Turn | None]] = {
    Step.RIGHT: _right,
    Step.DETAILS: _details,
    Step.CONTACT: _contact,
    Step.CONFIRM: _confirm,
}

# --- commands, the same in every step ---------------------------------------------------------------


def _start(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    return _menu(conversation, policy, "dialogue.greeting")


def _cancel(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    phrase = "dialogue.nothing_to_cancel" if conversation.step is Step.IDLE else "dialogue.cancelled"
    return Turn(Conversation(language=conversation.language), (Say(phrase),))


def _saying(phrase: str, options: tuple[Option, ...] = ()) -> Callable[[Conversation, Heard, Policy], Turn]:
    return lambda conversation, heard, policy: Turn(conversation, (Say(phrase, options),))


_COMMANDS: Mapping[str, Callable[[Conversation, Heard, Policy], Turn]] = {
    "start": _start,
    "menu": _start,
    "cancel": _cancel,
    "help": _saying("dialogue.help"),
    "privacy": _saying("dialogue.privacy"),
    "language": _saying("dialogue.ask_language", LANGUAGES),
    "status": lambda conversation, heard, policy: Turn(conversation, (), Deed.STATUS),
}

_DEEDS: Mapping[Act, Deed] = {Act.CODE: Deed.CODE, Act.STATUS: Deed.STATUS, Act.CANCEL: Deed.CANCEL}


def _own_words(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """What recognition makes of free text, in any step."""
    finding = heard.finding
    if finding is None or conversation.step in (Step.DETAILS, Step.CONTACT):
        return None
    if heard.has_open_request and (finding.code or finding.act in _DEEDS):
        return Turn(conversation, (), Deed.CODE if finding.code else _DEEDS[finding.act])
    if finding.act is Act.NEW and finding.rights and finding.decision is not Decision.IGNORE:
        return _with_finding(conversation, finding, heard.text, policy)
    if finding.act is Act.STATUS:
        return Turn(conversation, (), Deed.STATUS)
    if heard.has_open_request and conversation.step is Step.IDLE and heard.text.strip():
        return Turn(conversation, (), Deed.ADD)
    return None


def _puzzled(conversation: Conversation, policy: Policy) -> Turn:
    """Not understood: the menu; the second time also how to reach a person."""
    phrase = "dialogue.not_understood" if conversation.puzzled == 0 else "dialogue.offer_person"
    if conversation.step in (Step.IDLE, Step.RIGHT):
        turn = _menu(conversation, policy, phrase)
    else:
        again = _after_right(conversation, policy)
        turn = Turn(again.conversation, (Say(phrase), *again.say))
    return replace(turn, conversation=replace(turn.conversation, puzzled=conversation.puzzled + 1))


def reply(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    """One turn of the conversation."""
    if heard.option.startswith("lang-"):
        switched = replace(conversation, language=heard.option.removeprefix("lang-"))
        return Turn(switched, (Say("dialogue.language_changed"),))
    if heard.media and not heard.text:
        return Turn(conversation, (Say("dialogue.media"),))
    if heard.command:
        known = _COMMANDS.get(heard.command)
        return known(conversation, heard, policy) if known else _puzzled(conversation, policy)
    step = _STEPS.get(conversation.step)
    turn = step(conversation, heard, policy) if step else None
    return turn or _own_words(conversation, heard, policy) or _puzzled(conversation, policy)
