"""What staff decide otherwise becomes a labelled line."""

from core.messages import Verb
from core.requests import Right
from flows.lessons import corrections
from tests.flows.office import Office
from tests.flows.people import LAN, UNCLEAR
from tests.flows.staff import AN


async def test_a_right_that_was_not_suggested_first_is_a_lesson(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Về hồ sơ", f"{UNCLEAR} Mã học viên {LAN.account}, {LAN.phone}.")
    request = await office.request(handled.request_id)
    other = next(right for right in Right if right not in request.suggestion[:1])
    await office.tap(AN, Verb.PICK, request, other)
    (line,) = await office.run(corrections)
    assert (line["act"], line["kinds"]) == ("new", [other.value])
    assert UNCLEAR in str(line["body"])
    for secret in LAN.secrets:
        assert secret not in str(line)


async def test_what_was_no_request_after_all_is_a_lesson_too(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Về hồ sơ", UNCLEAR)
    await office.tap(AN, Verb.DISMISS, await office.request(handled.request_id))
    (line,) = await office.run(corrections)
    assert (line["act"], line["kinds"], line["on_behalf"]) == ("none", [], "self")


async def test_a_suggestion_that_was_taken_teaches_nothing(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Về hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    assert request.suggestion
    await office.tap(AN, Verb.PICK, request, request.suggestion[0])
    assert await office.run(corrections) == []
