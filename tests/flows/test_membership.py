"""Who comes and goes."""

from core.messages import Address, Membership, Verb
from flows.store import Disposition
from tests.flows.office import Office
from tests.flows.people import OBJECTION, ROB
from tests.flows.staff import AN, LEFT, STAFF_CHAT, chat


async def goes(office: Office, person: Address, where: Address = STAFF_CHAT, present: bool = False) -> str:
    await office.store_paper(Membership(person, where, present))
    await office.handle()
    fate = await office.last()
    assert fate.disposition is Disposition.IGNORED
    return fate.reason


async def test_who_leaves_the_staff_chat_has_no_role_from_then_on(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await goes(office, AN.address)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.not_allowed")
    left = (await office.trail())[0]
    assert (left.actor, left.action) == ("staff:an", "staff_left")


async def test_who_comes_back_into_the_chat_has_no_role_until_the_settings_give_it_again(
    office: Office,
) -> None:
    """Whoever holds an invitation can join: the settings say who works here, not the group."""
    request = await office.in_review(ROB, OBJECTION)
    await goes(office, LEFT.address, present=True)
    assert await office.tap(LEFT, Verb.APPROVE, request) == office.say("staff.not_allowed")


async def test_leaving_another_chat_means_nothing(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await goes(office, AN.address, chat("-77"))
    await office.tap(AN, Verb.APPROVE, request)
    assert [entry.action for entry in await office.trail(request)][-1] == "approved"


async def test_a_customer_who_blocks_the_desk_is_noted_and_nothing_more(office: Office) -> None:
    assert await goes(office, chat("9001"), chat("9001")) == "blocked"
    assert await goes(office, chat("9001"), chat("9001"), present=True) == "member"
    assert office.post == []
