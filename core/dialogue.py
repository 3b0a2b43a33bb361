"""The guided conversation of every chat channel, as a pure reducer.

`reply(conversation, heard, policy)` gives the new state, what to say, and at most one deed for the flows to do.
A button, its number, and a keyword with or without diacritics choose the same option.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import keywords
from core.commands import COMMANDS, cancel, start
from core.conversation import LANGUAGES, NO, YES, Conversation, Deed, Heard, Say, Step, Turn
from core.policy import Policy
from core.questions import ask_right, chosen, menu, next_question, option_of, with_question
from core.recognition import Act, Decision, Finding, Identifiers, named_by
from core.requests import Right

#: Steps in which a request is being written.
_DRAFTING = frozenset({Step.DETAILS, Step.CONTACT, Step.CONFIRM})
_OF_CUSTOMERS = frozenset({Step.IDLE, Step.RIGHT}) | _DRAFTING

#: What may answer a message; None leaves it to the next one.
Rule = Callable[[Conversation, Heard, Policy], Turn | None]


# --- commands and buttons, the same in every step -------------------------------------------------------


#: So sure at least that a summary of what was understood is worth a question.
_GUESS = 0.3


def _language(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """Another language, by button, name or number; the draft stays, its question comes in the new language."""
    named = keywords.language_named(heard.text)
    token = f"lang-{named}" if named else ""
    if conversation.choosing_language or heard.option:
        token = token or chosen(heard, LANGUAGES)
    if not token:
        return None
    switched = replace(conversation, language=token.removeprefix("lang-"), choosing_language=False)
    return with_question(switched, "dialogue.language_changed", policy)


def _media(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    return Turn(conversation, (Say("dialogue.media"),)) if heard.media and not heard.text.strip() else None


def _command(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """A command, or the word for one."""
    name = heard.command or keywords.command_named(heard.text)
    return COMMANDS[name](conversation, heard, policy) if name in COMMANDS else None


def _button(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """A right can be chosen anew at any time; every other button belongs to its question."""
    if not heard.option or (conversation.step is Step.CONFIRM and chosen(heard, (YES, NO))):
        return None
    if token := chosen(heard, menu(policy)):
        return _picked(conversation, token, policy)
    if conversation.step is Step.IDLE and not heard.has_open_request:
        return ask_right(conversation, policy, "dialogue.old_button")
    return with_question(conversation, "dialogue.old_button", policy)


def _picked(conversation: Conversation, token: str, policy: Policy) -> Turn:
    right = Right(token.removeprefix("right-"))
    return next_question(replace(conversation, rights=(right,), details=""), policy)


# --- what each step does with a message ------------------------------------------------------------------


def _right(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    token = chosen(heard, menu(policy))
    return _picked(conversation, token, policy) if token else _right_by_name(conversation, heard, policy)


def _right_by_name(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    right = keywords.right_named(heard.text)
    return _picked(conversation, option_of(right).token, policy) if right else None


def _details(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    told = heard.text.strip()
    return next_question(replace(conversation, details=told), policy) if told else None


def _contact(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """Whatever somebody can be found by; a sentence without any is no contact."""
    told = heard.text.strip()
    if named_by(told) == Identifiers() and not any(ch.isdecimal() for ch in told):
        return None
    return next_question(replace(conversation, contact=told), policy)


def _confirm(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    token = chosen(heard, (YES, NO))
    if token == NO.token or (not token and keywords.says_no(heard.text)):
        return Turn(Conversation(language=conversation.language), (Say("dialogue.cancelled"),))
    if token == YES.token or keywords.says_yes(heard.text):
        return Turn(conversation, (), Deed.SUBMIT)
    return None


_STEPS: Mapping[Step, Rule] = {
    Step.RIGHT: _right,
    Step.DETAILS: _details,
    Step.CONTACT: _contact,
    Step.CONFIRM: _confirm,
}


def _step(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    step = _STEPS.get(conversation.step)
    return step(conversation, heard, policy) if step else None


# --- free text ---------------------------------------------------------------------------------------------


def _bare_code(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """A code alone is an answer to a request's challenge, whatever is being written meanwhile."""
    code = heard.finding is not None and heard.finding.act is Act.CODE
    if not code or conversation.step is Step.CONTACT:
        return None
    return Turn(conversation, (), Deed.CODE) if heard.has_open_request else _none_open(conversation)


def _none_open(conversation: Conversation) -> Turn:
    return Turn(conversation, (Say("dialogue.no_open_request"),))


def _own_words(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """What recognition makes of free text."""
    finding = heard.finding
    if finding is None:
        return None
    if finding.code and heard.has_open_request:
        return Turn(conversation, (), Deed.CODE)
    if finding.act in _EARLIER:
        return _EARLIER[finding.act](conversation, heard, finding, policy)
    if heard.owes_answer and conversation.step is Step.IDLE:
        return _more(conversation, heard, policy)
    sure = finding.decision is not Decision.IGNORE and finding.confidence >= _GUESS
    wish = finding.act is Act.NEW and finding.rights and sure
    return _wish(conversation, finding, heard.text, policy) if wish else None


def _status(conversation: Conversation, heard: Heard, finding: Finding, policy: Policy) -> Turn:
    return Turn(conversation, (), Deed.STATUS)


def _take_back(conversation: Conversation, heard: Heard, finding: Finding, policy: Policy) -> Turn:
    """The draft, if there is one; an open request only where that is clearly meant: it cannot be undone."""
    named = bool(heard.reference) and heard.reference.lower() in heard.text.lower()
    if conversation.step in _DRAFTING or not heard.has_open_request:
        return cancel(conversation, heard, policy)
    if named or finding.decision is Decision.ACT or not heard.reference:
        return Turn(conversation, (), Deed.CANCEL)
    return cancel(Conversation(language=conversation.language), heard, policy)


#: What speaks of an earlier request.
_EARLIER: Mapping[Act, Callable[[Conversation, Heard, Finding, Policy], Turn]] = {
    Act.STATUS: _status,
    Act.CANCEL: _take_back,
}


def _wish(conversation: Conversation, finding: Finding, text: str, policy: Policy) -> Turn:
    """A message in the customer's own words says what is wanted, and in which language to go on."""
    sure = finding.decision is Decision.ACT and finding.language in policy.languages
    named = finding.known_by
    contact = " ".join((*named.emails, *named.phones, *named.accounts))
    told = replace(
        conversation,
        language=finding.language if sure else conversation.language,
        rights=finding.rights,
        details=text,
        contact=contact or conversation.contact,
    )
    return next_question(told, policy)


def _small_talk(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    if conversation.step in _DRAFTING:
        return None
    if keywords.greets(heard.text):
        return start(conversation, heard, policy)
    return Turn(conversation, (Say("dialogue.welcome"),)) if keywords.thanks(heard.text) else None


def _more(conversation: Conversation, heard: Heard, policy: Policy) -> Turn | None:
    """Whatever else somebody with an open request writes is for the person who works on it."""
    if conversation.step in _DRAFTING or not heard.text.strip():
        return None
    if heard.has_open_request:
        return Turn(conversation, (), Deed.ADD)
    return _right_by_name(conversation, heard, policy)


#: In this order; the first that answers does.
_RULES: tuple[Rule, ...] = (
    _language,
    _media,
    _command,
    _button,
    _bare_code,
    _step,
    _own_words,
    _small_talk,
    _more,
)


def reply(conversation: Conversation, heard: Heard, policy: Policy) -> Turn:
    """One turn of the conversation; never raises, whatever was heard."""
    talk = _sound(conversation)
    if not heard.command or heard.command in COMMANDS:
        for rule in _RULES:
            asked = talk if rule is _language else replace(talk, choosing_language=False)
            if turn := rule(asked, heard, policy):
                return replace(turn, conversation=replace(turn.conversation, puzzled=0))
    return _puzzled(replace(talk, choosing_language=False), policy)


def _sound(conversation: Conversation) -> Conversation:
    """A state that a customer can be in: no staff member's step, no draft of nothing."""
    lost = conversation.step in _DRAFTING and not conversation.rights
    if lost or conversation.step not in _OF_CUSTOMERS:
        return Conversation(language=conversation.language)
    return conversation


def _puzzled(conversation: Conversation, policy: Policy) -> Turn:
    """Not understood: the question again; the second time also how to reach a person."""
    phrase = "dialogue.not_understood" if conversation.puzzled == 0 else "dialogue.offer_person"
    asked = replace(conversation, puzzled=conversation.puzzled + 1)
    return (
        ask_right(asked, policy, phrase) if asked.step is Step.IDLE else with_question(asked, phrase, policy)
    )
