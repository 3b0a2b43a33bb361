"""What each notice must say, whoever words it: a table of elements, and how each is found in a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from core.notices import Line
from core.policy import Policy
from templates.dates import day_text
from templates.render import Texts


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a notice, with what it was made of."""

    text: str
    language: str
    fields: Mapping[str, object]
    texts: Texts
    policy: Policy

    @property
    def lines(self) -> tuple[Line, ...]:
        lines = self.fields.get("lines", ())
        return lines if isinstance(lines, tuple) else ()

    def phrase(self, name: str) -> str:
        return self.texts.phrase(name, self.language)


@dataclass(frozen=True, slots=True)
class Element:
    """Something that a notice must say: how to see that it does, and how to mend it where it does not."""

    what: str
    is_there: Callable[[Said], bool]
    mend: str


#: Words of which one says how the reader can set us right; a language that is not here is not looked at.
_ANSWER: Mapping[str, tuple[str, ...]] = {
    "vi": ("trả lời", "viết cho chúng tôi", "cho chúng tôi biết", "liên hệ với chúng tôi"),
    "en": ("reply", "write to us", "write here", "tell us", "contact us"),
}
_COURT: Mapping[str, tuple[str, ...]] = {"vi": ("khởi kiện", "tòa án"), "en": ("court", "judicial")}


def _understood(said: Said) -> bool:
    return all(
        any(said.phrase(f"{table}.{line.right}") in said.text for table in ("right_verb", "right"))
        for line in said.lines
    )


def _due(said: Said) -> bool:
    days = [line.due for line in said.lines if line.outcome == "open"]
    days += [day for name in ("due", "effective") if isinstance(day := said.fields.get(name), date)]
    return all(day_text(day, said.language) in said.text for day in days)


def _outcome(said: Said) -> bool:
    done = [f"right_done.{line.right}" for line in said.lines if line.outcome == "completed"]
    refused = [f"reason.{line.reason}" for line in said.lines if line.outcome == "refused"]
    return all(said.phrase(name) in said.text for name in (*done, *refused))


def _kept(said: Said) -> bool:
    kept = [each for line in said.lines for each in line.kept]
    names = [name for line in said.lines for name in line.informed]
    return all(word in said.text for word in (*names, *(each.what for each in kept)))


def _complain(said: Said) -> bool:
    names = said.policy.authority.name
    authority = names.get(said.language) or names.get(said.policy.language)
    return (authority or said.policy.contact.email) in said.text


def _court(said: Said) -> bool:
    return all(line.outcome != "refused" for line in said.lines) or _one_of(_COURT)(said)


def _one_of(words: Mapping[str, tuple[str, ...]]) -> Callable[[Said], bool]:
    def is_there(said: Said) -> bool:
        wanted = words.get(said.language)
        return wanted is None or any(word in said.text.lower() for word in wanted)

    return is_there


def _shown(name: str) -> Element:
    def is_there(said: Said) -> bool:
        value = said.fields[name]
        values = value if isinstance(value, tuple) else (value,)
        words = [day_text(each, said.language) if isinstance(each, date) else str(each) for each in values]
        return all(word in said.text for word in words)

    return Element(f"the field {name}", is_there, f"Add {{{{ {name} }}}}.")


REFERENCE = Element(
    "the reference", lambda said: str(said.fields["reference"]) in said.text, "Add {{ reference }}."
)
UNDERSTOOD = Element("what we understood", _understood, 'Add {% include "lines.txt" %} (or .html).')
DUE = Element("the due date", _due, 'Add {% include "lines.txt" %} (or .html), which says it for each right.')
OUTCOME = Element(
    "what was done, and why something was not", _outcome, 'Add {% include "outcomes.txt" %} (or .html).'
)
KEPT = Element(
    "what is kept, and who was told", _kept, 'Add {% include "outcomes.txt" %}, or "names.txt" (or .html).'
)
REASON = Element(
    "the reason",
    lambda said: said.phrase(f"reason.{said.fields['reason']}") in said.text,
    "Add {{ reason | reason }}.",
)
CORRECT = Element(
    "how to set us right", _one_of(_ANSWER), "Say that the reader can reply, or write to you, and about what."
)
COMPLAIN = Element("how to complain", _complain, 'Add {% include "complaint.txt" %} (or .html).')
COURT = Element("the way to a court", _court, 'Add {{ say("letter.court") }}.')

_TAKEN_UP = (UNDERSTOOD, DUE, CORRECT, COMPLAIN)

#: Notice -> what it must say in each medium. The reference goes without saying: where there is one, it is told.
REQUIRED: Mapping[str, tuple[Element, ...]] = {
    "acknowledgement": _TAKEN_UP,
    "complaint_received": (*_TAKEN_UP, _shown("received")),
    "procedure": _TAKEN_UP,
    "code": (UNDERSTOOD, _shown("code")),
    "code_for_agent": (UNDERSTOOD, _shown("code")),
    "document_wanted": (CORRECT,),
    "verified": (UNDERSTOOD, DUE),
    "not_verified": (UNDERSTOOD, DUE),
    "needs_more": (_shown("question"), CORRECT),
    "approved": (UNDERSTOOD, DUE),
    "extension": (*_TAKEN_UP, _shown("why")),
    "refused": (UNDERSTOOD, REASON, KEPT, CORRECT, COMPLAIN, COURT),
    "progress": (OUTCOME, KEPT, DUE, CORRECT),
    "completed": (OUTCOME, KEPT, CORRECT, COMPLAIN, COURT),
    "inquiry_answered": (_shown("answer"), CORRECT, COMPLAIN),
    "hand_over": (_shown("file_names"), CORRECT),
    "hand_over_link": (_shown("link"),),
    "hand_over_code": (_shown("code"),),
    "hand_over_passphrase": (_shown("passphrase"),),
    "hand_over_sealed": (_shown("sealed"),),
    "merged": (UNDERSTOOD, DUE, CORRECT, _shown("into")),
    "reopened": (UNDERSTOOD, DUE),
    "confirm_cancel": (CORRECT,),
    "withdrawn": (CORRECT,),
    "lapsed": (CORRECT,),
    "declined": (COMPLAIN,),
    "reminder": (CORRECT,),
    "unreadable_language": (_shown("answer_by"),),
    "breach_information": (
        *(_shown(name) for name in ("discovered", "happened", "data", "consequences", "measures", "advice")),
        CORRECT,
        COMPLAIN,
    ),
    "policy_change": (_shown("effective"), _shown("changes"), _shown("link"), CORRECT, COMPLAIN),
    "instruction": (_shown("partner"), _shown("person"), DUE, CORRECT),
}


def required_of(name: str, fields: Mapping[str, object]) -> tuple[Element, ...]:
    """What a notice with these fields must say."""
    return (*((REFERENCE,) if "reference" in fields else ()), *REQUIRED.get(name, ()))
