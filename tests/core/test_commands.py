"""A command does the same in every step, and is never taken for an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.conversation import LANGUAGES, Conversation, Deed, Step
from core.requests import Right
from tests.core.chats import (
    CONFIRM,
    CONTACT,
    DETAILS,
    IDLE,
    MENU,
    OPEN,
    REFERENCE,
    STEPS,
    after,
    command,
    typed,
)
from tests.core.chats import phrases as said

DRAFTS = (MENU, DETAILS, CONTACT, CONFIRM)


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
@pytest.mark.parametrize("name", ["start", "menu"])
def test_start_shows_the_menu_and_drops_the_draft(conversation: Conversation, name: str) -> None:
    turn = after(conversation, command(name))
    assert said(turn) == ["dialogue.greeting"]
    assert turn.conversation == MENU
    tokens = [option.token for option in turn.say[0].options]
    assert tokens[:3] == ["right-access", "right-correction", "right-deletion"]
    assert f"right-{Right.RESTRICTION}" not in tokens


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
@pytest.mark.parametrize("name", ["help", "privacy"])
def test_help_and_privacy_leave_everything_as_it_is(conversation: Conversation, name: str) -> None:
    turn = after(conversation, command(name))
    assert (said(turn), turn.conversation, turn.deed) == ([f"dialogue.{name}"], conversation, None)


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
def test_status_is_a_deed_and_keeps_the_draft(conversation: Conversation) -> None:
    turn = after(conversation, command("status"))
    assert (said(turn), turn.conversation, turn.deed) == ([], conversation, Deed.STATUS)


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
def test_language_asks_which_and_keeps_the_draft(conversation: Conversation) -> None:
    turn = after(conversation, command("language"))
    assert said(turn) == ["dialogue.ask_language"]
    assert turn.say[0].options == LANGUAGES
    assert turn.conversation == replace(conversation, choosing_language=True)


@pytest.mark.parametrize("conversation", DRAFTS, ids=lambda talk: talk.step)
@pytest.mark.parametrize(
    "heard", [command("cancel"), typed("thôi"), typed("Huỷ"), typed("cancel"), typed("thoi bo di")]
)
def test_cancel_or_a_clear_word_for_it_drops_the_draft(conversation: Conversation, heard: object) -> None:
    turn = after(conversation, heard)  # type: ignore[arg-type]
    assert (said(turn), turn.conversation, turn.deed) == (["dialogue.cancelled"], IDLE, None)


def test_without_a_draft_there_is_nothing_to_cancel() -> None:
    assert said(after(IDLE, command("cancel"))) == ["dialogue.nothing_to_cancel"]
    assert said(after(IDLE, typed("thôi"))) == ["dialogue.nothing_to_cancel"]


def test_a_single_word_takes_no_open_request_back_but_says_how() -> None:
    for heard in (command("cancel", **OPEN), typed("hủy", **OPEN)):
        turn = after(IDLE, heard)
        assert (said(turn), turn.deed) == (["dialogue.cancel_open"], None)
        assert turn.say[0].fields == {"reference": REFERENCE}


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
def test_an_unknown_command_is_no_answer_even_with_words_behind_it(conversation: Conversation) -> None:
    turn = after(conversation, typed("an@example.com", command="frobnicate"))
    assert said(turn)[0] == "dialogue.not_understood"
    step = Step.RIGHT if conversation is IDLE else conversation.step
    assert turn.conversation == replace(conversation, step=step, puzzled=1)


@pytest.mark.parametrize("conversation", DRAFTS, ids=lambda talk: talk.step)
@pytest.mark.parametrize("text", ["tình trạng", "status", "trợ giúp", "help"])
def test_the_word_for_a_command_does_what_the_command_does(conversation: Conversation, text: str) -> None:
    name = "help" if text in ("trợ giúp", "help") else "status"
    assert after(conversation, typed(text)) == after(conversation, command(name))
