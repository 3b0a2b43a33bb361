"""Text as Telegram counts and reads it."""

from __future__ import annotations

import pytest

from sandbox.telegram.refusals import Violation
from sandbox.telegram.texts import clean, commands_in, read_html, utf16_length


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("ệ", 1), ("😀", 2), ("👨‍👩‍👧", 8)])
def test_length_is_counted_in_utf16_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


def test_control_characters_become_blanks_and_the_ends_are_trimmed() -> None:
    assert clean("\n\x00a\x07b\r\nc\td \x1f") == "a b\nc\td"


def test_a_command_begins_a_word() -> None:
    assert commands_in("/start now/later 😀 /help@example_bot") == (
        {"type": "bot_command", "offset": 0, "length": 6},
        {"type": "bot_command", "offset": 20, "length": 17},
    )


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &#233; &nbsp;", 'a <b> & "c" é &nbsp;', []),
        ("<b>x</b><i></i>", "x", [("bold", 0, 1)]),
        ("  <u> two</u> ", "two", [("underline", 0, 3)]),
        ('<a href="https://example.com/?a=1&amp;b=2">here</a>', "here", [("text_link", 0, 4)]),
        ("<pre><code class='language-python'>x</code></pre>", "x", [("code", 0, 1), ("pre", 0, 1)]),
    ],
)
def test_html_is_read(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = read_html(source)
    assert (plain, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


def test_a_link_keeps_its_address() -> None:
    assert read_html('<a href="https://example.com/?a=1&amp;b=2">x</a>')[1][0]["url"] == (
        "https://example.com/?a=1&b=2"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("ệ<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(Violation) as raised:
        read_html(source)
    assert raised.value.description == f"Bad Request: can't parse entities: {words}"
