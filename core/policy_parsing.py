"""Reads policies and statutes from plain tables, and names every mistake at once, with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from core import policy_values
from core.counsel import Counsel
from core.deadlines import Provenance, Statute, Term
from core.policy import (
    Agents,
    Authority,
    Caps,
    Children,
    Contact,
    Policy,
    Promises,
    ProofLevel,
    RetentionRow,
    RightRule,
    Sharing,
    Verification,
)
from core.policy_commitments import LAW, PROMISES, SHARING, SYSTEM, one_name_each
from core.policy_representation import AGENTS, CHILDREN
from core.policy_times import BOARD, ESCALATION, BoardRule, Escalation
from core.policy_values import read_term
from core.quiet import QUIET, Quiet
from core.requests import Right
from core.retention import DeskRetention, read_desk_retention
from core.schema import (
    Key,
    Problem,
    Reader,
    Wrong,
    by_name,
    choice,
    day,
    several,
    table,
    text,
    whole,
    wrong,
    yes_no,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS_HINT = 'For example: ["mon", "tue", "wed", "thu", "fri"].'
EMAIL = policy_values.EMAIL
_DURATION = r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"


class PolicyErrors(Exception):
    """Everything that is wrong with a policy or statute file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse_policy(data: Mapping[str, object]) -> Policy:
    """The policy that a file's tables say. Raises PolicyErrors with all mistakes."""
    policy: Policy = _parse(_POLICY, data)
    return policy


def parse_statute(data: Mapping[str, object]) -> Statute:
    """The statute that a file's tables say. Raises PolicyErrors with all mistakes."""
    statute: Statute = _parse(_STATUTE, data)
    return statute


def _parse(read: Reader, data: Mapping[str, object]) -> Any:
    try:
        return read(data)
    except Wrong as error:
        raise PolicyErrors(error.problems) from None


def _read_weekdays(value: object) -> frozenset[int]:
    names = several(text("|".join(WEEKDAYS), f"One of {', '.join(WEEKDAYS)}."), 1, _WEEKDAYS_HINT)(value)
    return frozenset(WEEKDAYS.index(name) for name in names)


def _rights(**rules: Any) -> dict[Right, Any]:
    return {Right(name): rule for name, rule in rules.items() if rule is not None}


def _policy(**values: Any) -> Policy:
    policy = Policy(**values)
    hint = "Name it in every language of the policy."
    unnamed = [
        Problem(f"authority.name.{language}", "is missing", hint)
        for language in policy.languages
        if language not in policy.authority.name
    ]
    if problems := (*unnamed, *one_name_each(policy.systems)):
        raise Wrong(*problems)
    return policy


def _statute(acknowledge: Term | None, rights: Mapping[Right, Mapping[str, Any]], **rest: Any) -> Statute:
    def column(key: str) -> dict[Right, Any]:
        return {right: row[key] for right, row in rights.items() if row[key] is not None}

    return Statute(
        acknowledge=acknowledge,
        terms=column("term"),
        third_party=column("third_party"),
        extensions=column("extension"),
        provenance={right: Provenance(row["source"], row["sure"]) for right, row in rights.items()},
        **rest,
    )


_LANGUAGE = text(r"[a-z]{2}", 'Two small letters (ISO 639-1), for example "vi".')
_URL = text(r"https://\S+", "An address that begins with https://.")
_SURE = text("P|V2|V1|INF|MEM|CONFLICT", "One of P, V2, V1, INF, MEM, CONFLICT.")

_RIGHT_RULE = table(
    RightRule,
    {
        "proof": Key(choice(ProofLevel)),
        "quorum": Key(whole(1, 9)),
        "promise": Key(read_term, None),
        "complex": Key(read_term, None),
        "identity_quorum": Key(whole(1, 9), 1),
        "hand_over": Key(yes_no, False),
        "offered": Key(yes_no, True),
    },
)

_CONTACT = table(
    Contact,
    {
        "email": Key(text(EMAIL, 'An e-mail address, for example "help@example.com".')),
        "phone": Key(text(), ""),
        "post": Key(text(), ""),
        "breach": Key(text(EMAIL, 'An e-mail address, for example "security@example.com".'), ""),
    },
)

_VERIFICATION = table(
    Verification,
    {
        "tries": Key(whole(1, 10), Verification().tries),
        "codes_day": Key(whole(1, 10), Verification().codes_day),
        "resend_seconds": Key(whole(1, 24 * 60 * 60), Verification().resend_seconds),
        "code_minutes_mail": Key(whole(5, 7 * 24 * 60), Verification().code_minutes_mail),
        "code_minutes_chat": Key(whole(1, 24 * 60), Verification().code_minutes_chat),
        "window_days": Key(whole(1, 90), Verification().window_days),
        "reminder_days": Key(several(whole(1, 90)), Verification().reminder_days),
    },
)

_CAPS = table(Caps, {cap.name: Key(whole(1, 1_000_000), cap.default) for cap in fields(Caps)})


def _read_pattern(value: object) -> str:
    """A regular expression that can be compiled and does not match nothing."""
    hint = "A regular expression between single quotes, for example 'HV-\\d{4}'."
    try:
        if not isinstance(value, str) or re.compile(value).fullmatch(""):
            raise wrong("does not describe a code", hint)
    except re.error:
        raise wrong("is no regular expression", hint) from None
    return value


_RETENTION_ROW = table(
    RetentionRow,
    {
        "data": Key(text()),
        "period": Key(
            text(_DURATION + r"|until:[a-z_]+", 'A duration like "P5Y" or "P90D", or "until:some_event".')
        ),
        "after": Key(text(r"[a-z_]+", 'An event in small letters, for example "course_completion".'), ""),
        "reason": Key(text(), ""),
    },
)

_POLICY = table(
    _policy,
    {
        "name": Key(text()),
        "prefix": Key(text(r"[A-Z]{2,4}", 'Two to four capital letters, for example "MC".')),
        "languages": Key(several(_LANGUAGE, 1, 'For example: ["vi", "en"].')),
        "timezone": Key(text(r"[A-Za-z_]+(/[A-Za-z_+\-0-9]+)*", 'For example "Asia/Ho_Chi_Minh".')),
        "country": Key(text(r"[A-Z]{2}", 'Two capital letters (ISO 3166-1), for example "VN".'), "VN"),
        "statute": Key(text()),
        "working_days": Key(_read_weekdays, frozenset(range(5))),
        "contact": Key(_CONTACT),
        "authority": Key(table(Authority, {"name": Key(by_name(text())), "url": Key(_URL, "")})),
        "verification": Key(_VERIFICATION, Verification()),
        "caps": Key(_CAPS, Caps()),
        "children": Key(CHILDREN, Children()),
        "agents": Key(AGENTS, Agents()),
        "rights": Key(table(_rights, {right.value: Key(_RIGHT_RULE) for right in Right})),
        "retention": Key(several(_RETENTION_ROW), ()),
        "desk_retention": Key(read_desk_retention, DeskRetention()),
        "documents": Key(by_name(_URL), {}),
        "law": Key(LAW, Counsel()),
        "promises": Key(PROMISES, Promises()),
        "sharing": Key(SHARING, Sharing()),
        "systems": Key(several(SYSTEM), ()),
        "board": Key(BOARD, BoardRule()),
        "escalation": Key(ESCALATION, Escalation()),
        "quiet": Key(QUIET, Quiet()),
        "words": Key(by_name(by_name(text())), {}),
        "account_codes": Key(several(_read_pattern), ()),
    },
)

_STATUTE_RIGHT = table(
    dict,
    {
        "term": Key(read_term),
        "third_party": Key(read_term, None),
        "extension": Key(read_term, None),
        "source": Key(text()),
        "sure": Key(_SURE),
    },
)

_STATUTE = table(
    _statute,
    {
        "name": Key(text(r"[a-z0-9\-]+", 'Small letters, digits and hyphens: "vn-pdpl-2026".')),
        "title": Key(by_name(text())),
        "acknowledge": Key(read_term, None),
        "country": Key(text(r"[A-Z]{2}", 'Two capital letters (ISO 3166-1), for example "VN".'), ""),
        "timezone": Key(text(r"[A-Za-z_]+(/[A-Za-z_+\-0-9]+)*", 'For example "Asia/Ho_Chi_Minh".'), "UTC"),
        "since": Key(day, None),
        "until": Key(day, None),
        "rolls": Key(text(), ""),
        "predecessor": Key(text(r"[a-z0-9\-]+"), ""),
        "rights": Key(table(_rights, {right.value: Key(_STATUTE_RIGHT, None) for right in Right})),
    },
)
