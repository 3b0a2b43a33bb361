"""A mail that is too large: kept by its header, told to staff, and once to its sender."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.store import Disposition
from mailer.parse import NOT_FETCHED
from tests.flows.office import Office
from tests.flows.people import ROB
from tests.flows.staff import STAFF_CHAT

TOO_LARGE = NOT_FETCHED + b"the message is too large (31 MB)\r\n"
HEADER = f"From: {ROB.sender}\r\nSubject: My photographs\r\nMessage-ID: <big@customer.example>\r\n"


async def arrives(office: Office, header: str) -> None:
    await office.store_raw(TOO_LARGE + header.encode() + b"\r\n")
    await office.handle()


async def test_the_sender_of_a_mail_that_is_too_large_is_told_once_in_both_languages(office: Office) -> None:
    for number in range(3):
        await arrives(office, f"{HEADER}X-Number: {number}\r\n")
    (letter,) = office.letters(ROB.email)
    assert "too large" in letter.text
    assert "quá lớn" in letter.text
    assert letter.references == "<big@customer.example>"
    assert "photographs" not in f"{letter.subject}{letter.text}"


async def test_it_is_quarantined_with_its_reason_and_staff_are_told(office: Office) -> None:
    await arrives(office, HEADER)
    fate = await office.last()
    assert (fate.disposition, fate.reason) == (Disposition.PARKED, "the message is too large (31 MB)")
    (alert,) = office.letters(STAFF_CHAT)
    assert "31 MB" in alert.text


@pytest.mark.parametrize(
    "header",
    [
        f"{HEADER}Auto-Submitted: auto-replied\r\n",
        f"{HEADER}List-Id: <photographs.example.org>\r\n",
        f"{HEADER}Return-Path: <>\r\n",
        "From: no-reply@example.org\r\n",
        "Subject: nobody\r\n",
    ],
)
async def test_where_silence_is_due_nobody_is_told_but_staff(office: Office, header: str) -> None:
    await arrives(office, header)
    assert [letter.to for letter in office.post] == [STAFF_CHAT]
    assert (await office.last()).disposition is Disposition.PARKED


async def test_the_caps_hold_for_it_too(office: Office) -> None:
    caps = replace(office.desk.policy.caps, all_day=1)
    office.desk = replace(office.desk, policy=replace(office.desk.policy, caps=caps))
    await arrives(office, HEADER)
    await arrives(office, HEADER.replace(ROB.email, "second@example.org"))
    assert len(office.letters("second@example.org")) == 0


async def test_a_mail_that_the_server_did_not_hand_out_is_no_fault_of_its_sender(office: Office) -> None:
    await office.store_raw(NOT_FETCHED + b"the mail server does not hand this message out\r\n\r\n")
    await office.handle()
    assert [letter.to for letter in office.post] == [STAFF_CHAT]
