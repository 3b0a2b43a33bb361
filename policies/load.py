"""Loads policies and statutes from their TOML files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from core.counsel import as_counsel_reads_it
from core.deadlines import Statute
from core.policy import Policy, undated
from core.policy_parsing import PolicyErrors, parse_policy, parse_statute
from core.schema import Problem, closest

_HERE = Path(__file__).parent
_STATUTES = _HERE / "statutes"


def load_policy(source: str | Path) -> Policy:
    """The policy of that name among those shipped ("mentracere"), or of that file ("policy.toml").

    Raises PolicyErrors with everything that is wrong, also where the file's statute or time zone is
    unknown, or where neither the law nor the policy says when a right is due.
    """
    policy = read_policy(source)
    if problems := _undated(policy):
        raise PolicyErrors(problems)
    return policy


def read_policy(source: str | Path) -> Policy:
    """As load_policy does, yet a right may be without any term: for those who look for gaps. Raises PolicyErrors."""
    policy = parse_policy(read_toml(_policy_path(source)))
    if problems := (*_statute_problems(policy), *_timezone_problems(policy)):
        raise PolicyErrors(problems)
    return policy


def statute_of(policy: Policy) -> Statute:
    """The terms of a policy's law, with the numbers of the company's counsel before its own. Raises PolicyErrors."""
    return as_counsel_reads_it(load_statute(policy.statute), policy.law)


def load_statute(name: str) -> Statute:
    """The terms of a law by its name. Raises PolicyErrors."""
    if name not in statute_names():
        raise PolicyErrors((_unknown_statute(name),))
    return parse_statute(read_toml(_STATUTES / f"{name}.toml"))


def policy_names() -> tuple[str, ...]:
    """The policies that are shipped as examples."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def statute_names() -> tuple[str, ...]:
    """The laws whose terms are known."""
    return tuple(sorted(path.stem for path in _STATUTES.glob("*.toml")))


def policy_text(name: str) -> str:
    """The file of a shipped policy with its comments, to begin a new one from."""
    return (_HERE / f"{name}.toml").read_text(encoding="utf-8")


def read_toml(path: Path) -> dict[str, object]:
    """The tables of a file. Raises PolicyErrors where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be opened") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"it is no TOML: {error}") from None


def _policy_path(source: str | Path) -> Path:
    if isinstance(source, str) and "/" not in source and not source.endswith(".toml"):
        if source not in policy_names():
            hint = closest(source, list(policy_names())) + ' A file is named with its ending: "policy.toml".'
            raise PolicyErrors((Problem("", f"there is no policy {source!r}", hint),))
        return _HERE / f"{source}.toml"
    return Path(source)


def _unreadable(path: Path, why: str) -> PolicyErrors:
    return PolicyErrors((Problem("", f"{path.name} cannot be read: {why}", "Mend the file and try again."),))


def _unknown_statute(name: str) -> Problem:
    return Problem("statute", f"there is no statute {name!r}", closest(name, list(statute_names())))


def _statute_problems(policy: Policy) -> tuple[Problem, ...]:
    return () if policy.statute in statute_names() else (_unknown_statute(policy.statute),)


def _undated(policy: Policy) -> tuple[Problem, ...]:
    hint = 'The law names no term for it: write for example promise = "15 days".'
    return tuple(
        Problem(f"rights.{right}.promise", "is missing", hint)
        for right in undated(policy, statute_of(policy))
    )


def _timezone_problems(policy: Policy) -> tuple[Problem, ...]:
    try:
        ZoneInfo(policy.timezone)
    except (OSError, ValueError, KeyError):
        return (Problem("timezone", "is not known", 'For example "Asia/Ho_Chi_Minh".'),)
    return ()
