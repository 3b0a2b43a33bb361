"""Tells a threat for the case that nobody answers, as many letters close with, from a complaint about what was."""

from __future__ import annotations

import re

from core.recognition.normalise import fold

#: "If you do not answer, I will complain to the authority": about what may come.
_THREAT = re.compile(
    r"\b(?:if you (?:do not|don't|fail|refuse|should|ignore)|should you (?:not|fail)|unless you|if (?:nothing happens|there is no|no (?:answer|reply|response)|i (?:hear|receive|get) (?:nothing|no\b))|should (?:i (?:hear|receive) (?:nothing|no\b)|nothing|no )|in (?:the )?(?:case|event) of (?:silence|no )|without (?:an? |any )?(?:answer|reply|response))\b[^.!?]{0,250}"
    r"\b(?:complain\w*|authorit\w+|regulator|legal (?:action|steps)|courts?|ombudsman|commissioner)\b[^.!?]{0,120}"
    r"|\bneu\b[^.!?]{0,80}\bkhong (?:tra loi|phan hoi|giai quyet|thuc hien|nhan duoc|dap ung)\b[^.!?]{0,200}"
    r"\b(?:khieu nai|co quan|khoi kien|to cao)\b[^.!?]{0,120}"
)
#: Words of which every threat holds at least one.
_THREATENED = (
    *(
        "complain",
        "authorit",
        "regulator",
        "legal action",
        "legal steps",
        "court",
        "ombudsman",
        "commissioner",
    ),
    *("khieu nai", "co quan", "khoi kien", "to cao"),
)
#: "In case you have disclosed the data, tell the recipients" (GDPR art. 19): part of an erasure or a correction.
_PASSED_ON = re.compile(
    r"\b(?:in case|if|where|should) (?:you have|you|the data|my data)\b[^.!?]{0,60}\b(?:disclosed|shared|passed|transferred|transmitted)\b[^.!?]{0,200}"
    r"\b(?:communicate|inform|notify|tell)\b[^.!?]{0,160}\brecipients?\b[^.!?]{0,80}"
    r"(?:\.\s+(?:please |kindly |and |also )*(?:inform|notify|tell) me (?:about|of|who) (?:those|these|the) recipients)?"
)
_ERASED = re.compile(r"\b(?:eras|delet|rectif|correct)\w*")
#: What somebody says who is dissatisfied already.
_GRIEVANCE = re.compile(
    r"\b(?:did not|didn't|have not|haven't|has not|hasn't|failed to|ignored|no (?:answer|reply|response)|overdue"
    r"|expired|elapsed|still (?:no|not)|unanswered|disappoint\w+|dissatisf\w+|unacceptable|remind\w*|complain\w*"
    r"|chua|khong ai|van khong|that vong|bat man|qua han|khieu nai|to cao|buc xuc|lo thong tin|bi lo)\b"
)


def without_threats(text: str) -> str:
    """A clean text with the threats blanked out, where it complains of nothing else; the length stays.

    So is what only follows from an erasure or a correction: that recipients be told."""
    folded = fold(text)
    calm = _THREAT.sub(_blank, folded) if any(word in folded for word in _THREATENED) else folded
    rest = folded if calm != folded and _GRIEVANCE.search(calm) else calm
    without = _PASSED_ON.sub(_blank, rest) if "recipient" in rest else rest
    rest = without if without != rest and _ERASED.search(without) else rest
    if rest == folded:
        return text
    return "".join(sign if kept == was else " " for sign, kept, was in zip(text, rest, folded, strict=True))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
