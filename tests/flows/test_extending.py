"""A right gets more time: once, for a reason that the customer is told, before it is late."""

from datetime import UTC, date, datetime

from core.messages import Verb
from core.requests import Request, Right, Status
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, LAN, OBJECTION, ROB
from tests.flows.staff import AN, BINH, HOA, STAFF_CHAT

WHY = "Your records lie in three systems, and one of them is searched by hand."


async def extend(office: Office, request: Request, right: Right, why: str = WHY) -> str:
    """Tap, type the reason in private; the last that was said there."""
    await office.tap(AN, Verb.EXTEND, await office.request(request.id), right)
    await office.chat(AN.address, why)
    return office.letters(AN.address)[-1].text


async def test_the_customer_is_told_the_reason_and_the_new_date_and_then_it_holds(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    before = request.due
    assert await office.tap(AN, Verb.EXTEND, request, Right.ACCESS) == office.say("staff.see_private")
    assert (await office.request(request.id)).due == before
    await office.chat(AN.address, WHY)
    request = await office.request(request.id)
    assert (request.due, request.items[0].extended_from) == (date(2026, 12, 11), before)
    told = " ".join(office.letters(ROB.email)[-1].text.split())
    assert WHY in told
    assert "Friday, 11 December 2026" in told
    right = office.say("right.access")
    assert office.letters(AN.address)[-1].text == office.say(
        "staff.extended", reference=request.reference, right=right
    )
    assert office.say("card.extended", day=before) in office.card(request).text
    entry = next(each for each in await office.trail(request) if each.action == "extended")
    assert (entry.actor, entry.detail["dates"]) == ("staff:an", "2026-12-03 2026-12-11")
    assert WHY not in repr(await office.trail(request))


async def test_there_is_one_extension_and_a_plain_answer_to_the_second(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    await extend(office, request, Right.ACCESS)
    letters = len(office.letters(ROB.email))
    again = await office.tap(AN, Verb.EXTEND, await office.request(request.id), Right.ACCESS)
    assert again == office.say("staff.extension_already")
    assert len(office.letters(ROB.email)) == letters


async def test_nothing_is_extended_once_nobody_could_be_told_in_time(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    office.now = datetime(2026, 12, 3, 2, tzinfo=UTC)
    assert await office.tap(AN, Verb.EXTEND, request, Right.ACCESS) == office.say("staff.extension_too_late")


async def test_a_reason_that_is_typed_too_late_extends_nothing(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    office.now = datetime(2026, 12, 2, 11, tzinfo=UTC)
    await office.tap(AN, Verb.EXTEND, request, Right.ACCESS)
    office.passes(hours=10)
    await office.chat(AN.address, WHY)
    assert office.letters(AN.address)[-1].text == office.say("staff.extension_too_late")
    assert (await office.request(request.id)).due == request.due


async def test_who_cannot_be_told_cannot_be_made_to_wait(office: Office) -> None:
    request = await office.in_review(LAN, OBJECTION)
    await office.run(lambda uow: uow.suppress(request.requester, "5.1.1", office.now))
    answer = await office.tap(AN, Verb.EXTEND, request, Right.OBJECTION)
    assert answer == office.say("staff.extension_unreachable")


async def test_a_reason_is_wanted_and_can_be_left(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    await office.tap(AN, Verb.EXTEND, request, Right.ACCESS)
    await office.chat(AN.address, "")
    assert office.letters(AN.address)[-1].text == office.say("staff.question_empty")
    await office.chat(AN.address, command="cancel")
    assert (await office.request(request.id)).due == request.due


async def test_a_handler_may_not_change_a_due_date(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    for verb in (Verb.EXTEND, Verb.THIRD_PARTY, Verb.ASK_TERM):
        assert await office.tap(HOA, verb, request, Right.ACCESS) == office.say("staff.role_too_low")


async def test_only_the_right_that_has_a_new_date_is_told_of(office: Office) -> None:
    request = await office.in_review(LAN, "Gửi em bản sao dữ liệu cá nhân, sau đó xóa hết dữ liệu giúp em.")
    assert set(request.rights) == {Right.ACCESS, Right.DELETION}
    await extend(office, request, Right.DELETION)
    request = await office.request(request.id)
    assert [item.extended_from is not None for item in request.items] == [
        item.right is Right.DELETION for item in request.items
    ]
    told = office.letters(LAN.email)[-1].text
    assert office.say("right_verb.deletion", "vi") in told
    assert office.say("right_verb.access", "vi") not in told


async def test_the_warnings_begin_anew_with_the_new_date(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    office.now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    await office.timers()
    await extend(office, request, Right.ACCESS)
    assert (await office.request(request.id)).warnings == 0
    before = len(office.letters(STAFF_CHAT))
    await office.timers()
    assert not [each for each in office.letters(STAFF_CHAT)[before:] if each.paper and not each.paper.slot]


async def test_a_third_partys_term_is_recorded_and_shown(office: Office) -> None:
    request = await office.in_review(ROB, DELETION)
    assert await office.tap(BINH, Verb.THIRD_PARTY, request, Right.DELETION) == office.say("staff.recorded")
    request = await office.request(request.id)
    assert request.items[0].due.statute == date(2026, 12, 23)
    assert office.say("card.third_party") in office.card(request).text
    entry = next(each for each in await office.trail(request) if each.action == "third_party")
    assert (entry.actor, entry.detail["right"]) == ("staff:binh", "deletion")
    again = await office.tap(BINH, Verb.THIRD_PARTY, request, Right.DELETION)
    assert again == office.say("staff.unknown_button")
    extension = await office.tap(BINH, Verb.EXTEND, request, Right.DELETION)
    assert extension == office.say("staff.extension_third_party")


async def test_where_the_law_has_no_such_term_the_answer_says_so(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    answer = await office.tap(AN, Verb.THIRD_PARTY, request, Right.ACCESS)
    assert answer == office.say("staff.no_third_party_term")
    assert (await office.request(request.id)).due == request.due


async def test_the_card_offers_what_the_law_allows(office: Office) -> None:
    request = await office.in_review(ROB, DELETION)
    await office.tap(AN, Verb.ASK_TERM, request)
    labels = [button.label for row in office.card(request).buttons for button in row]
    right = office.say("right.deletion")
    assert labels == [
        office.say("term_button.extend", right=right),
        office.say("term_button.third_party", right=right),
        office.say("staff_button.back"),
    ]


async def test_a_card_says_since_when_the_customer_is_waited_for(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    office.passes(hours=2)
    await office.tap(AN, Verb.ASK, request)
    await office.chat(AN.address, "Which list do you mean?")
    request = await office.request(request.id)
    waits = office.say("card.waits_since", since=office.now)
    assert request.status is Status.CLARIFYING
    assert waits in office.card(request).text
    due = request.due
    await office.mail(ROB.sender, "", "The weekly one.", answers=office.letters(ROB.email)[-1])
    request = await office.request(request.id)
    assert (request.status, request.waits_since, request.due) == (Status.IN_REVIEW, None, due)
    assert waits not in office.card(request).text
