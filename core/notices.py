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
class Kept:
    """Data that stay although a right was carried out, or because of which it was not."""

    what: str
    why: str
    #: For how long; nought: until something happens that has no date yet.
    count: int = 0
    unit: str = "years"  # a key of the phrases [span]


@dataclass(frozen=True, slots=True)
class Line:
    """One right of a request as a notice tells it; `due` is the date that binds."""

    right: str
    due: date
    outcome: str = "open"
    reason: str = ""
    kept: tuple[Kept, ...] = ()
    #: Processors and partners who were told of it.
    informed: tuple[str, ...] = ()
    #: The due date that an extension took the place of.
    before: date | None = None


_LINES = (Line("access", date(2026, 12, 3)), Line("deletion", date(2026, 12, 11)))
_DONE = (
    Line("access", date(2026, 12, 3), "completed"),
    Line("correction", date(2026, 12, 3), "completed", informed=("Hoa Sen Print", "Hoa Sen Mail")),
    Line(
        "deletion",
        date(2026, 12, 11),
        "refused",
        "legal_duty",
        (Kept("Payment Records", "Tax and financial compliance requirements", 7),),
    ),
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
    "complaint_received": {
        "reference": "MC-7K3F-9Q2X",
        "lines": (Line("complaint", date(2026, 12, 14)),),
        "received": date(2026, 11, 23),
    },
    "procedure": {**_REQUEST, "proof_needed": True, "on_behalf": "self"},
    "code": {
        "reference": "MC-7K3F-9Q2X",
        "code": "4821 9077",
        "minutes": 1440,
        "by_chat": False,
        "again": False,
        "lines": _LINES,
    },
    "code_for_agent": {
        "reference": "MC-7K3F-9Q2X",
        "code": "4821 9077",
        "minutes": 1440,
        "again": False,
        "lines": _LINES,
    },
    "declined": {"reference": "MC-7K3F-9Q2X"},
    "done_for_agent": {"reference": "MC-7K3F-9Q2X"},
    "wrong_code": {"reference": "MC-7K3F-9Q2X", "tries_left": 2, "shared": False},
    "code_accepted": _REQUEST,
    "document_wanted": {
        "reference": "MC-7K3F-9Q2X",
        "kept_hours": 24,
        "most_files": 5,
        "most_megabytes": 10,
    },
    "document_received": {
        "reference": "MC-7K3F-9Q2X",
        "documents": 1,
        "unusable": 1,
        "kept_hours": 24,
        "most_files": 5,
        "most_megabytes": 10,
    },
    "verified": _REQUEST,
    "not_verified": _REQUEST,
    "needs_more": {"reference": "MC-7K3F-9Q2X", "question": "Bạn học lớp nào, vào năm nào?"},
    "approved": _REQUEST,
    "extension": {
        "reference": "MC-7K3F-9Q2X",
        "lines": (Line("deletion", date(2026, 12, 31), before=date(2026, 12, 11)),),
        "why": "Dữ liệu nằm ở ba hệ thống và một phần phải tra cứu thủ công.",
    },
    "refused": {"reference": "MC-7K3F-9Q2X", "lines": (_DONE[2],), "reason": "legal_duty"},
    "progress": {"reference": "MC-7K3F-9Q2X", "lines": (_DONE[0], _LINES[1]), "files": True},
    "completed": {
        "reference": "MC-7K3F-9Q2X",
        "lines": _DONE,
        "files": True,
        "answer": "Dữ liệu được lưu tại Việt Nam.",
    },
    "inquiry_answered": {"reference": "MC-7K3F-9Q2X", "answer": "Dữ liệu được lưu tại Việt Nam."},
    "hand_over": {"reference": "MC-7K3F-9Q2X", "right": "access", "file_names": ("du-lieu.csv",)},
    "hand_over_link": {
        "reference": "MC-7K3F-9Q2X",
        "link": "https://privacy.example.com/h/0123456789abcdefghjkmnpqrs",
        "hours": 72,
        "opens": 3,
    },
    "hand_over_code": {
        "reference": "MC-7K3F-9Q2X",
        "code": "4821 9077",
        "minutes": 30,
        "by_page": True,
    },
    "hand_over_sealed": {
        "reference": "MC-7K3F-9Q2X",
        "right": "access",
        "sealed": ("MC-7K3F-9Q2X.zip",),
        "hours": 72,
    },
    "hand_over_passphrase": {"reference": "MC-7K3F-9Q2X", "passphrase": "0123a-4567b-89cde-fghjk"},
    "status": {
        "reference": "MC-7K3F-9Q2X",
        "lines": _LINES,
        "status": "verifying",
        "received": date(2026, 11, 23),
    },
    "confirm_cancel": _REQUEST,
    "withdrawn": {"reference": "MC-7K3F-9Q2X", "lines": _LINES, "on_behalf": "self"},
    "lapsed": {"reference": "MC-7K3F-9Q2X", "days": 10, "on_behalf": "self"},
    "merged": {**_REQUEST, "into": "MC-2B4D-6H8J"},
    "reopened": {**_REQUEST, "on_behalf": "self"},
    "reminder": {"reference": "MC-7K3F-9Q2X", "days_left": 7, "on_behalf": "self"},
    "unreadable_language": {"reference": "MC-7K3F-9Q2X", "answer_by": date(2026, 11, 26)},
    "too_large": {},
    "breach_information": {
        "discovered": date(2026, 11, 23),
        "happened": "Một tệp sao lưu bị đặt nhầm ở nơi người ngoài đọc được, từ 20 đến 22/11/2026.",
        "data": ("Họ tên", "Địa chỉ e-mail", "Lịch sử học"),
        "consequences": "Bạn có thể nhận thư giả mạo nhắc đến khóa học của mình.",
        "measures": "Chúng tôi đã gỡ tệp, đóng nơi lưu đó và báo cho cơ quan có thẩm quyền.",
        "advice": "Hãy đổi mật khẩu nếu bạn dùng cùng mật khẩu ở nơi khác.",
    },
    "policy_change": {
        "effective": date(2027, 1, 1),
        "changes": ("Chúng tôi trả lời yêu cầu về dữ liệu cá nhân nhanh hơn.",),
        "link": "https://privacy.example.com/policy",
    },
    "instruction": {
        "reference": "MC-7K3F-9Q2X",
        "partner": "Hoa Sen Mail",
        "right": "deletion",
        "due": date(2026, 12, 9),
        "person": ("lan@example.com",),
        "details": "",
    },
}

#: Notices whose fields their sender gives: they tell of many requests, of none, or tell others than the requester.
GIVEN = frozenset({"breach_information", "policy_change", "instruction"})

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
