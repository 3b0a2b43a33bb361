"""Whoever chats may turn round: other buttons, another language, an open request, small talk, pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.conversation import Conversation, Deed, Heard, Step
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
    Chat,
    after,
    command,
    phrases,
    pressed,
    typed,
)

MEDIA = ["voice", "sticker", "photo", "contact", "location", "video_note", "poll", "document"]


# --- buttons out of place ---------------------------------------------------------------------------------


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
@pytest.mark.parametrize(
    "option", ["right-restriction", "right-everything", "lang-xx", "c:a:card:1", "junk", "yes"]
)
def test_a_foreign_or_outdated_button_says_so_and_asks_again(conversation: Conversation, option: str) -> None:
    if conversation is CONFIRM and option == "yes":
        return
    turn = after(conversation, pressed(option))
    asked = after(conversation, pressed("junk"))
    assert phrases(turn)[0] == "dialogue.old_button"
    assert (turn, turn.deed) == (asked, None)
    assert turn.conversation == (MENU if conversation is IDLE else conversation)
    assert turn.say[-1].options or conversation in (DETAILS, CONTACT)


def test_a_second_tap_on_yes_sends_nothing_twice_and_starts_nothing() -> None:
    turn = after(IDLE, pressed("yes", **OPEN))
    assert (phrases(turn), turn.conversation, turn.deed) == (["dialogue.old_button"], IDLE, None)


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
def test_a_right_can_be_chosen_anew_from_the_menu_at_any_time(conversation: Conversation) -> None:
    turn = after(conversation, pressed("right-portability"))
    assert turn.conversation.rights == (Right.PORTABILITY,)
    assert turn.conversation.contact == conversation.contact
    assert turn.deed is None


# --- the language ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
@pytest.mark.parametrize("heard", [pressed("lang-vi"), typed("1"), typed("Tiếng Việt"), typed("tieng viet")])
def test_a_switch_of_language_keeps_the_draft_and_asks_again_in_it(
    conversation: Conversation, heard: Heard
) -> None:
    asked = after(conversation, command("language")).conversation
    turn = after(asked, heard)
    assert phrases(turn)[0] == "dialogue.language_changed"
    assert turn.conversation == replace(conversation, language="vi")
    assert (len(turn.say) == 2) is (conversation in (DETAILS, CONTACT, CONFIRM))


@pytest.mark.parametrize(
    "between", [command("help"), typed("hmm well"), typed("", media="photo"), pressed("junk")]
)
def test_once_something_else_was_said_a_number_is_no_language(between: Heard) -> None:
    chat = Chat(MENU)
    chat.hears(command("language"))
    chat.hears(between)
    assert chat.types("1") == ["dialogue.ask_contact"]
    assert (chat.conversation.rights, chat.conversation.language) == ((Right.ACCESS,), "en")


def test_a_clear_wish_in_another_language_is_answered_in_it() -> None:
    assert after(IDLE, typed("Tôi muốn xóa toàn bộ dữ liệu cá nhân của tôi")).conversation.language == "vi"
    assert after(IDLE, typed("xin chào")).conversation.language == "en"


# --- with an open request ---------------------------------------------------------------------------------


@pytest.mark.parametrize("conversation", [IDLE, MENU, DETAILS, CONFIRM], ids=lambda talk: talk.step)
@pytest.mark.parametrize("text", ["12345678", "1234 5678", "00000003"])
def test_a_code_alone_is_a_code_even_when_it_looks_like_a_number(
    conversation: Conversation, text: str
) -> None:
    assert after(conversation, typed(text, **OPEN)).deed is Deed.CODE
    turn = after(conversation, typed(text))
    assert (phrases(turn), turn.deed) == (["dialogue.no_open_request"], None)


@pytest.mark.parametrize("conversation", [IDLE, MENU], ids=lambda talk: talk.step)
def test_whatever_else_is_written_reaches_the_person_at_work(conversation: Conversation) -> None:
    assert after(conversation, typed("Lớp 12A, năm 2023", **OPEN)).deed is Deed.ADD
    assert after(conversation, typed("delete", **OPEN)).deed in (Deed.ADD, None)


def test_an_answer_that_is_owed_is_no_new_wish() -> None:
    text = "Tôi muốn xóa toàn bộ dữ liệu cá nhân của tôi"
    assert after(IDLE, typed(text, **OPEN)).conversation.step is Step.CONTACT
    assert after(IDLE, typed(text, owes_answer=True, **OPEN)).deed is Deed.ADD
    assert after(IDLE, typed("có", owes_answer=True, **OPEN)).deed is Deed.ADD


def test_an_open_request_is_taken_back_only_where_that_is_clearly_meant() -> None:
    assert after(IDLE, typed("Please cancel my request", **OPEN)).deed is Deed.CANCEL
    assert after(IDLE, typed(f"hủy yêu cầu {REFERENCE}", **OPEN)).deed is Deed.CANCEL
    unsure = after(IDLE, typed("thoi bo di", **OPEN))
    assert (phrases(unsure), unsure.deed) == (["dialogue.cancel_open"], None)


def test_taking_back_while_writing_means_what_is_being_written() -> None:
    turn = after(CONFIRM, typed("Please cancel my request", **OPEN))
    assert (phrases(turn), turn.deed, turn.conversation) == (["dialogue.cancelled"], None, IDLE)


def test_without_an_open_request_there_is_nothing_to_take_back() -> None:
    assert phrases(after(IDLE, typed("Please cancel my request"))) == ["dialogue.nothing_to_cancel"]


def test_how_it_is_going_is_asked_in_ones_own_words() -> None:
    for more in ({}, OPEN):
        assert after(IDLE, typed("Yêu cầu của tôi đến đâu rồi?", **more)).deed is Deed.STATUS


# --- small talk, media, and what is not understood -----------------------------------------------------


@pytest.mark.parametrize("text", ["Xin chào", "hello", "hi"])
def test_a_greeting_is_greeted(text: str) -> None:
    for more in ({}, OPEN):
        assert phrases(after(IDLE, typed(text, **more))) == ["dialogue.greeting"]


@pytest.mark.parametrize("text", ["Cảm ơn bạn nhé", "thanks"])
def test_thanks_bother_nobody(text: str) -> None:
    for more in ({}, OPEN):
        turn = after(IDLE, typed(text, **more))
        assert (phrases(turn), turn.deed, turn.conversation) == (["dialogue.welcome"], None, IDLE)


@pytest.mark.parametrize("conversation", STEPS, ids=lambda talk: talk.step)
@pytest.mark.parametrize("kind", MEDIA)
def test_media_without_words_get_a_word_and_change_nothing(conversation: Conversation, kind: str) -> None:
    for text in ("", " \n"):
        turn = after(conversation, typed(text, media=kind))
        assert (phrases(turn), turn.conversation, turn.deed) == (["dialogue.media"], conversation, None)


def test_the_words_under_a_picture_count() -> None:
    assert after(DETAILS, typed("My name is spelt wrong", media="photo")).conversation.step is Step.CONTACT


@pytest.mark.parametrize("conversation", [IDLE, MENU, CONTACT, CONFIRM], ids=lambda talk: talk.step)
def test_a_person_is_offered_the_second_time(conversation: Conversation) -> None:
    chat = Chat(conversation)
    assert chat.types("hmm well")[0] == "dialogue.not_understood"
    assert chat.types("so and so")[0] == "dialogue.offer_person"
    assert chat.types("well well hmm")[0] == "dialogue.offer_person"
    chat.hears(command("help"))
    assert chat.types("hmm well")[0] == "dialogue.not_understood"


def test_an_empty_message_asks_again() -> None:
    assert phrases(after(DETAILS, typed(""))) == ["dialogue.not_understood", "dialogue.ask_details"]


@pytest.mark.parametrize("step", [Step.HAND_OVER, Step.QUESTION, Step.ANSWER, Step.CONFIRM, Step.CONTACT])
def test_a_state_that_no_customer_can_be_in_starts_afresh(step: Step) -> None:
    turn = after(Conversation(step=step, language="en", request_id="r-1"), typed("yes"))
    assert (turn.deed, turn.conversation.step) == (None, Step.RIGHT)
