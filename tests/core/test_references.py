"""Request numbers are found as people type them, and a typing mistake gives no other number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.notices import NOTICES
from core.references import ALPHABET, find_references, is_reference, new_reference

LETTERS = st.text(ALPHABET, min_size=7, max_size=7)


def test_the_number_that_the_sample_texts_show_is_a_valid_one() -> None:
    assert new_reference("MC", "7k3f9q2") == NOTICES["code"]["reference"] == "MC-7K3F-9Q2X"


@pytest.mark.parametrize(
    "typed",
    [
        "MC-7K3F-9Q2X",
        "mc-7k3f-9q2x",
        "mc7k3f9q2x",
        "MC 7K3F 9Q2X",
        "MC–7K3F–9Q2X",
        "MC - 7K3F - 9Q2X",
        "[MC-7K3F-9Q2X]",
        "Re: yêu cầu số MC-7K3F-9Q2X.",
        "mã là:MC-7K3F-9Q2X, cảm ơn",
    ],
)
def test_a_reference_is_found_however_it_is_typed(typed: str) -> None:
    assert find_references(typed, "MC") == ["MC-7K3F-9Q2X"]


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    reference = new_reference("IO", "0101abc")
    assert reference.startswith("IO-0101-")
    assert find_references(f"10-OIoL-{reference[-4:]}", "IO") == [reference]


@pytest.mark.parametrize(
    "text",
    ["", "MC", "MC-7K3F", "MC-7K3F-9Q2Y", "XMC-7K3F-9Q2X", "MC-7K3F-9Q2XA", "NC-7K3F-9Q2X", "MC-7K3F-UUUU"],
)
def test_what_is_no_reference_is_not_found(text: str) -> None:
    assert find_references(text, "MC") == []
    assert not is_reference(text, "MC")


def test_words_without_hyphen_and_digit_are_never_taken_for_a_reference() -> None:
    wordy = new_reference("MC", "WXYZABC")
    assert not any(letter.isdigit() for letter in wordy)
    assert find_references(wordy, "MC") == [wordy]
    assert find_references(wordy.replace("-", " "), "MC") == []


def test_several_references_come_in_order_and_once() -> None:
    one, two = new_reference("MC", "7K3F9Q2"), new_reference("MC", "0000001")
    assert find_references(f"{two} {one} {two.lower()}", "MC") == [two, one]


def test_only_the_issued_form_counts_as_a_reference_itself() -> None:
    assert is_reference("MC-7K3F-9Q2X", "MC")
    assert not is_reference("mc-7k3f-9q2x", "MC")
    assert not is_reference(" MC-7K3F-9Q2X", "MC")


@pytest.mark.parametrize("letters", ["7K3F9Q", "7K3F9Q22", "7K3F9QU", "7K3F9Qé"])
def test_other_letters_are_refused(letters: str) -> None:
    with pytest.raises(ValueError, match="Crockford"):
        new_reference("MC", letters)


@given(LETTERS)
def test_every_reference_is_found_again(letters: str) -> None:
    reference = new_reference("MC", letters)
    assert is_reference(reference, "MC")
    assert find_references(f"về {reference.lower()} ạ", "MC") == [reference]


@given(LETTERS, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_letter_never_gives_another_reference(letters: str, place: int, other: str) -> None:
    body = new_reference("MC", letters)[3:].replace("-", "")
    changed = body[:place] + other + body[place + 1 :]
    assert is_reference(f"MC-{changed[:4]}-{changed[4:]}", "MC") is (changed == body)


@given(LETTERS, st.integers(0, 7), st.integers(0, 7))
def test_two_swapped_letters_never_give_another_reference(letters: str, one: int, two: int) -> None:
    body = list(new_reference("MC", letters)[3:].replace("-", ""))
    swapped = list(body)
    swapped[one], swapped[two] = body[two], body[one]
    text = "".join(swapped)
    assert is_reference(f"MC-{text[:4]}-{text[4:]}", "MC") is (swapped == body)
