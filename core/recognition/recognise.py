"""The one door of recognition: a message goes in, a finding that can be trusted comes out."""

from __future__ import annotations

from collections.abc import Mapping

from core.recognition.corrections import find_corrections
from core.recognition.cues import Reading, read
from core.recognition.finding import Act, Decision, Finding, Reason
from core.recognition.identifiers import find_identifiers
from core.recognition.rules import probabilities, strongest
from core.requests import OnBehalf, Right

_EVEN = 0.5
#: At least so sure before the desk goes on alone: measured, nine of ten are then right in every respect.
_SURE = {Act.NEW: 0.65, Act.STATUS: 0.5, Act.CANCEL: 0.6, Act.MORE: 0.65, Act.CODE: 0.8}
#: A text is left alone only if so surely none, and nothing else is above _POSSIBLE.
_SURELY_NONE, _POSSIBLE = 0.6, 0.3
#: Cues that a person looks at whatever the numbers say.
_NEVER_IGNORED = frozenset(
    {"PRIVACY", "LEAK", "HOW_LONG", "CONSENT>USE", "REVOKE>CONSENT", "answer", "code", "cut"}
)
_ASIDE = (Act.CANCEL, Act.STATUS, Act.MORE)  # acts about an earlier request
_NO_REQUEST = frozenset({Act.NONE, OnBehalf.CHILD, OnBehalf.AGENT})
_REASONS = 5
_CHATS = frozenset({"telegram", "zalo", "chat"})


def recognise(
    body: str, subject: str = "", channel: str = "email", own: frozenset[str] = frozenset()
) -> Finding:
    """What a message asks for, how sure that is, and why. Never raises, whatever the text.

    `own` holds the organisation's own addresses and numbers: they identify nobody. The bias is to
    recall: what may be a privacy request is never ignored, in doubt a person picks.
    """
    reading = read(body, subject)
    chances = probabilities(reading.cues)
    act = _act(reading, chances)
    kinds = {right: chances[right] if act in (Act.NEW, Act.MORE) else 0.0 for right in Right}
    confidence = _confidence(act, kinds, chances)
    written = f"{reading.parts.new}\n{reading.parts.signature}"
    return Finding(
        act=act,
        decision=_decision(reading, act, confidence, chances, channel in _CHATS),
        kinds=kinds,
        on_behalf=_on_behalf(act, chances),
        identifiers=find_identifiers(written, own),
        corrections=find_corrections(reading.parts.new) if kinds[Right.CORRECTION] >= _EVEN else (),
        language=reading.language,
        confidence=round(confidence, 3),
        reasons=_reasons(reading, act, kinds),
        new_text=reading.parts.new,
        code=reading.code,
    )


def _act(reading: Reading, chances: Mapping[str, float]) -> Act:
    right = max(chances[right] for right in Right)
    aside = max(_ASIDE, key=lambda act: chances[act])
    if reading.code and right < _EVEN:
        return Act.CODE
    if chances[aside] >= _EVEN and (chances[aside] >= right or aside is Act.MORE):
        return aside
    if right >= _EVEN and right >= chances[Act.NONE]:
        return Act.NEW
    return Act.NONE if chances[Act.NONE] >= max(right, chances[aside]) else _likelier(aside, right, chances)


def _likelier(aside: Act, right: float, chances: Mapping[str, float]) -> Act:
    return aside if chances[aside] > right else Act.NEW


def _confidence(act: Act, kinds: Mapping[Right, float], chances: Mapping[str, float]) -> float:
    """How sure the act is and, where rights count, each of them."""
    if act is Act.CODE:
        return 1 - max(chances[right] for right in Right)
    if act is Act.NONE:
        return chances[Act.NONE]
    others = max(chances[other] for other in (*_ASIDE, Act.NONE) if other is not act)
    sure = (1 - others) if act is Act.NEW else chances[act] * (1 - others)
    for chance in kinds.values():
        sure *= max(chance, 1 - chance)
    return sure


def _decision(
    reading: Reading, act: Act, confidence: float, chances: Mapping[str, float], chat: bool
) -> Decision:
    if reading.language == "other" or (not reading.parts.new and reading.parts.quoted):
        return Decision.TRIAGE
    if act is Act.NONE:
        return Decision.IGNORE if _surely_none(reading, chances) else _unsure(chat)
    if act is Act.NEW and max(chances[right] for right in Right) < _EVEN:
        return _unsure(chat)
    return Decision.ACT if confidence >= _SURE[act] else _unsure(chat)


def _surely_none(reading: Reading, chances: Mapping[str, float]) -> bool:
    if not reading.text:
        return "cut" not in reading.cues
    possible = max(chance for name, chance in chances.items() if name not in _NO_REQUEST)
    curt = reading.cues.keys() >= {"DELETE", "len0"}
    suspect = curt or not _NEVER_IGNORED.isdisjoint(reading.cues)
    return chances[Act.NONE] >= _SURELY_NONE and possible <= _POSSIBLE and not suspect


def _unsure(chat: bool) -> Decision:
    """A chat is quick to answer one short question; a letter is read by a person."""
    return Decision.ASK if chat else Decision.TRIAGE


def _on_behalf(act: Act, chances: Mapping[str, float]) -> OnBehalf:
    likelier = max(OnBehalf.CHILD, OnBehalf.AGENT, key=lambda person: chances[person])
    return likelier if act is not Act.NONE and chances[likelier] >= _EVEN else OnBehalf.SELF


def _reasons(reading: Reading, act: Act, kinds: Mapping[Right, float]) -> tuple[Reason, ...]:
    """The spans that decided: for each right found, else for the act."""
    decided = [str(right) for right, chance in kinds.items() if chance >= _EVEN] or (
        [str(act)] if act in (*_ASIDE, Act.NONE) else []
    )
    return tuple(
        Reason(" ".join(reading.text[slice(*reading.cues[cue])].split()), name)
        for name in decided
        for cue in _spanned(reading, name)[:_REASONS]
    )


def _spanned(reading: Reading, name: str) -> list[str]:
    return [cue for cue in strongest(name, reading.cues) if reading.cues[cue] != (0, 0)]
