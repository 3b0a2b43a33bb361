"""What a notice says is taken from the request and from what has just happened to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.effects import Tell
from core.happenings import Event, Happening
from core.lifecycle import EFFECTS
from core.notices import GIVEN, NOTICES, Kept, Line, check_fields
from core.policy import RetentionRow, Verification
from core.requests import OnBehalf, Outcome, Proof, Right, Status
from core.telling import FIELDS, code_minutes, fields_of, grouped, kept_of, lines_of, local_day
from tests.core.samples import CHAT, LAW, POLICY, a_request

HAPPENED = Happening(
    Event.COMPLETED,
    "staff:an",
    code="48219077",
    right=Right.ACCESS,
    reason="legal_duty",
    question="Which class?",
    answer="Kept in Vietnam.",
    file_names=("data.csv",),
    number=2,
)


def test_every_field_of_every_notice_has_a_getter_and_no_getter_is_left_over() -> None:
    filled = {notice: fields for notice, fields in NOTICES.items() if notice not in GIVEN}
    assert FIELDS.keys() == {name for fields in filled.values() for name in fields}


@pytest.mark.parametrize("notice", sorted(NOTICES.keys() - GIVEN))
@pytest.mark.parametrize("status", Status)
def test_a_notice_gets_exactly_its_fields_each_of_the_samples_type(notice: str, status: Status) -> None:
    fields = fields_of(notice, a_request(status=status), HAPPENED, POLICY)
    check_fields(notice, fields)
    for name, sample in NOTICES[notice].items():
        assert isinstance(fields[name], type(sample)), name


@pytest.mark.parametrize("event", Event)
def test_every_notice_that_an_event_sends_can_be_filled(event: Event) -> None:
    notices = [effect.notice for effect in EFFECTS[event] if isinstance(effect, Tell)]
    for notice in notices:
        check_fields(notice, fields_of(notice, a_request(), replace(HAPPENED, event=event), POLICY))


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ("code", {"reference": "MC-7K3F-9Q2X", "code": "4821 9077", "minutes": 1440, "by_chat": False}),
        ("wrong_code", {"tries_left": 2}),
        ("needs_more", {"question": "Which class?"}),
        ("refused", {"reason": "legal_duty"}),
        ("completed", {"files": True, "answer": "Kept in Vietnam."}),
        ("hand_over", {"right": Right.ACCESS, "file_names": ("data.csv",)}),
        ("status", {"status": "verifying", "received": date(2026, 11, 23)}),
        ("lapsed", {"days": 10}),
        ("reminder", {"days_left": 2}),
        ("unreadable_language", {"answer_by": date(2026, 11, 25)}),
        ("acknowledgement", {"proof_needed": True, "code_hours": 24, "on_behalf": "self"}),
    ],
)
def test_a_notice_says_what_happened(notice: str, expected: dict[str, object]) -> None:
    fields = fields_of(notice, a_request(), HAPPENED, POLICY)
    assert {name: fields[name] for name in expected} == expected


def test_lines_tell_the_binding_date_the_outcome_and_its_reason() -> None:
    request = a_request().with_item(Right.DELETION, Outcome.REFUSED, "legal_duty")
    assert lines_of(request) == (
        Line("access", LAW),
        Line("deletion", date(2026, 12, 11), "refused", "legal_duty"),
    )


@pytest.mark.parametrize("proof", Proof)
def test_an_acknowledgement_announces_a_code_only_while_proof_is_pending(proof: Proof) -> None:
    fields = fields_of("acknowledgement", a_request(proof=proof), HAPPENED, POLICY)
    assert fields["proof_needed"] is (proof is Proof.PENDING)


def test_an_acknowledgement_says_for_whom() -> None:
    request = a_request(on_behalf=OnBehalf.CHILD)
    assert fields_of("acknowledgement", request, HAPPENED, POLICY)["on_behalf"] == "child"


def test_no_file_is_promised_where_there_is_none() -> None:
    happened = replace(HAPPENED, file_names=())
    assert fields_of("completed", a_request(), happened, POLICY)["files"] is False


def test_a_code_is_read_in_two_groups() -> None:
    assert grouped("00120034") == "0012 0034"


def test_a_code_for_a_chat_lives_shorter_than_one_for_a_mailbox() -> None:
    assert code_minutes(a_request(), POLICY) == 1440
    assert code_minutes(a_request(requester=CHAT), POLICY) == 10
    fields = fields_of("code", a_request(requester=CHAT), HAPPENED, POLICY)
    assert (fields["minutes"], fields["by_chat"]) == (10, True)


def test_a_code_says_that_it_replaces_another_but_not_one_to_another_contact() -> None:
    first, second = datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)
    once = a_request(code_times=(first,))
    again = replace(once, code_times=(first, second))
    another = replace(again, right_codes=1)
    told = [fields_of("code", each, HAPPENED, POLICY)["again"] for each in (once, again, another)]
    assert told == [False, True, False]


@pytest.mark.parametrize(
    ("period", "count", "unit"),
    [
        ("P7Y", 7, "years"),
        ("P1Y", 1, "year"),
        ("P6M", 6, "months"),
        ("P90D", 90, "days"),
        ("P1Y6M", 0, "years"),
        ("until:consent_withdrawal", 0, "years"),
    ],
)
def test_retained_data_are_told_by_name_reason_and_length(period: str, count: int, unit: str) -> None:
    rows = (RetentionRow("Payments", period, "Tax law"), RetentionRow("Logs", "P90D"))
    policy = replace(POLICY, retention=rows, words={"vi": {"Payments": "Thanh toán", "Tax law": "Luật thuế"}})
    assert kept_of(policy, ("Payments",), "vi") == (Kept("Thanh toán", "Luật thuế", count, unit),)
    assert kept_of(policy, ("Payments",), "en")[0].what == "Payments"


def test_the_hours_of_a_code_are_never_nought() -> None:
    short = replace(POLICY, verification=Verification(code_minutes_mail=20))
    assert fields_of("acknowledgement", a_request(), HAPPENED, short)["code_hours"] == 1


def test_a_day_is_the_one_where_the_organisation_is() -> None:
    assert local_day(datetime(2026, 11, 23, 16, 59, tzinfo=UTC), POLICY) == date(2026, 11, 23)
    assert local_day(datetime(2026, 11, 23, 17, 0, tzinfo=UTC), POLICY) == date(2026, 11, 24)
