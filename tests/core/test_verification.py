"""What must be proven, where the code goes, and what an answer is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.happenings import Event
from core.lifecycle import TRANSITIONS
from core.messages import Address, ChannelName
from core.policy import ProofLevel, RightRule
from core.requests import Right, Status, Subject
from core.verification import (
    Verdict,
    answer_event,
    bound,
    challenge,
    contact_for,
    is_own,
    judge_answer,
    may_answer,
    needs_proof,
)
from tests.core.samples import CHAT, MAIL, MINUTE, NOON, ON_FILE, PERSON, POLICY, STRANGER, a_request

SECOND = timedelta(seconds=1)
UNKNOWN_CHAT = Address(ChannelName.TELEGRAM, "900")


def test_only_what_shows_or_changes_data_needs_proof() -> None:
    asks = {right for right in Right if needs_proof([right], POLICY)}
    assert asks == {Right.ACCESS, Right.CORRECTION, Right.DELETION, Right.PORTABILITY}


def test_one_right_that_needs_proof_is_enough() -> None:
    assert needs_proof([Right.OBJECTION, Right.ACCESS], POLICY)
    assert not needs_proof([Right.OBJECTION, Right.COMPLAINT], POLICY)
    assert not needs_proof([], POLICY)


@pytest.mark.parametrize("level", ProofLevel)
def test_the_policy_decides_and_not_the_right(level: ProofLevel) -> None:
    strict = replace(POLICY, rights={right: RightRule(level, 1, None, False) for right in Right})
    assert {needs_proof([right], strict) for right in Right} == {level is not ProofLevel.NONE}


# --- where the code goes ----------------------------------------------------------------------------


@pytest.mark.parametrize("requester", [MAIL, CHAT, STRANGER, UNKNOWN_CHAT])
def test_a_code_for_somebody_on_file_goes_to_the_contact_on_file_whoever_asks(requester: Address) -> None:
    assert contact_for(requester, PERSON) == ON_FILE


def test_a_chat_on_file_gets_the_code_where_there_is_no_mail_address() -> None:
    assert contact_for(STRANGER, Subject("customer-8", (CHAT,))) == CHAT


def test_somebody_on_file_without_a_contact_gets_no_code_where_they_write_from() -> None:
    assert contact_for(STRANGER, Subject("customer-9", ())) is None


def test_somebody_not_on_file_is_treated_alike_by_mail_and_gets_nothing_in_a_chat() -> None:
    assert contact_for(STRANGER, None) == STRANGER
    assert contact_for(UNKNOWN_CHAT, None) is None


def test_whether_somebody_who_is_named_is_on_file_does_not_show_where_it_was_asked() -> None:
    assert contact_for(STRANGER, None, names_somebody=True) is None
    assert contact_for(STRANGER, PERSON, names_somebody=True) == ON_FILE


def test_only_who_writes_from_a_contact_on_file_is_the_person() -> None:
    assert is_own(a_request(requester=ON_FILE, subject=PERSON))
    assert not is_own(a_request(requester=STRANGER, subject=PERSON))
    assert not is_own(a_request(requester=STRANGER, subject=None))


def test_a_code_lives_as_long_as_it_is_told_to() -> None:
    asked = challenge(b"digest", ON_FILE, NOON, 90)
    assert (asked.sent_at, asked.expires_at) == (NOON, NOON + 90 * MINUTE)


def test_the_same_code_is_another_secret_for_another_request() -> None:
    assert bound("r-1", "12345678") != bound("r-2", "12345678")


# --- what an answer is worth --------------------------------------------------------------------------


def test_the_right_code_in_time_is_right() -> None:
    assert judge_answer(a_request(), b"right digest", NOON) is Verdict.RIGHT
    assert judge_answer(a_request(), b"right digest", NOON + 10 * MINUTE - SECOND) is Verdict.RIGHT


def test_the_right_code_from_its_last_moment_on_is_too_late() -> None:
    assert judge_answer(a_request(), b"right digest", NOON + 10 * MINUTE) is Verdict.EXPIRED


@pytest.mark.parametrize("digest", [b"", b"r", b"right diges", b"right digest.", b"\xff" * 12])
def test_any_other_code_is_wrong_in_time_and_too_late(digest: bytes) -> None:
    assert judge_answer(a_request(), digest, NOON) is Verdict.WRONG
    assert judge_answer(a_request(), digest, NOON + timedelta(days=9)) is Verdict.WRONG


@pytest.mark.parametrize("digest", [b"", b"right digest"])
def test_without_a_challenge_every_answer_is_wrong(digest: bytes) -> None:
    assert judge_answer(a_request(challenge=None), digest, NOON) is Verdict.WRONG


def test_the_right_code_proves_somebody_on_file_and_nobody_else() -> None:
    assert answer_event(a_request(), Verdict.RIGHT, POLICY) is Event.IDENTITY_PROVEN
    assert answer_event(a_request(subject=None), Verdict.RIGHT, POLICY) is Event.STRANGER_PROVEN


@pytest.mark.parametrize("wrong_codes", [0, 1, 2])
def test_a_code_that_is_too_late_brings_a_fresh_one_and_costs_no_try(wrong_codes: int) -> None:
    assert answer_event(a_request(wrong_codes=wrong_codes), Verdict.EXPIRED, POLICY) is Event.CODE_SENT


def test_the_last_wrong_code_hands_over_to_a_person() -> None:
    events = [answer_event(a_request(wrong_codes=n), Verdict.WRONG, POLICY) for n in range(4)]
    used_up = Event.CODES_USED_UP
    assert events == [Event.WRONG_CODE, Event.WRONG_CODE, used_up, used_up]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("subject", [PERSON, None])
def test_no_answer_to_a_code_ends_a_request(verdict: Verdict, subject: Subject | None) -> None:
    event = answer_event(a_request(subject=subject, wrong_codes=2), verdict, POLICY)
    after = TRANSITIONS[Status.VERIFYING][event]
    assert after in {Status.VERIFYING, Status.IDENTITY_REVIEW, Status.IN_REVIEW}


# --- who belongs to a request ---------------------------------------------------------------------------


@pytest.mark.parametrize("sender", [MAIL, CHAT, ON_FILE])
def test_who_asked_and_whoever_is_on_file_may_answer(sender: Address) -> None:
    assert may_answer(a_request(), sender)


def test_an_address_is_known_however_it_is_written() -> None:
    assert may_answer(a_request(), Address(ChannelName.EMAIL, " BONG@Example.COM "))


def test_the_contact_that_the_code_went_to_may_answer() -> None:
    asked = challenge(b"digest", STRANGER, NOON, 10)
    assert may_answer(a_request(subject=None, challenge=asked), STRANGER)


@pytest.mark.parametrize("sender", [STRANGER, UNKNOWN_CHAT, Address(ChannelName.EMAIL, "")])
def test_nobody_else_may(sender: Address) -> None:
    assert not may_answer(a_request(), sender)


def test_the_same_number_on_another_channel_is_somebody_else() -> None:
    assert not may_answer(a_request(), Address(ChannelName.ZALO, CHAT.value))
