"""The one door of recognition: a message goes in, a finding that can be trusted comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.recognition.corrections import find_corrections
from core.recognition.cues import read
from core.recognition.deciding import decide
from core.recognition.features import features
from core.recognition.finding import Decision, Finding
from core.recognition.model import Model, shipped
from core.recognition.reasons import reasons
from core.recognition.threats import without_threats
from core.requests import Right

_EVEN = 0.5


def recognise(
    body: str,
    subject: str = "",
    channel: str = "email",
    own: frozenset[str] = frozenset(),
    codes: Sequence[re.Pattern[str]] = (),
    model: Model | None = None,
    explain_sure: bool = True,
) -> Finding:
    """What a message asks for, how sure that is, and why. Never raises, whatever the text.

    `own` holds the organisation's own addresses and numbers: they identify nobody; `codes` are its
    customer codes, beside the shapes that are known anyway. The bias is to recall: what may be a privacy
    request is never ignored, in doubt a person picks. `model` is the one that comes with the desk, unless
    another is tried. Without `explain_sure` the reasons are left out where no person will look at them: of
    what may be done alone.
    """
    model = model or shipped()
    reading = read(body, subject, own, codes)
    calm = without_threats(reading.parts.new)
    judged = reading if calm == reading.parts.new else read(calm, subject, own, codes)
    present = features(judged, channel)
    verdict = decide(judged, channel, model.probabilities(present))
    rights = sorted(
        (right for right, chance in verdict.kinds.items() if chance >= _EVEN),
        key=lambda one: -verdict.kinds[one],
    )
    explained = explain_sure or verdict.decision is not Decision.ACT
    return Finding(
        act=verdict.act,
        decision=verdict.decision,
        kinds=verdict.kinds,
        on_behalf=verdict.on_behalf,
        identifiers=reading.identifiers,
        corrections=find_corrections(reading.parts.new) if Right.CORRECTION in rights else (),
        language=reading.language,
        confidence=round(verdict.confidence, 3),
        reasons=reasons(judged, model, present, verdict.act, rights) if explained else (),
        new_text=reading.parts.new,
        code=reading.code,
    )
