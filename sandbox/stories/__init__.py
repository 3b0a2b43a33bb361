"""The stories of the sandbox: what customers and staff do, and what must come of it."""

from sandbox.stories.chat import deletion_in_telegram, status_in_telegram
from sandbox.stories.identity import access_by_a_stranger, access_by_mail, three_wrong_codes
from sandbox.stories.mail import (
    change_of_mind,
    copy_then_deletion,
    no_more_advertising,
    refund_question,
    status_by_reply,
    unclear_mail,
)
from sandbox.stories.story import Narrator, Silent, Story

__all__ = ["STORIES", "Narrator", "Silent", "Story"]

STORIES = (
    Story("a", "A Vietnamese mail asks for a copy of the writer's data", access_by_mail),
    Story("b", "An English deletion request in Telegram", deletion_in_telegram),
    Story("c", "“Đừng gửi quảng cáo nữa”: an objection, no proof asked", no_more_advertising),
    Story("d", "Somebody who is not on file asks for access", access_by_a_stranger),
    Story("e", "Three wrong codes, then a person decides", three_wrong_codes),
    Story("f", "A refund question is left alone", refund_question),
    Story("g", "An unclear mail: a person picks the right in one tap", unclear_mail),
    Story("h", "“Thôi không xóa nữa”: the request is withdrawn", change_of_mind),
    Story("i", "A status question by reply", status_by_reply),
    Story("i2", "/status in the chat", status_in_telegram),
    Story("j", "One mail asks for a copy and then for deletion", copy_then_deletion),
)
