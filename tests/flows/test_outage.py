"""Staff hear of a channel that does not receive, in their language and without personal data."""

from __future__ import annotations

from core.messages import ChannelName
from flows.arrivals import StoredInbox
from tests.flows.office import Office
from tests.flows.staff import STAFF_CHAT

REASON = "the mail server refused to log in (AUTHENTICATIONFAILED)"


def inbox_of(office: Office) -> StoredInbox:
    return StoredInbox(office.store, office.clock, lambda: None, office.desk)


async def test_staff_are_told_since_when_and_why_and_when_it_is_over(office: Office) -> None:
    inbox, since = inbox_of(office), office.now
    office.passes(minutes=15)
    await inbox.trouble(ChannelName.EMAIL, since, REASON)
    await inbox.recovered(ChannelName.EMAIL, since)
    await office.deliver()
    alarm, all_clear = [each.text for each in office.letters(STAFF_CHAT)]
    assert REASON in alarm
    assert "privacydesk check" in alarm
    assert alarm == office.say(
        "alert.receiving_stopped",
        channel=ChannelName.EMAIL,
        since=since,
        reason=REASON,
        command="privacydesk check",
    )
    assert all_clear == office.say("alert.receiving_again", channel=ChannelName.EMAIL, since=since)


async def test_without_a_staff_chat_there_is_nobody_to_tell(quiet_office: Office) -> None:
    await inbox_of(quiet_office).trouble(ChannelName.EMAIL, quiet_office.now, REASON)
    await quiet_office.deliver()
    assert quiet_office.post == []
