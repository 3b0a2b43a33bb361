"""A customer gets there by buttons, numbers or words, can turn round at any time, and is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conversation import Conversation, Deed, Heard, Step
from core.recognition import recognise
from core.requests import Right
from tests.core.chats import (
    CONFIRM,
    CONTACT,
    DETAILS,
    IDLE,
    MENU,
    OPEN,
    REFERENCE,
    Chat,
    after,
    command,
    phrases,
    pressed,
    typed,
)
from tests.core.samples import POLICY

# --- from the first word to the deed ----------------------------------------------------------------


def test_a_right_by_button_is_proven_confirmed_and_sent() -> None:
    chat = Chat()
    assert chat.hears(command("start")) == ["dialogue.greeting"]
    assert chat.presses("right-deletion") == ["dialogue.ask_contact"]
    assert chat.types("HV-1005") == ["dialogue.confirm"]
    assert chat.presses("yes") == []
    assert chat.deed is Deed.SUBMIT
    assert (chat.conversation.rights, chat.conversation.contact) == ((Right.DELETION,), "HV-1005")


def test_the_same_goes_by_numbers_alone() -> None:
    chat = Chat()
    chat.hears(command("start"))
    assert chat.types("3") == ["dialogue.ask_contact"]
    assert chat.types("0903 555 054") == ["dialogue.confirm"]
    chat.types("1")
    assert (chat.deed, chat.conversation.rights) == (Deed.SUBMIT, (Right.DELETION,))


def test_words_of_ones_own_skip_what_they_already_say() -> None:
    chat = Chat()
    told = "Please delete all my data, my email is emily@example.org"
    assert chat.types(told) == ["dialogue.confirm"]
    assert chat.conversation.contact == "emily@example.org"
    chat.types("yes please")
    assert chat.deed is Deed.SUBMIT
    assert (chat.conversation.rights, chat.conversation.details) == ((Right.DELETION,), told)


def test_a_correction_asks_what_is_wrong_and_whom_it_concerns() -> None:
    chat = Chat(MENU)
    assert chat.presses("right-correction") == ["dialogue.ask_details"]
    assert chat.types("My name is spelt wrong: Emily, not Emly") == ["dialogue.ask_contact"]
    assert chat.types("emily@example.org") == ["dialogue.confirm"]


def test_the_new_value_of_a_correction_is_nobodys_contact_on_file() -> None:
    new = after(IDLE, typed("Please change my email to new@example.com"))
    assert (phrases(new), new.conversation.contact) == (["dialogue.ask_contact"], "")
    both = after(IDLE, typed("Sửa email của tôi từ cu@example.com thành moi@example.com"))
    assert (phrases(both), both.conversation.contact) == (["dialogue.confirm"], "cu@example.com")


@pytest.mark.parametrize("conversation", [MENU, IDLE])
@pytest.mark.parametrize("text", ["xoa du lieu", "Xóa dữ liệu", "delete", "XOÁ", "Delete my data"])
def test_a_right_is_chosen_by_its_words_with_and_without_recognition(
    conversation: Conversation, text: str
) -> None:
    for heard in (typed(text), Heard(text)):
        turn = after(conversation, heard)
        assert (turn.conversation.rights, phrases(turn)) == ((Right.DELETION,), ["dialogue.ask_contact"])


@pytest.mark.parametrize(
    ("number", "right"), [(n, option) for n, option in enumerate(POLICY.rights, 1) if n <= 3]
)
def test_button_number_and_word_choose_alike(number: int, right: Right) -> None:
    turns = [
        after(MENU, heard) for heard in (pressed(f"right-{right}"), typed(str(number)), typed(right.value))
    ]
    assert turns[0] == turns[1] == turns[2]
    assert turns[0].conversation.rights == (right,)


# --- yes and no ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heard",
    [
        pressed("yes"),
        *map(typed, ["1", "yes", "có", "co", "đồng ý", "dong y", "ok", "Vâng ạ", "Yes, send it"]),
    ],
    ids=lambda heard: heard.option or heard.text,
)
def test_a_yes_sends_the_request(heard: Heard) -> None:
    turn = after(CONFIRM, heard)
    assert (turn.deed, turn.say, turn.conversation) == (Deed.SUBMIT, (), CONFIRM)


@pytest.mark.parametrize(
    "heard",
    [pressed("no"), *map(typed, ["2", "no", "không", "khong", "đừng gửi", "không đúng", "thôi", "cancel"])],
    ids=lambda heard: heard.option or heard.text,
)
def test_a_no_drops_the_draft_and_keeps_the_language(heard: Heard) -> None:
    turn = after(CONFIRM, heard)
    assert (turn.deed, phrases(turn), turn.conversation) == (None, ["dialogue.cancelled"], IDLE)


@pytest.mark.parametrize(
    "text", ["tôi có điều này muốn nói thêm", "hmm", "đừng", "00000001", "3", "maybe later"]
)
def test_nothing_is_sent_in_doubt(text: str) -> None:
    assert after(CONFIRM, typed(text)).deed is not Deed.SUBMIT


# --- contact and details --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["an@example.com", "0903 555 018", "HV-1001", "HV 1001", "12345678", "mã là 77"]
)
def test_whatever_one_can_be_found_by_is_a_contact(text: str) -> None:
    for more in ({}, OPEN):
        turn = after(CONTACT, typed(text, **more))
        assert (turn.conversation.contact, phrases(turn)) == (text, ["dialogue.confirm"])


def test_a_sentence_is_no_contact_and_the_question_comes_again() -> None:
    chat = Chat(CONTACT)
    assert chat.types("tôi không biết") == ["dialogue.not_understood", "dialogue.ask_contact"]
    assert chat.types("I really have no idea") == ["dialogue.offer_person", "dialogue.ask_contact"]
    assert chat.types("an@example.com") == ["dialogue.confirm"]
    assert chat.conversation.puzzled == 0


def test_another_wish_in_place_of_a_contact_is_heard() -> None:
    turn = after(CONTACT, typed("Thật ra tôi muốn xóa dữ liệu của tôi"))
    assert (turn.conversation.rights, phrases(turn)) == ((Right.DELETION,), ["dialogue.ask_contact"])


@pytest.mark.parametrize(
    "text", ["delete my photos", "2", "có", "tôi muốn xóa dữ liệu", "how is my request going?"]
)
def test_details_are_taken_as_they_are(text: str) -> None:
    assert after(DETAILS, typed(text)).conversation.details == text


WORDS = [
    "xóa dữ liệu",
    "hủy",
    "yes",
    "1",
    "12345678",
    "an@example.com",
    "tình trạng",
    REFERENCE,
    "/start",
    "thôi",
]
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
CONVERSATIONS = st.builds(
    Conversation,
    step=st.sampled_from(Step),
    language=st.sampled_from(["", "vi", "en", "xx"]),
    rights=st.lists(st.sampled_from(Right), max_size=3, unique=True).map(tuple),
    details=st.text(max_size=20),
    contact=st.text(max_size=20),
    puzzled=st.integers(0, 9),
    choosing_language=st.booleans(),
)
HEARD = st.builds(
    lambda text, recognised, **more: Heard(
        text, finding=recognise(text, channel="chat") if recognised else None, **more
    ),
    TEXTS,
    st.booleans(),
    option=st.sampled_from(["", "", "yes", "no", "lang-vi", "lang-", "right-access", "right-", "x"])
    | st.text(max_size=9),
    command=st.sampled_from(["", "", "", "start", "cancel", "language", "status", "nonsense"]),
    media=st.sampled_from(["", "", "photo", "document"]),
    has_open_request=st.booleans(),
    owes_answer=st.booleans(),
    reference=st.sampled_from(["", REFERENCE]),
)


@given(CONVERSATIONS, HEARD)
def test_nothing_that_is_heard_raises_or_leads_nowhere(conversation: Conversation, heard: Heard) -> None:
    turn = after(conversation, heard)
    now = turn.conversation
    assert now.step in {Step.IDLE, Step.RIGHT, Step.DETAILS, Step.CONTACT, Step.CONFIRM}
    assert bool(turn.say) is not bool(turn.deed), "something is said or done, never both, never neither"
    assert now.rights or now.step in {Step.IDLE, Step.RIGHT}, "no draft of nothing"
    assert now.language in {conversation.language, "vi", "en"}
    if turn.deed is Deed.SUBMIT:
        assert conversation.step is Step.CONFIRM
