"""Every event in every status: what the table allows happens as it says, everything else changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.effects import Effect, ShowCard, Tell, To
from core.happenings import Event, Happening
from core.lifecycle import EFFECTS, TRANSITIONS, NotAllowed, advance, open_request, refusal, settles
from core.notices import NOTICES
from core.represented import Relation, Representation
from core.requests import OPEN, WAITS, Challenge, OnBehalf, Outcome, Proof, Request, Right, Status
from sandbox.lifecycle_page import page
from tests.core.samples import LAW, MINUTE, NOON, ON_FILE, a_request, an_item

LATER = NOON + timedelta(days=1)
STAFF = "staff:an"
NEW_CODE = Challenge(b"another digest", ON_FILE, LATER, LATER + MINUTE)
CHOSEN = (an_item(Right.OBJECTION, date(2026, 12, 9)),)
PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"

#: Event -> what belongs to it.
LATER_ITEMS = (an_item(Right.ACCESS, date(2026, 12, 10)), a_request().items[1])
HAPPENINGS = {event: Happening(event, STAFF) for event in Event} | {
    Event.CLAIMED: Happening(Event.CLAIMED, STAFF, items=CHOSEN),
    Event.READY: Happening(Event.READY, STAFF, items=CHOSEN),
    Event.CODE_SENT: Happening(
        Event.CODE_SENT, "desk", challenge=NEW_CODE, code="12345678", code_times=(NOON, LATER)
    ),
    Event.CODE_WITHHELD: Happening(Event.CODE_WITHHELD, "desk", code_times=(NOON, LATER)),
    Event.IDENTITY_PROVEN: Happening(Event.IDENTITY_PROVEN, "requester", contact=ON_FILE),
    Event.CODE_ACCEPTED: Happening(Event.CODE_ACCEPTED, "requester", contact=ON_FILE),
    Event.PERSON_NEEDED: Happening(Event.PERSON_NEEDED, "requester", contact=ON_FILE),
    Event.REMINDED: Happening(Event.REMINDED, "desk", count=2, number=3),
    Event.ITEM_COMPLETED: Happening(Event.ITEM_COMPLETED, STAFF, right=Right.ACCESS),
    Event.COMPLETED: Happening(Event.COMPLETED, STAFF, right=Right.ACCESS),
    Event.REFUSED: Happening(Event.REFUSED, STAFF, reason="legal_duty"),
    Event.REST_REFUSED: Happening(Event.REST_REFUSED, STAFF, reason="legal_duty"),
    Event.WARNED: Happening(Event.WARNED, "desk", count=3, number=3, on=LATER.date()),
    Event.EXTENDED: Happening(Event.EXTENDED, STAFF, items=LATER_ITEMS[:1], right=Right.ACCESS),
    Event.THIRD_PARTY: Happening(Event.THIRD_PARTY, STAFF, items=LATER_ITEMS[:1], right=Right.ACCESS),
    Event.TICKED: Happening(Event.TICKED, STAFF, reason="Learning platform"),
    Event.RECORDED: Happening(Event.RECORDED, STAFF, reason="relation:other"),
}

#: Event -> the fields that it changes beside status, closed_at and verifying_since. Written a second time,
#: by what the words of core.happenings promise, so that neither table can drift alone.
REFUSED_ITEMS = tuple(
    replace(item, outcome=Outcome.REFUSED, reason="legal_duty") for item in a_request().items
)
HELD_BACK = Challenge(b"right digest", ON_FILE, NOON, NOON + 10 * MINUTE, contact_only=True)
PROVEN: dict[str, object] = {
    "challenge": None,
    "right_codes": 1,
    "proven_contacts": (ON_FILE,),
    "proven_contact": ON_FILE,
}
DONE_ITEMS = (replace(a_request().items[0], outcome=Outcome.COMPLETED), a_request().items[1])
CHANGED: dict[Event, dict[str, object]] = {
    Event.CLAIMED: {"items": CHOSEN, "proof": Proof.PENDING, "warnings": 0},
    Event.READY: {"items": CHOSEN, "proof": Proof.NOT_NEEDED, "warnings": 0},
    Event.IDENTIFIED: {"subject": None, "challenge": None, "names_somebody": True},
    Event.CODE_SENT: {"challenge": NEW_CODE, "code_times": (NOON, LATER), "wrong_codes": 0},
    Event.CODE_WITHHELD: {"challenge": HELD_BACK, "code_times": (NOON, LATER), "wrong_codes": 0},
    Event.ANSWERED: {"approvals": ()},
    Event.WRONG_CODE: {"wrong_codes": 2},
    Event.CODE_ACCEPTED: {"proof": Proof.PARTLY, **PROVEN},
    Event.PERSON_NEEDED: {"proof": Proof.PARTLY, **PROVEN},
    Event.CODES_USED_UP: {"wrong_codes": 2, "proof": Proof.FAILED},
    Event.IDENTITY_PROVEN: {"proof": Proof.CONTACT, **PROVEN},
    Event.STRANGER_PROVEN: {"proof": Proof.STRANGER, "challenge": None, "right_codes": 1},
    Event.VERIFIED_BY_ONE: {"identity_votes": (STAFF,)},
    Event.VERIFIED_BY_HAND: {"proof": Proof.BY_HAND, "challenge": None, "identity_votes": (STAFF,)},
    Event.REMINDED: {"reminders": 2},
    Event.REOPENED: {"wrong_codes": 0, "reminders": 0, "challenge": None},
    Event.APPROVED_BY_ONE: {"approvals": ("staff:binh", STAFF)},
    Event.APPROVED: {"approvals": ("staff:binh", STAFF)},
    Event.ITEM_COMPLETED: {"items": DONE_ITEMS, "warnings": 0},
    Event.COMPLETED: {"items": DONE_ITEMS, "warnings": 0},
    Event.REFUSED: {"items": REFUSED_ITEMS},
    Event.REST_REFUSED: {"items": REFUSED_ITEMS},
    Event.WARNED: {"warnings": 3, "unheeded_since": LATER.date()},
    Event.EXTENDED: {"items": LATER_ITEMS, "warnings": 0},
    Event.THIRD_PARTY: {"items": LATER_ITEMS, "warnings": 0},
    Event.TICKED: {"ticked": ("Learning platform",)},
    Event.DOCUMENT_ASKED: {"awaits_document": True, "reminders": 0},
    Event.RECORDED: {"representation": Representation(relation=Relation.OTHER), "approvals": ()},
    Event.DECLINED: {"representation": Representation(declined=True), "subject": None, "challenge": None},
}

ALL = [(status, event) for status in Status for event in Event]
ALLOWED = [(status, event) for status, event in ALL if event in TRANSITIONS[status]]
REFUSED = [(status, event) for status, event in ALL if event not in TRANSITIONS[status]]


def in_status(status: Status) -> Request:
    """A request with something in every field that an event can change."""
    return a_request(
        status=status,
        wrong_codes=1,
        reminders=1,
        warnings=2,
        approvals=("staff:binh",),
        closed_at=None if status in OPEN else NOON,
    )


@pytest.mark.parametrize(("status", "event"), ALLOWED)
def test_an_allowed_event_changes_what_belongs_to_it_and_nothing_else(status: Status, event: Event) -> None:
    request = in_status(status)
    step = advance(request, HAPPENINGS[event], LATER)
    after = TRANSITIONS[status][event]
    begins = after is Status.VERIFYING and (status is not after or event is Event.DOCUMENT_ASKED)
    expected = replace(
        request,
        **CHANGED.get(event, {}),  # type: ignore[arg-type]
        status=after,
        closed_at=None if after in OPEN else LATER,
        verifying_since=LATER if begins else NOON,
        waits_since=LATER if after in WAITS and status is not after else None,
    )
    assert step.request == expected
    assert (step.before, step.happening) == (status, HAPPENINGS[event])


@pytest.mark.parametrize(("status", "event"), REFUSED)
def test_any_other_event_is_not_allowed_and_says_why(status: Status, event: Event) -> None:
    request = in_status(status)
    with pytest.raises(NotAllowed, match=f"^{event} does not fit a request that is {status}$"):
        advance(request, HAPPENINGS[event], LATER)
    assert request == in_status(status)


@pytest.mark.parametrize("event", Event)
def test_a_request_opens_only_by_an_opening_event(event: Event) -> None:
    draft = a_request(status=Status.COMPLETED, closed_at=NOON, verifying_since=None, items=())
    if event not in TRANSITIONS[None]:
        with pytest.raises(NotAllowed, match="not there yet"):
            open_request(draft, HAPPENINGS[event], LATER)
        return
    step = open_request(draft, HAPPENINGS[event], LATER)
    verifies = step.request.status is Status.VERIFYING
    assert step.before is None
    assert step.request.status is TRANSITIONS[None][event]
    assert step.request.closed_at is None
    assert step.request.verifying_since == (LATER if verifies else None)


@pytest.mark.parametrize(("status", "event"), ALLOWED)
def test_an_event_has_the_effects_of_the_table_with_and_without_a_file(status: Status, event: Event) -> None:
    def effects(happening: Happening) -> tuple[Effect, ...]:
        return advance(in_status(status), happening, LATER).effects

    everything = replace(
        HAPPENINGS[event], file_names=("data.csv",), link="https://…", sealed=("data.zip",), sender=ON_FILE
    )
    assert effects(everything) == EFFECTS[event]
    unconditional = tuple(each for each in EFFECTS[event] if isinstance(each, ShowCard) or not each.when)
    assert effects(HAPPENINGS[event]) == unconditional


def test_an_answer_that_is_worth_nothing_is_told_to_nobody_but_its_sender() -> None:
    assert EFFECTS[Event.WRONG_CODE] == (Tell("wrong_code", To.SENDER, when="sender"), ShowCard())


def test_only_a_hand_over_depends_on_a_file_and_goes_to_the_proven_contact() -> None:
    tells = [tell for effects in EFFECTS.values() for tell in effects if isinstance(tell, Tell)]
    special = {
        (tell.notice, tell.to, tell.when)
        for tell in tells
        if tell.to is not To.SENDER and (tell.when or tell.to is not To.REQUESTER)
    }
    assert special == {
        ("hand_over", To.PROVEN, "file_names"),
        ("hand_over_link", To.PROVEN, "link"),
        ("hand_over_sealed", To.PROVEN, "sealed"),
        ("code", To.CONTACT, ""),
    }


def test_every_event_has_effects_and_every_effect_a_notice_that_exists() -> None:
    assert EFFECTS.keys() == set(Event)
    tells = [tell for effects in EFFECTS.values() for tell in effects if isinstance(tell, Tell)]
    assert {tell.notice for tell in tells} <= NOTICES.keys()


def test_every_event_can_happen_somewhere() -> None:
    assert {event for events in TRANSITIONS.values() for event in events} == set(Event)


def test_every_change_of_status_is_shown_to_staff() -> None:
    for status, event in ALLOWED:
        if TRANSITIONS[status][event] is not status:
            assert ShowCard() in EFFECTS[event], f"{status}: {event}"


def test_an_end_is_told_to_the_customer_unless_it_was_no_request() -> None:
    for status, event in ALLOWED:
        after = TRANSITIONS[status][event]
        ends = after not in OPEN and after is not status and event is not Event.DISMISSED
        assert not ends or any(isinstance(effect, Tell) for effect in EFFECTS[event]), f"{status}: {event}"


@pytest.mark.parametrize("status", sorted(OPEN | {Status.LAPSED}))
def test_every_status_but_the_ends_leads_to_every_way_to_end(status: Status) -> None:
    reached, ahead = {status}, [status]
    while ahead:
        for after in TRANSITIONS[ahead.pop()].values():
            if after not in reached:
                reached.add(after)
                ahead.append(after)
    assert {Status.COMPLETED, Status.REFUSED, Status.WITHDRAWN} <= reached


def test_the_customer_can_take_back_whatever_is_open() -> None:
    assert all(TRANSITIONS[status].get(Event.WITHDRAWN) is Status.WITHDRAWN for status in OPEN)


def test_nothing_follows_an_end_but_a_lapse() -> None:
    closed = set(Status) - OPEN
    assert {status for status in closed if TRANSITIONS[status]} == {Status.LAPSED}


def test_a_reopened_request_is_open_again_with_a_wait_and_tries_of_its_own() -> None:
    lapsed = advance(in_status(Status.VERIFYING), Happening(Event.LAPSED, "desk"), LATER).request
    assert (lapsed.closed_at, lapsed.is_open) == (LATER, False)
    again = advance(lapsed, Happening(Event.REOPENED, "requester"), LATER + MINUTE).request
    assert (again.closed_at, again.is_open) == (None, True)
    assert again.verifying_since == LATER + MINUTE
    assert (again.wrong_codes, again.reminders) == (0, 0)


def test_two_approvals_are_both_kept_in_order() -> None:
    request = a_request(status=Status.IN_REVIEW)
    request = advance(request, Happening(Event.APPROVED_BY_ONE, "staff:an"), LATER).request
    assert request.status is Status.IN_REVIEW
    request = advance(request, Happening(Event.APPROVED, "staff:binh"), LATER).request
    assert (request.status, request.approvals) == (Status.APPROVED, ("staff:an", "staff:binh"))


def test_the_last_right_that_is_done_completes_the_request() -> None:
    request = a_request(status=Status.APPROVED)
    assert settles(request, Right.ACCESS) is Event.ITEM_COMPLETED
    request = advance(request, Happening(Event.ITEM_COMPLETED, STAFF, right=Right.ACCESS), LATER).request
    assert (request.status, request.closed_at) == (Status.APPROVED, None)
    assert settles(request, Right.DELETION) is Event.COMPLETED
    request = advance(request, Happening(Event.COMPLETED, STAFF, right=Right.DELETION), LATER).request
    assert (request.status, request.closed_at, request.open_items) == (Status.COMPLETED, LATER, ())


def test_refusing_the_rest_leaves_what_is_done() -> None:
    request = a_request(status=Status.APPROVED)
    assert refusal(request) is Event.REFUSED
    request = advance(request, Happening(Event.ITEM_COMPLETED, STAFF, right=Right.ACCESS), LATER).request
    assert refusal(request) is Event.REST_REFUSED
    request = advance(request, Happening(Event.REST_REFUSED, STAFF, reason="legal_duty"), LATER).request
    assert request.status is Status.COMPLETED
    assert [(item.outcome, item.reason) for item in request.items] == [
        (Outcome.COMPLETED, ""),
        (Outcome.REFUSED, "legal_duty"),
    ]


def test_the_next_due_date_is_warned_of_anew() -> None:
    request = a_request(status=Status.APPROVED, warnings=5)
    request = advance(request, Happening(Event.ITEM_COMPLETED, STAFF, right=Right.ACCESS), LATER).request
    assert (request.due, request.warnings) == (date(2026, 12, 11), 0)


def test_a_due_date_that_stays_is_not_warned_of_twice() -> None:
    both = (an_item(Right.ACCESS), an_item(Right.DELETION))
    request = a_request(status=Status.APPROVED, warnings=4, items=both)
    request = advance(request, Happening(Event.ITEM_COMPLETED, STAFF, right=Right.ACCESS), LATER).request
    assert (request.due, request.warnings) == (LAW, 4)


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/lifecycle.md is stale: run make docs"


@pytest.mark.parametrize(
    ("rights", "on_behalf", "notice"),
    [
        ((Right.COMPLAINT,), OnBehalf.SELF, "complaint_received"),
        ((Right.COMPLAINT, Right.OBJECTION), OnBehalf.SELF, "acknowledgement"),
        ((Right.OBJECTION,), OnBehalf.SELF, "acknowledgement"),
        ((Right.COMPLAINT,), OnBehalf.CHILD, "acknowledgement"),
    ],
)
def test_a_complaint_alone_is_acknowledged_in_words_of_its_own(
    rights: tuple[Right, ...], on_behalf: OnBehalf, notice: str
) -> None:
    items = tuple(an_item(right) for right in rights)
    draft = replace(a_request(), on_behalf=on_behalf, items=())
    step = open_request(draft, Happening(Event.READY, "requester", items=items), NOON)
    assert [effect.notice for effect in step.effects if isinstance(effect, Tell)] == [notice]


@pytest.mark.parametrize(("answer", "notice"), [("Tại Việt Nam.", "inquiry_answered"), ("", "completed")])
def test_an_inquiry_alone_is_completed_with_its_answer(answer: str, notice: str) -> None:
    request = replace(a_request(status=Status.APPROVED), items=(an_item(Right.INQUIRY),))
    happening = Happening(Event.COMPLETED, "staff:an", right=Right.INQUIRY, answer=answer)
    step = advance(request, happening, NOON)
    assert [effect.notice for effect in step.effects if isinstance(effect, Tell)] == [notice]
