"""The tokens behind buttons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.buttons import CODES, LONGEST, CardButton, card_token, option_token, read_card, read_option
from core.messages import Verb
from core.notices import REFUSAL_REASONS
from core.requests import Right

ARGUMENTS = ["", *Right, *REFUSAL_REASONS]


@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_has_a_code_of_its_own(verb: Verb) -> None:
    assert list(CODES.values()).count(CODES[verb]) == 1


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("verb", list(Verb))
def test_the_longest_card_token_fits_and_comes_back(verb: Verb, argument: str) -> None:
    token = card_token(verb, "z" * 20, 999_999_999, argument)
    assert len(token.encode()) <= LONGEST
    assert read_card(token) == CardButton(verb, "z" * 20, 999_999_999, argument)


def test_an_option_comes_back() -> None:
    assert read_option(option_token("right.stop_sharing")) == "right.stop_sharing"
    assert len(option_token("x" * 62).encode()) == LONGEST


@pytest.mark.parametrize("token", ["", "a:b", "ă", "x" * 63])
def test_an_option_that_could_not_be_read_back_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        option_token(token)


@pytest.mark.parametrize(("card", "argument"), [("", ""), ("a:b", ""), ("abc", "a:b"), ("abc", "x" * 21)])
def test_a_card_token_that_could_not_be_read_back_is_refused(card: str, argument: str) -> None:
    with pytest.raises(ValueError):
        card_token(Verb.APPROVE, card, 1, argument)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "c:",
        "c:a:abc",
        "c:a:abc:-1",
        "c:Z:abc:1",
        "c:a:abc:1:",
        "c:a:abc:1:x:y",
        "d:a:abc:1",
        "o:x",
        "c:a:abc:1\n",
    ],
)
def test_tampered_card_data_is_none(data: str) -> None:
    assert read_card(data) is None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_without_an_error(data: str) -> None:
    card, option = read_card(data), read_option(data)
    assert card is None or card_token(card.verb, card.card, card.revision, card.argument)[:2] == "c:"
    assert option is None or option_token(option) == data
