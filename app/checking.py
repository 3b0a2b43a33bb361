"""`privacydesk check`: tries everything that the desk needs, and says in plain words how to mend it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from app.console import Mendable, bad, ok, print_error, say, warn
from app.settings import Settings
from app.starting import loaded, plain_words
from core.policy import Policy, slower_than_law, unconfirmed


class State(StrEnum):
    """How something was found."""

    WELL = "well"
    LOOK = "look"  # works, and wants a look
    WRONG = "wrong"


class Line(NamedTuple):
    """One thing that was looked at."""

    state: State
    what: str
    words: str


_SHOW = {State.WELL: ok, State.LOOK: warn, State.WRONG: bad}


def check_everything(path: Path) -> int:
    """Look at all of it, print a line each; returns the exit code."""
    try:
        settings = loaded(path)
    except Mendable as problem:
        print_error(str(problem))
        return 1
    ok(f"settings: {path}")
    wrong = 0
    for line in _lines(settings):
        _SHOW[line.state](f"{line.what}: {line.words}")
        wrong += line.state is State.WRONG
    say(f"\nTo mend: {wrong}. Then check again." if wrong else "\nThe desk can start: privacydesk run")
    return 1 if wrong else 0


def _lines(settings: Settings) -> Iterator[Line]:
    """Every finding as soon as it is known."""
    from policies.load import load_policy

    yield from _keys(settings)
    yield from _database(settings)
    yield from _directory(settings)
    try:
        with plain_words():
            policy = load_policy(settings.policy)
    except Mendable as problem:
        yield Line(State.WRONG, "policy", str(problem))
        return
    yield from _policy(settings, policy)
    yield from _texts(settings, policy)
    yield from _mail(settings, policy)
    yield from _telegram(settings)
    yield from _web(settings)
    yield _staff(settings, policy)


def _line(what: str, well: bool, words: str) -> Line:
    return Line(State.WELL if well else State.WRONG, what, words)


def _keys(settings: Settings) -> Iterator[Line]:
    from storage.sealing import load_master_key

    try:
        with plain_words():
            load_master_key(settings.data.master_key_file)
    except Mendable as problem:
        yield Line(State.WRONG, "master key", str(problem))
        return
    yield Line(State.WELL, "master key", f"{settings.data.master_key_file} is closed to other users")


def _database(settings: Settings) -> Iterator[Line]:
    from storage.migrate import pending_migrations

    try:
        with plain_words():
            pending = pending_migrations(settings.data.database)
    except Mendable as problem:
        yield Line(State.WRONG, "database", str(problem))
        return
    words = "opens; `privacydesk run` will bring it up to date" if pending else "up to date"
    yield Line(State.WELL, "database", words)
    if not pending:
        yield from _own_key(settings)


def _own_key(settings: Settings) -> Iterator[Line]:
    """Whether the key and the database belong together; a key that cannot be read was told of before."""
    from app.keeping import on_own_store
    from storage.rotating import old_key_file

    async def nothing_more(store: object) -> None:
        return None

    try:
        on_own_store(settings.data, nothing_more)
    except Mendable as problem:
        if settings.data.master_key_file.is_file():
            yield Line(State.WRONG, "master key", str(problem))
        return
    old = old_key_file(settings.data.master_key_file)
    if old.exists():
        words = f"{old} is still there. When the desk works under the new key, destroy it: shred -u {old}"
        yield Line(State.LOOK, "master key", words)


def _directory(settings: Settings) -> Iterator[Line]:
    from app.people_on_file import findings

    fit, *remarks = asyncio.run(findings(settings.directory))
    yield _line(*fit)
    yield from (Line(State.LOOK, f"people on file, {what}", words) for what, _, words in remarks)


def _policy(settings: Settings, policy: Policy) -> Iterator[Line]:
    yield Line(State.WELL, "policy", f"{policy.name}, under {policy.statute}")
    yield from _promises(policy)
    yield _holidays(settings, policy, datetime.now(UTC).year)


def _holidays(settings: Settings, policy: Policy, year: int) -> Line:
    from policies.calendars import provisional, workdays

    try:
        with plain_words():
            workdays(policy.country, policy.working_days, settings.holidays)
            doubt = provisional(policy.country, year, settings.holidays)
    except Mendable as problem:
        return Line(State.WRONG, "holidays", str(problem))
    return Line(State.LOOK if doubt else State.WELL, "holidays", doubt or f"known for {policy.country}")


def _promises(policy: Policy) -> Iterator[Line]:
    """Not a fault of the set-up: the earlier date binds all the same."""
    from policies.load import statute_of

    statute = statute_of(policy)
    slower: defaultdict[str, list[str]] = defaultdict(list)
    for right in slower_than_law(policy, statute):
        terms = f"you promise {policy.rights[right].promise}, the law allows {statute.terms[right]}"
        slower[terms].append(right.value.replace("_", " "))
    for terms, rights in slower.items():
        words = f"{', '.join(rights)}: {terms}. The desk keeps the earlier date."
        yield Line(State.LOOK, "policy", words)
    doubted = [right.value.replace("_", " ") for right in unconfirmed(policy, statute)]
    if doubted:
        words = f"{', '.join(doubted)}: the law's number is unconfirmed. Ask your counsel; `privacydesk deadline` says why."
        yield Line(State.LOOK, "policy", words)


def _texts(settings: Settings, policy: Policy) -> Iterator[Line]:
    from templates.check import template_problems
    from templates.render import Texts

    try:
        with plain_words():
            texts = Texts(policy, settings.templates)
    except Mendable as problem:
        yield Line(State.WRONG, "texts", str(problem))
        return
    problems = template_problems(texts, settings.templates)
    yield from (Line(State.WRONG, "texts", problem) for problem in problems)
    missing = {*policy.languages, settings.staff_language} - texts.languages
    if missing:
        words = f"there are none in {', '.join(sorted(missing))}; {policy.language} is spoken instead"
        yield Line(State.LOOK, "texts", words)
    if not problems:
        yield Line(State.WELL, "texts", f"complete in {', '.join(sorted(texts.languages))}")


def _mail(settings: Settings, policy: Policy) -> Iterator[Line]:
    if settings.mail is None:
        return
    from app.channels import mail_settings
    from mailer.check import check_mail

    yield from (_line(*finding) for finding in asyncio.run(check_mail(mail_settings(settings, policy))))


def _telegram(settings: Settings) -> Iterator[Line]:
    if settings.telegram is None:
        return
    from app.channels import bot_settings
    from bot.check import check_telegram

    yield from (_line(*finding) for finding in asyncio.run(check_telegram(bot_settings(settings))))


def _web(settings: Settings) -> Iterator[Line]:
    """Whether the one-time page can listen; what stands before it is the operator's."""
    if settings.web is None:
        words = "there is none: results go by mail as encrypted ZIP files, with a passphrase. See [web]."
        yield Line(State.WELL, "one-time page", words)
        return
    from app.web.server import can_listen

    try:
        with plain_words():
            can_listen(settings.web.host, settings.web.port)
    except Mendable as problem:
        yield Line(State.LOOK, "one-time page", f"{problem} (A desk that runs listens there already.)")
        return
    words = f"can listen on {settings.web.listen}; links begin with {settings.web.public_url}/h/"
    yield Line(State.WELL, "one-time page", words)


def _staff(settings: Settings, policy: Policy) -> Line:
    """Enough people to approve: a request that nobody may approve would wait for ever."""
    if settings.telegram is None:
        words = "nobody can work with requests: staff see and decide them in Telegram. Add [telegram]."
        return Line(State.WRONG, "staff", words)
    approvers = sum(member.role in ("approver", "lead") for member in settings.staff)
    needed = max(max(rule.quorum, rule.identity_quorum) for rule in policy.rights.values())
    if approvers >= needed:
        return Line(State.WELL, "staff", f"named: {len(settings.staff)}; may approve: {approvers}")
    words = (
        f"the policy wants {needed} to approve a request; those who may: {approvers}."
        ' Add [[staff]] entries with role = "approver" or "lead", or lower the quorum in the policy.'
    )
    return Line(State.WRONG, "staff", words)
