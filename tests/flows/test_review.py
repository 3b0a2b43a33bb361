"""Staff decide."""

from contextlib import suppress

from core.messages import ChannelName, Kind, Outbound, StaffAction, Verb
from core.requests import Outcome, Proof, Right, Status
from flows import review
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.paper import by_label, read_back
from tests.flows.people import ACCESS, BOTH, DELETION, LAN, OBJECTION, ROB, STRANGER, UNCLEAR
from tests.flows.staff import AN, BINH, HOA, STAFF_CHAT, an_action, from_button


async def test_an_approval_is_recorded_told_and_signed(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.recorded")
    approved = await office.request(request.id)
    assert (approved.status, approved.approvals) == (Status.APPROVED, ("staff:an",))
    assert approved.reference in office.letters(ROB.email)[-1].text
    assert f"{office.say('decision.approve')}: An" in office.card(approved).text


async def test_a_double_tap_decides_once(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    taps = [an_action(AN, Verb.APPROVE, request) for _ in range(2)]
    for tap in taps:
        await office.store_paper(tap)
    await office.handle()
    assert [office.answer_to(tap) for tap in taps] == [
        office.say("staff.recorded"),
        office.say("staff.card_outdated"),
    ]
    assert [entry.action for entry in await office.trail(request)].count("approved") == 1


async def test_of_two_who_decide_at_once_the_first_counts_and_the_other_is_told(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    refuses, approves = (
        an_action(AN, Verb.REFUSE, request, "legal_duty"),
        an_action(BINH, Verb.APPROVE, request),
    )
    for tap in (refuses, approves):
        await office.store_paper(tap)
    await office.handle()
    assert office.answer_to(approves) == office.say("staff.already_decided")
    assert (await office.request(request.id)).status is Status.REFUSED


async def test_a_tap_on_an_old_card_brings_the_present_one(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    before = len(office.letters(STAFF_CHAT))
    await office.tap(BINH, Verb.APPROVE, request)
    assert len(office.letters(STAFF_CHAT)) == before + 1
    assert office.say("status_label.approved") in office.card(request).text


async def test_two_must_approve_a_deletion_and_one_person_is_not_two(office: Office) -> None:
    request = await office.in_review(ROB, DELETION)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.second_needed")
    request = await office.request(request.id)
    assert office.say("card.approvals", given=1, needed=2) in office.card(request).text
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.already_approved")
    assert (await office.request(request.id)).status is Status.IN_REVIEW
    assert await office.tap(BINH, Verb.APPROVE, request) == office.say("staff.recorded")
    approved = await office.request(request.id)
    assert (approved.status, approved.approvals) == (Status.APPROVED, ("staff:an", "staff:binh"))


async def test_the_strictest_of_several_rights_says_how_many_must_approve(office: Office) -> None:
    request = await office.in_review(LAN, BOTH)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.second_needed")


async def test_a_refusal_asks_for_its_reason_first_and_can_be_left(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert await office.tap(AN, Verb.ASK_REFUSAL, request) == ""
    choosing = office.card(request)
    assert office.say("card.choose_reason") in choosing.text
    await office.store_paper(from_button(AN, choosing, office.say("staff_button.back")))
    await office.handle()
    assert office.card(request).buttons != choosing.buttons
    assert await office.request(request.id) == request


async def test_a_refusal_tells_its_reason_in_the_customers_words(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK_REFUSAL, request)
    tap = from_button(AN, office.card(request), office.say("reason_label.legal_duty"))
    await office.store_paper(tap)
    await office.handle()
    assert (await office.request(request.id)).status is Status.REFUSED
    words = " ".join(office.letters(ROB.email)[-1].text.split())
    assert office.say("reason.legal_duty") in words


async def test_a_reason_that_nobody_may_give_refuses_nothing(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert await office.tap(AN, Verb.REFUSE, request, "no_time") == office.say("staff.unknown_button")
    assert await office.request(request.id) == request


async def test_refusing_the_rest_keeps_what_was_done(office: Office) -> None:
    request = await office.approved(LAN, "Please stop sending me marketing messages. " + DELETION)
    done = Right.OBJECTION if Right.OBJECTION in request.rights else Right.DELETION
    await office.tap(AN, Verb.DONE, request, done)
    request = await office.request(request.id)
    await office.tap(AN, Verb.REFUSE, request, "legal_duty")
    request = await office.request(request.id)
    assert request.status is Status.COMPLETED
    assert {item.right: item.outcome for item in request.items} == {
        Right.OBJECTION: Outcome.COMPLETED,
        Right.DELETION: Outcome.REFUSED,
    }
    words = " ".join(office.letters(LAN.email)[-1].text.split())
    assert office.say("reason.legal_duty") in words
    assert office.say("right_done.objection") in words


async def test_a_person_says_at_triage_what_is_meant(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    tap = from_button(HOA, office.card(request), office.say("right.access"))
    await office.store_paper(tap)
    await office.handle()
    request = await office.request(request.id)
    assert (request.status, request.rights) == (Status.VERIFYING, (Right.ACCESS,))
    assert [bool(letter.code) for letter in office.letters(LAN.email)] == [False, True]


async def test_a_right_that_there_is_not_cannot_be_picked(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    assert await office.tap(HOA, Verb.PICK, request, "refund") == office.say("staff.unknown_button")
    assert (await office.request(request.id)).status is Status.TRIAGE


async def test_what_is_no_request_is_dismissed_without_a_word_to_the_sender(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    await office.tap(HOA, Verb.DISMISS, request)
    assert (await office.request(request.id)).status is Status.DISMISSED
    assert office.letters(LAN.email) == []


async def test_a_request_of_a_stranger_cannot_be_approved_unchecked(office: Office) -> None:
    request = await office.in_review(STRANGER, ACCESS)
    assert request.status is Status.IDENTITY_REVIEW
    labels = [button.label for row in office.card(request).buttons for button in row]
    assert office.say("staff_button.approve") not in labels
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.card_outdated")
    await office.tap(AN, Verb.VERIFY, request, "called_back")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.BY_HAND)


async def test_every_button_that_a_card_shows_does_what_it_says(office: Office) -> None:
    pressed = 0
    for who, text in ((ROB, OBJECTION), (LAN, UNCLEAR), (STRANGER, ACCESS)):
        request = await office.in_review(who, text)
        for label in by_label(office.card(request)):
            await _taken_and_undone(office, from_button(AN, office.card(request), label))
            pressed += 1
    assert pressed == 5 + 12 + 5


class Undo(Exception):
    """Nothing of it has happened."""


async def _taken_and_undone(office: Office, tap: StaffAction) -> None:
    def press(uow: SqlUnitOfWork) -> list[Outbound]:
        said: list[Outbound] = []
        with suppress(Undo), uow.savepoint():
            review.decide(uow, office.desk, tap, office.now)
            letters = uow.lease(ChannelName.TELEGRAM, 50, office.now, office.now)
            said = [read_back(letter.body) for letter in letters]
            raise Undo
        return said

    said = await office.run(press)
    answers = [paper.text for paper in said if paper.kind is Kind.TAP]
    dead = {office.say(f"staff.{name}") for name in ("unknown_button", "unknown_card", "card_outdated")}
    assert len(answers) == 1
    assert not dead & set(answers)


async def test_a_forged_button_for_the_board_is_answered_like_any_other(office: Office) -> None:
    assert await office.tap(AN, Verb.QUEUE, None) == ""
    assert office.letters(STAFF_CHAT)[-1].text == office.say("staff.queue_empty")


async def test_a_card_that_nobody_knows_is_answered_too(office: Office) -> None:
    assert await office.tap(AN, Verb.APPROVE, None) == office.say("staff.unknown_card")


async def test_a_command_without_a_tap_is_answered_in_the_group(office: Office) -> None:
    await office.in_review(ROB, OBJECTION)
    await office.tap_less(AN, Verb.HELP)
    assert office.letters(STAFF_CHAT)[-1].text == office.say("staff.help")
    assert office.taps() == []


def test_every_verb_on_a_card_has_its_deed() -> None:
    assert set(review._VERBS) == set(Verb) - {Verb.QUEUE, Verb.HELP}
