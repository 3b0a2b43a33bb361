"""Tells a threat for the case that nobody answers, as many letters close with, from a complaint about what was."""

from __future__ import annotations

import re

from core.recognition.normalise import fold

#: "If you do not answer, I will complain to the authority": about what may come.
_THREAT = re.compile(
    r"\b(?:if you (?:do not|don't|fail|refuse|should|ignore)|should you (?:not|fail)|unless you)\b[^.!?]{0,250}"
    r"\b(?:complain\w*|authorit\w+|regulator|legal action|court|ombudsman|commissioner)\b[^.!?]{0,120}"
    r"|\bneu\b[^.!?]{0,80}\bkhong (?:tra loi|phan hoi|giai quyet|thuc hien|nhan duoc|dap ung)\b[^.!?]{0,200}"
    r"\b(?:khieu nai|co quan|khoi kien|to cao)\b[^.!?]{0,120}"
)
#: What somebody says who is dissatisfied already.
_GRIEVANCE = re.compile(
    r"\b(?:did not|didn't|have not|haven't|has not|hasn't|failed to|ignored|no (?:answer|reply|response)|overdue"
    r"|expired|elapsed|still (?:no|not)|unanswered|disappoint\w+|dissatisf\w+|unacceptable|remind\w*|complain\w*"
    r"|chua|khong ai|van khong|that vong|bat man|qua han|khieu nai|to cao|buc xuc|lo thong tin|bi lo)\b"
)


def without_threats(text: str) -> str:
    """A clean text with the threats blanked out, where it complains of nothing else; the length stays."""
    folded = fold(text)
    rest = _THREAT.sub(lambda found: " " * len(found[0]), folded)
    if rest == folded or _GRIEVANCE.search(rest):
        return text
    return "".join(sign if kept == was else " " for sign, kept, was in zip(text, rest, folded, strict=True))
