"""What the server checks before an update goes out."""

from __future__ import annotations

import pytest

from sandbox.telegram.required import check, faults


def test_an_update_that_lacks_what_clients_need_does_not_go_out() -> None:
    person = {"id": 1, "is_bot": False, "first_name": "Lan"}
    tap = {"id": "7", "from": person, "message": {"message_id": "1", "date": 0, "chat": {"id": 1}}}
    assert faults("Update", {"update_id": 1, "callback_query": tap}) == [
        "callback_query.chat_instance is missing",
        "callback_query.message.message_id is no int",
        "callback_query.message.chat.type is missing",
    ]
    with pytest.raises(ValueError, match=r"message\.chat is missing"):
        check("Update", {"update_id": 1, "message": {"message_id": 1, "date": 1}})
