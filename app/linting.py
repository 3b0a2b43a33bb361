"""Lists the gaps of a policy against its law, with what to do about each: `privacydesk policy lint`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.chosen_policy import Chosen, chosen
from app.console import bad, ok, say, warn
from app.starting import plain_words
from core.lint import gaps
from core.lint_case import Case, Gap, Severity
from policies.calendars import calendar
from policies.load import load_statute, read_policy, statute_of
from templates.render import Texts


def _remark(text: str) -> None:
    say(f"· {text}")


_SHOW: Mapping[Severity, Callable[[str], None]] = {
    Severity.ERROR: bad,
    Severity.WARNING: warn,
    Severity.NOTE: _remark,
}


def lint(named: str, settings: Path, as_json: bool) -> int:
    """Print the gaps; returns 1 if any of them is an error. Raises Mendable for a policy that cannot be read."""
    with plain_words():
        case = case_of(chosen(named, settings), datetime.now(UTC))
        found = gaps(case)
    if as_json:
        _print_json(case, found)
    else:
        _print(case, found)
    return int(any(gap.severity is Severity.ERROR for gap in found))


def case_of(found: Chosen, now: datetime) -> Case:
    """The policy beside its law, on the day that it is where the company is. Raises PolicyErrors, UnknownCountry or PhraseError."""
    policy = read_policy(found.source)
    return Case(
        policy,
        statute_of(policy),
        load_statute(policy.statute),
        calendar(policy.country, policy.working_days, found.holidays),
        now.astimezone(ZoneInfo(policy.timezone)).date(),
        Texts(policy, found.templates).languages,
    )


def _print(case: Case, found: tuple[Gap, ...]) -> None:
    say(f"{case.policy.name}, under {case.statute.title.get('en', case.statute.name)}\n")
    for gap in found:
        _SHOW[gap.severity](f"{gap.severity}: {gap.problem}.")
        say(f"    {gap.help}  [{gap.where}]", "dim")
    counted = Counter(gap.severity for gap in found)
    if not found:
        ok("no gaps")
        return
    say("\n" + ", ".join(f"{each}s: {counted[each]}" for each in Severity))
    say("Not legal advice: what is found here is for your counsel to judge.")


def _print_json(case: Case, found: tuple[Gap, ...]) -> None:
    counted = Counter(gap.severity for gap in found)
    table = {
        "policy": case.policy.name,
        "statute": case.statute.name,
        "checked_on": case.today.isoformat(),
        **{f"{each}s": counted[each] for each in Severity},
        "gaps": [asdict(gap) for gap in found],
    }
    say(json.dumps(table, ensure_ascii=False, indent=2))
