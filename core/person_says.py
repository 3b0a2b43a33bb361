"""What an agent sends, and what the person whom an agent acts for says: yes, no, and to whom the answer goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.keywords import command_named, folded, says_no
from core.messages import Attachment

#: Files that mail programs add of themselves.
_NO_PAPER = re.compile(r"text/(calendar|x?-?vcard)|application/(x-)?(pgp|pkcs7)-.*|message/.*")


def may_hold_mandate(attachments: Iterable[Attachment]) -> bool:
    """Whether a file came that may be a mandate; only a person can say whether it is one."""
    return any(not _NO_PAPER.fullmatch(attachment.media_type.lower()) for attachment in attachments)


_NOT_MY_WISH = re.compile(
    r"\b(?:not my (?:wish|request|representative|lawyer|agent)|(?:do not|don t|never|not) (?:want|agree|approve|consent"
    r"|authori[sz]ed?)|(?:do not|don t|did not|didn t) know (?:about|of|any|this|that|him|her|them|who)|(?:did not|didn t|never|have not|haven t) (?:ask|authori[sz]e|request|agree)\w*"
    r"|without my (?:consent|permission|knowledge)|khong phai (?:y|toi|em|minh|nguyen vong|nguoi dai dien)"
    r"|(?:khong|chua)(?: he| tung| bao gio)* (?:nho|uy quyen|yeu cau|dong y|muon|cho phep)"
    r"|(?:khong|chua)(?: he)? biet (?:gi|ve|viec|yeu cau|chuyen|nguoi|ai)"
    r"|dung (?:lam|thuc hien|xoa|gui))\b"
)
_LONGEST = 500  # characters in which a wish is looked for
_CLAUSE = re.compile(r"[.,;:!\n–—]")


def says_not_my_wish(text: str) -> bool:
    """Whether the person says no to what an agent asks for, in what they write now."""
    first = next((part for part in _CLAUSE.split(text) if part.strip()), "")
    no = says_no(first) or command_named(first) == "cancel"
    return no or bool(_NOT_MY_WISH.search(_words(text)))


_TO_AGENT = re.compile(
    r"\b(?:(?:gui|tra loi|chuyen|dua)(?: \w+){0,6} (?:nguoi dai dien|dai dien|luat su|nguoi duoc uy quyen|nguoi yeu cau"
    r"|nguoi viet thay)|(?:send|reply|answer|give|goes|go|pass)(?: \w+){0,6} (?:representative|agent|lawyer|attorney|solicitor))\b"
)
_NOT_TO = re.compile(r"\b(?:dung|khong|not|don t|never)\b")


def says_to_agent(text: str) -> bool:
    """Whether the person wants the answer to go to who asks for them: "gửi cho người đại diện"."""
    words = _words(text)
    return bool(_TO_AGENT.search(words)) and not _NOT_TO.search(words)


def _words(text: str) -> str:
    """Folded, without "đúng" (right), which would look like "đừng" (do not)."""
    return folded(unicodedata.normalize("NFC", text[:_LONGEST]).lower().replace("đúng", ""))
