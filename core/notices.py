"""The notices that leave the desk: each with the exact fields its texts may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: Fields that every notice may use; the renderer fills them from the policy.
COMMON: Mapping[str, object] = {
    "organisation": "MentraCere",
    "help_address": "help@example.com",
    "phone": "+84 28 5550 0100",
    "authority": "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05), Bộ Công an",
    "authority_url": "https://authority.example",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One right of a request as a notice tells it."""

    right: str
    due: date
    outcome: str = "open"
    reason: str = ""


_LINES = (Line("access", date(2026, 12, 3)), Line("deletion", date(2026, 12, 11)))
_DONE = (
    Line("access", date(2026, 12, 3), "completed"),
    Line("deletion", date(2026, 12, 11), "refused", "legal_duty"),
)
_REQUEST: dict[str, object] = {"reference": "MC-7K3F-9Q2X", "lines": _LINES}

#: Name of a notice -> its fields, each with a sample. `lines` is a tuple of Line; dates are dates.
NOTICES: Mapping[str, Mapping[str, object]] = {
    "acknowledgement": {
        **_REQUEST,
        "received": date(2026, 11, 23),
        "proof_needed": True,
        "code_hours": 24,
        "on_behalf": "self",
    },
    "code": {
        "reference": "MC-7K3F-9Q2X",
        "code": "4821 9077",
        "minutes": 1440,
        "by_chat": False,
        "lines": _LINES,
    },
    "wrong_code": {"reference": "MC-7K3F-9Q2X", "tries_left": 2},
    "verified": _REQUEST,
    "not_verified": _REQUEST,
    "needs_more": {"reference": "MC-7K3F-9Q2X", "question": "Bạn học lớp nào, vào năm nào?"},
    "approved": _REQUEST,
    "refused": {"reference": "MC-7K3F-9Q2X", "lines": (_DONE[1],), "reason": "legal_duty"},
    "completed": {
        "reference": "MC-7K3F-9Q2X",
        "lines": _DONE,
        "files": True,
        "answer": "Dữ liệu được lưu tại Việt Nam.",
    },
    "hand_over": {"reference": "MC-7K3F-9Q2X", "right": "access", "file_names": ("du-lieu.csv",)},
    "status": {
        "reference": "MC-7K3F-9Q2X",
        "lines": _LINES,
        "status": "verifying",
        "received": date(2026, 11, 23),
    },
    "confirm_cancel": _REQUEST,
    "withdrawn": {"reference": "MC-7K3F-9Q2X", "lines": _LINES},
    "lapsed": {"reference": "MC-7K3F-9Q2X", "days": 10},
    "reopened": _REQUEST,
    "reminder": {"reference": "MC-7K3F-9Q2X", "days_left": 7},
    "unreadable_language": {"reference": "MC-7K3F-9Q2X", "answer_by": date(2026, 11, 26)},
    "too_large": {},
}

#: Coded reasons for a refusal; the texts to each stand with the notices.
REFUSAL_REASONS = (
    "not_on_file",
    "not_proven",
    "unfounded",
    "excessive",
    "legal_duty",
    "others_rights",
    "already_done",
    "out_of_scope",
)


class WrongFields(ValueError):
    """A notice was given fields other than those it declares."""


def check_fields(name: str, fields: Mapping[str, object]) -> None:
    """Raise WrongFields unless `fields` are exactly those that the notice declares."""
    if name not in NOTICES:
        raise WrongFields(f"there is no notice {name!r}; there are: {', '.join(sorted(NOTICES))}")
    missing, extra = NOTICES[name].keys() - fields.keys(), fields.keys() - NOTICES[name].keys()
    if missing or extra:
        raise WrongFields(f"notice {name!r}: missing {sorted(missing)}, not declared {sorted(extra)}")
