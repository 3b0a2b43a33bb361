"""What could be a code, a passphrase or the secret of a link is found in a message, and nothing else is."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from app.evidence_messages import DOTS, holds_code, masked
from tests.flows.people import ROB
from tests.flows.post import a_mail


@pytest.mark.parametrize(
    "text",
    ["4821 9077", "48219077", "4821-9077", "48 21 90 77", "4 8 2 1 9 0 7 7", "mã:4821\xa09077.", "4821.9077"],
)
def test_a_code_is_masked_however_it_is_typed(text: str) -> None:
    assert masked(text).count(DOTS) == 1
    assert not re.search(r"\d", masked(text))
    assert holds_code(a_mail(ROB.sender, "", text))
    assert holds_code(a_mail(ROB.sender, text, "see above"))


@pytest.mark.parametrize(
    "text", ["0903 555 018", "+84 28 5550 0100", "MC-7K3F-9Q2X", "03/12/2026", "HV-1002", "2.500.000"]
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert masked(text) == text


def test_a_code_in_the_quoted_markup_of_a_mail_is_seen() -> None:
    mail = EmailMessage()
    mail.set_content("Done.")
    mail.add_alternative("<p>Your code: <b>48</b>21&nbsp;9077</p>", subtype="html", cte="base64")
    assert holds_code(mail.as_bytes())


def test_the_secret_of_a_link_is_masked() -> None:
    assert (
        masked("https://privacy.example.com/h/abcdefghijklmnopqrstuv")
        == f"https://privacy.example.com/h/{DOTS}"
    )


def test_a_passphrase_is_masked() -> None:
    quoted = "> k3m9p-7x2qa-bcd4e-0f1g2\nThanks"
    assert masked(quoted) == f"> {DOTS}\nThanks"
    assert holds_code(a_mail(ROB.sender, "", quoted))
