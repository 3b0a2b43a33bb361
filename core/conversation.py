"""Where a chat with a customer stands, what was heard in it, and what is said back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.recognition import Finding
from core.requests import Right


class Step(StrEnum):
    """What the desk waits for in a chat."""

    IDLE = "idle"
    RIGHT = "right"  # which right
    DETAILS = "details"  # what exactly, in the customer's words
    CONTACT = "contact"  # by what the customer is known: e-mail, phone, code
    CONFIRM = "confirm"  # yes or no to the summary
    CODE = "code"  # the one-time code
    HAND_OVER = "hand_over"  # staff: the file for a request
    QUESTION = "question"  # staff: the question for a customer
    ANSWER = "answer"  # staff: the answer that completes a question or a complaint
    DOCUMENT_REASON = "document_reason"  # staff: why a document is needed, in their words
    IDENTITY_REASON = "identity_reason"  # staff: by what they know who asks, in their words
    EXTENSION = "extension"  # staff: why a right needs more time
    UNTICKED = "unticked"  # staff: why a right is done although a system is not ticked off


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a chat stands. Drafts in it are personal data: sealed, and dropped after a day."""

    step: Step = Step.IDLE
    language: str = ""
    rights: tuple[Right, ...] = ()
    details: str = ""
    contact: str = ""
    #: The request that a staff member's next message belongs to.
    request_id: str = ""
    #: How often in a row the desk did not understand.
    puzzled: int = 0
    #: The language was asked for last: a number now means one of the languages.
    choosing_language: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: `token` comes back from a button, `phrase` is its label."""

    token: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase to say, with the options under it."""

    phrase: str
    options: tuple[Option, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)


class Deed(StrEnum):
    """What the flows have to do for a conversation."""

    SUBMIT = "submit"
    CODE = "code"
    STATUS = "status"
    CANCEL = "cancel"
    ADD = "add"  # what was written belongs to the open request


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message as the reducer needs it."""

    text: str = ""
    option: str = ""
    command: str = ""
    media: str = ""
    language: str = ""
    finding: Finding | None = None
    has_open_request: bool = False
    #: The desk has asked the customer something about an open request.
    owes_answer: bool = False
    #: The newest open request's, so that it can be named.
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The reducer's answer."""

    conversation: Conversation
    say: tuple[Say, ...] = ()
    deed: Deed | None = None


YES, NO = Option("yes", "dialogue.yes"), Option("no", "dialogue.no")
LANGUAGES = (Option("lang-vi", "dialogue.language_vi"), Option("lang-en", "dialogue.language_en"))
