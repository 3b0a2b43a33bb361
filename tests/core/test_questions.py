"""The desk asks for what is missing, in order, and shows everything before it is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.conversation import Conversation, Heard, Step
from core.policy import RightRule
from core.questions import ask_right, chosen, menu, next_question, with_question
from core.requests import Right
from tests.core.chats import CONFIRM, CONTACT, DETAILS, IDLE, MENU
from tests.core.chats import phrases as said
from tests.core.samples import POLICY

OPTIONS = menu(POLICY)


def test_the_menu_holds_what_the_organisation_offers_in_its_order() -> None:
    offered = [right for right, rule in POLICY.rights.items() if rule.offered]
    assert [option.token for option in OPTIONS] == [f"right-{right}" for right in offered]
    assert [option.phrase for option in OPTIONS] == [f"button.{right}" for right in offered]
    assert 0 < len(OPTIONS) < len(Right)


def test_an_option_is_chosen_by_its_button_or_its_number() -> None:
    for number, option in enumerate(OPTIONS, 1):
        assert chosen(Heard(option=option.token), OPTIONS) == option.token
        assert chosen(Heard(text=f"{number}."), OPTIONS) == option.token


@pytest.mark.parametrize("text", ["0", "-", str(len(OPTIONS) + 1), "00000001", "one"])
def test_a_number_that_is_not_there_chooses_nothing(text: str) -> None:
    assert chosen(Heard(text=text), OPTIONS) == ""


def test_a_button_that_is_not_there_chooses_nothing_whatever_the_text() -> None:
    assert chosen(Heard(option="right-restriction", text="1"), OPTIONS) == ""


@pytest.mark.parametrize(
    ("draft", "step", "phrase"),
    [
        (Conversation(rights=(Right.CORRECTION,)), Step.DETAILS, "ask_details"),
        (Conversation(rights=(Right.CORRECTION,), details="wrong name"), Step.CONTACT, "ask_contact"),
        (Conversation(rights=(Right.ACCESS,)), Step.CONTACT, "ask_contact"),
        (Conversation(rights=(Right.ACCESS,), contact="HV-1001"), Step.CONFIRM, "confirm"),
        (Conversation(rights=(Right.OBJECTION,)), Step.CONFIRM, "confirm"),
        (Conversation(rights=(Right.COMPLAINT,)), Step.DETAILS, "ask_details"),
        (Conversation(rights=(Right.COMPLAINT,), details="too slow"), Step.CONFIRM, "confirm"),
        (Conversation(rights=(Right.OBJECTION, Right.DELETION)), Step.CONTACT, "ask_contact"),
    ],
)
def test_what_is_missing_is_asked_for(draft: Conversation, step: Step, phrase: str) -> None:
    turn = next_question(draft, POLICY)
    assert (turn.conversation, said(turn)) == (replace(draft, step=step), [f"dialogue.{phrase}"])


@pytest.mark.parametrize(
    ("details", "contact", "shown"),
    [
        ("", "", ""),
        ("", "HV-1001", "HV-1001"),
        ("My name is wrong", "HV-1001", "My name is wrong\nHV-1001"),
        ("My name is wrong, HV-1001", "HV-1001", "My name is wrong, HV-1001"),
    ],
)
def test_the_summary_shows_the_words_and_the_contact_once(details: str, contact: str, shown: str) -> None:
    draft = Conversation(rights=(Right.OBJECTION,), details=details, contact=contact)
    assert next_question(draft, POLICY).say[0].fields == {"rights": (Right.OBJECTION,), "details": shown}


def test_the_proof_that_is_asked_for_is_the_policys() -> None:
    rule = POLICY.rights[Right.ACCESS]
    free = {
        **POLICY.rights,
        Right.ACCESS: RightRule(POLICY.rights[Right.OBJECTION].proof, 1, rule.promise, True),
    }
    turn = next_question(Conversation(rights=(Right.ACCESS,)), replace(POLICY, rights=free))
    assert said(turn) == ["dialogue.confirm"]


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (IDLE, ["dialogue.media"]),
        (MENU, ["dialogue.media"]),
        (DETAILS, ["dialogue.media", "dialogue.ask_details"]),
        (CONTACT, ["dialogue.media", "dialogue.ask_contact"]),
        (CONFIRM, ["dialogue.media", "dialogue.confirm"]),
    ],
)
def test_something_is_said_and_the_question_asked_again(
    conversation: Conversation, expected: list[str]
) -> None:
    turn = with_question(conversation, "dialogue.media", POLICY)
    assert (said(turn), turn.conversation) == (expected, conversation)
    assert (turn.say[0].options == OPTIONS) is (conversation is MENU)


def test_the_menu_begins_anew() -> None:
    assert ask_right(CONFIRM, POLICY, "dialogue.greeting").conversation == MENU
