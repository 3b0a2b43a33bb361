"""What must be proven, where the code goes, and what an answer is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.happenings import Event
from core.lifecycle import TRANSITIONS
from core.messages import Address, ChannelName, InboundMessage, SenderEvidence
from core.policy import Policy, ProofLevel, RightRule
from core.requests import Request, Right, Status, Subject
from core.verification import (
    ASKS,
    answer_event,
    bound,
    by_contact,
    challenge,
    contact_for,
    identity_quorum,
    is_own,
    is_spent,
    lacks_second_contact,
    level_for,
    matches,
    may_answer,
    may_send,
    needs_proof,
    proof_event,
    second_contact,
    told_status,
    too_soon,
    tries_left,
    wants_code,
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


def asking(level: ProofLevel, identity_quorum: int = 1) -> Policy:
    """A policy whose rights all ask for this much."""
    rule = RightRule(level, 1, None, False, identity_quorum=identity_quorum)
    return replace(POLICY, rights=dict.fromkeys(Right, rule))


def test_the_strictest_right_decides_how_much_must_be_proven() -> None:
    rules = dict(
        zip((Right.OBJECTION, Right.ACCESS, Right.DELETION, Right.CORRECTION), ProofLevel, strict=True)
    )
    mixed = replace(
        POLICY, rights={right: RightRule(level, 1, None, False) for right, level in rules.items()}
    )
    for count, level in enumerate(ProofLevel, 1):
        assert level_for(list(rules)[:count], mixed) is level
        assert level_for(reversed(list(rules)[:count]), mixed) is level


def test_as_many_must_check_as_the_strictest_right_asks_for() -> None:
    rights = dict(asking(ProofLevel.PERSON).rights)
    rights[Right.DELETION] = replace(rights[Right.DELETION], identity_quorum=2)
    assert identity_quorum(a_request(), replace(POLICY, rights=rights)) == 2
    assert identity_quorum(a_request(), asking(ProofLevel.PERSON)) == 1


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


# --- how many codes ------------------------------------------------------------------------------------


def sent(*minutes_ago: float, **changes: object) -> Request:
    """A request whose codes went out so many minutes before NOON."""
    times = tuple(NOON - ago * MINUTE for ago in minutes_ago)
    asked = challenge(b"right digest", ON_FILE, times[-1] if times else NOON, 10)
    return a_request(**({"code_times": times, "challenge": asked} | changes))


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [((), True), ((1,), True), ((2, 1), True), ((3, 2, 1), False), ((24 * 60, 2, 1), True)],
)
def test_a_day_has_three_codes_and_a_code_is_counted_for_a_day(
    minutes_ago: tuple[float, ...], expected: bool
) -> None:
    assert may_send(sent(*minutes_ago), POLICY, NOON) is expected


def test_the_next_code_waits_for_a_minute() -> None:
    assert too_soon(sent(0.99), POLICY, NOON)
    assert not too_soon(sent(1), POLICY, NOON)
    assert not too_soon(sent(), POLICY, NOON)


@pytest.mark.parametrize(
    ("minutes_ago", "wrong", "own", "expected"),
    [
        (0, 0, False, False),
        (9.99, 4, False, False),
        (10, 0, False, True),  # run out
        (1, 5, False, True),  # void
        (1, 5, True, False),  # the contact has tries of its own
        (10, 0, True, True),
    ],
)
def test_a_code_is_void_after_its_tries_and_runs_out(
    minutes_ago: float, wrong: int, own: bool, expected: bool
) -> None:
    assert is_spent(sent(minutes_ago, wrong_codes=wrong), own, 10, POLICY, NOON) is expected


def test_a_code_that_was_withheld_is_spent_like_one_that_was_sent() -> None:
    for changes in ({}, {"challenge": None}):
        assert [is_spent(sent(ago, **changes), False, 10, POLICY, NOON) for ago in (1, 10)] == [False, True]
    assert is_spent(sent(challenge=None), False, 10, POLICY, NOON)


def test_a_code_whose_time_stands_with_it_alone_is_good_until_it_runs_out() -> None:
    request = a_request(code_times=())
    assert not is_spent(request, False, 10, POLICY, NOON + 9 * MINUTE)
    assert is_spent(request, False, 10, POLICY, NOON + 10 * MINUTE)


@pytest.mark.parametrize(
    "text",
    [
        "Please send me a new code",
        "could you resend it",
        "I have not received any code",
        "I didn't get the code, never received a code",
        "gửi lại mã giúp em",
        "Em chưa nhận được mã ạ",
        "cho em xin mã mới",
    ],
)
def test_who_asks_for_another_code_is_understood(text: str) -> None:
    assert wants_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "4821 9077",
        "Thank you!",
        "Em cảm ơn",
        "My customer code is HV-1001",
        "Em gửi mã học viên: HV-1001",
        "Em không có mã khách hàng",
        "",
    ],
)
def test_other_words_ask_for_no_code(text: str) -> None:
    assert not wants_code(text)


# --- what an answer is worth --------------------------------------------------------------------------


def a_message(sender: Address, dmarc: str = "none") -> InboundMessage:
    return InboundMessage(sender, NOON, "12345678", evidence=SenderEvidence(dmarc=dmarc))


def test_only_the_right_code_matches() -> None:
    assert matches(a_request(), b"right digest")


@pytest.mark.parametrize("digest", [b"", b"r", b"right diges", b"right digest.", b"\xff" * 12])
def test_any_other_code_is_wrong(digest: bytes) -> None:
    assert not matches(a_request(), digest)


@pytest.mark.parametrize("digest", [b"", b"right digest"])
def test_without_a_challenge_every_answer_is_wrong(digest: bytes) -> None:
    assert not matches(a_request(challenge=None), digest)


def test_only_the_contact_itself_answers_for_the_contact() -> None:
    assert by_contact(a_request(), a_message(ON_FILE))
    assert not by_contact(a_request(), a_message(ON_FILE, "fail"))
    assert not by_contact(a_request(), a_message(MAIL))
    assert not by_contact(a_request(challenge=None), a_message(ON_FILE))


def test_tries_are_counted_apart_for_the_contact_and_for_all_others() -> None:
    request = a_request(wrong_codes=5, wrong_by_contact=2)
    assert (tries_left(request, False, POLICY), tries_left(request, True, POLICY)) == (0, 3)


#: Level, what is proven already, whether this proof is of a contact on file -> what happens.
PROOFS = [
    (ProofLevel.NONE, (), True, Event.IDENTITY_PROVEN),
    (ProofLevel.CONTACT, (), True, Event.IDENTITY_PROVEN),
    (ProofLevel.CONTACT, (), False, Event.STRANGER_PROVEN),
    (ProofLevel.TWO_CONTACTS, (), True, Event.CODE_ACCEPTED),
    (ProofLevel.TWO_CONTACTS, (), False, Event.CODE_ACCEPTED),
    (ProofLevel.TWO_CONTACTS, (ON_FILE,), True, Event.IDENTITY_PROVEN),
    (ProofLevel.TWO_CONTACTS, (ON_FILE,), False, Event.CODE_ACCEPTED),
    (ProofLevel.PERSON, (), True, Event.PERSON_NEEDED),
    (ProofLevel.PERSON, (), False, Event.PERSON_NEEDED),
]


@pytest.mark.parametrize(("level", "before", "on_file", "event"), PROOFS)
def test_the_ladder_of_proof(
    level: ProofLevel, before: tuple[Address, ...], on_file: bool, event: Event
) -> None:
    request = a_request(proven_contacts=before)
    assert proof_event(request, on_file, asking(level)) is event
    own = request if on_file else replace(request, subject=None)
    assert answer_event(own, True, True, asking(level), NOON) is event


def test_the_second_code_goes_to_another_channel_where_there_is_one() -> None:
    other = Address(ChannelName.EMAIL, "bong.2@example.com")
    assert second_contact(PERSON, (ON_FILE,)) == CHAT
    assert second_contact(PERSON, (CHAT,)) == ON_FILE
    assert second_contact(Subject("7", (ON_FILE, other, CHAT)), (ON_FILE,)) == CHAT
    assert second_contact(Subject("7", (ON_FILE, other)), (ON_FILE,)) == other
    assert second_contact(Subject("7", (ON_FILE,)), (ON_FILE,)) is None
    assert second_contact(None, ()) is None


def test_a_person_is_told_where_no_second_code_can_go() -> None:
    two, alone = asking(ProofLevel.TWO_CONTACTS), Subject("7", (ON_FILE,))
    proven = a_request(subject=alone, right_codes=1, proven_contacts=(ON_FILE,))
    assert lacks_second_contact(proven, two)
    assert lacks_second_contact(a_request(subject=None, right_codes=1), two)
    assert not lacks_second_contact(replace(proven, subject=PERSON), two)
    assert not lacks_second_contact(proven, POLICY)
    assert not lacks_second_contact(a_request(subject=alone), two)


def test_the_last_wrong_code_of_a_day_hands_over_to_a_person_and_every_other_lets_another_be_sent() -> None:
    for times, last in (((1,), Event.WRONG_CODE), ((3, 2, 1), Event.CODES_USED_UP)):
        events = [answer_event(sent(*times, wrong_codes=n), False, False, POLICY, NOON) for n in range(5)]
        assert events == [*[Event.WRONG_CODE] * 4, last]


@pytest.mark.parametrize("status", sorted(ASKS))
@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("subject", [PERSON, None])
@pytest.mark.parametrize("level", ProofLevel)
def test_no_answer_to_a_code_ends_a_request(
    status: Status, is_right: bool, subject: Subject | None, level: ProofLevel
) -> None:
    request = sent(3, 2, 1, status=status, subject=subject, wrong_codes=4)
    after = TRANSITIONS[status][answer_event(request, is_right, False, asking(level), NOON)]
    assert after in {Status.VERIFYING, Status.IDENTITY_REVIEW, Status.IN_REVIEW}


@pytest.mark.parametrize("level", [each for each in ProofLevel if each is not ProofLevel.NONE])
def test_the_status_that_is_told_does_not_say_who_is_on_file(level: ProofLevel) -> None:
    policy, told = asking(level), set()
    for subject in (PERSON, Subject("7", (ON_FILE,)), None):
        request = a_request(subject=subject)
        event = answer_event(request, True, True, policy, NOON)
        after = TRANSITIONS[Status.VERIFYING][event]
        told.add(told_status(replace(request, status=after, right_codes=1), policy))
    assert len(told) == 1


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
