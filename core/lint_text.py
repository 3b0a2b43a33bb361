"""Looks for gaps between what a policy asks, offers and names, and what its law wants: all but the terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from core.deadlines import Term, Unit
from core.lint_case import Case, Gap, Severity, named
from core.policy import ProofLevel, SystemKind, Undertaking
from core.requests import Right

#: Rights that do nothing a wrong person could profit by: to ask for proof hinders and protects nobody.
_FREE = (Right.OBJECTION, Right.WITHDRAWAL, Right.COMPLAINT, Right.STOP_SHARING, Right.INQUIRY)
#: By country of the law: the language that people there read.
_LANGUAGES: Mapping[str, str] = {"VN": "vi", "GB": "en", "US": "en", "SG": "en", "BR": "pt"}
#: By statute: from which ages a child is asked too, and asks alone.
_AGES: Mapping[str, tuple[int, int]] = {"vn-pdpl-2026": (7, 16)}
#: Within how many hours the authority hears of a breach, under the laws whose article is known.
_BREACH_HOURS = 72
_PLACEHOLDER = re.compile(r".*[@.](example(\.(com|org|net))?|test|invalid)")


def missing_rights(case: Case) -> Iterator[Gap]:
    """Rights of the law that have no rule, or that the chat's menu does not show."""
    for right in case.statute.terms:
        rule = case.policy.rights.get(right)
        if rule is None:
            hint = f"Add [rights.{right}] with proof and quorum."
            yield Gap(
                Severity.ERROR, f"rights.{right}", f"{named([right])}: a right by law without a rule", hint
            )
        elif not rule.offered:
            problem = f"{named([right])}: a right by law that the guided chat does not offer"
            hint = "Take `offered = false` away, and name the right in your text."
            yield Gap(Severity.WARNING, f"rights.{right}.offered", problem, hint)


def hindering_proof(case: Case) -> Iterator[Gap]:
    """Proof where none is needed, and none where somebody else's data would be handed out."""
    for right, rule in case.policy.rights.items():
        if right in _FREE and rule.proof is not ProofLevel.NONE:
            problem = f'{named([right])}: proof = "{rule.proof}" hinders who asks, and protects nobody'
            hint = 'Write proof = "none"; whoever carries it out still looks for the right person.'
            yield Gap(Severity.WARNING, f"rights.{right}.proof", problem + case.article("obstruct"), hint)
        elif rule.hand_over and rule.proof is ProofLevel.NONE:
            problem = f"{named([right])}: data are handed to whoever asks"
            yield Gap(Severity.ERROR, f"rights.{right}.proof", problem, 'Write proof = "contact", or more.')


def demanded_papers(case: Case) -> Iterator[Gap]:
    """Copies of identity documents by default, and paper where chat and mail count as written."""
    promises = case.policy.promises
    if promises.identity_document:
        problem = (
            "a copy of an identity document is asked of everybody: more than is needed, and sensitive itself"
        )
        hint = "Take that sentence out of your text: a code to the contact on file proves who asks."
        yield Gap(Severity.WARNING, "promises.identity_document", problem + case.article("document"), hint)
    if promises.written_request:
        problem = "the text asks for a written request; mail and chat are written as well"
        hint = (
            "Add to your text that an e-mail or a chat message is enough; the desk takes them all the same."
        )
        yield Gap(Severity.WARNING, "promises.written_request", problem + case.article("written"), hint)


def nothing_kept(case: Case) -> Iterator[Gap]:
    """Deletion without a word of what must stay, and rows that do not say why."""
    rows, where = case.policy.retention, "retention"
    if Right.DELETION in case.policy.rights and not any(row.reason for row in rows):
        problem = "deletion: no row says what must be kept, and why; a refusal could name no reason"
        hint = "Add a [[retention]] row with a reason for each, for example for invoices and contracts."
        yield Gap(Severity.WARNING, where, problem + case.article("keep"), hint)
        return
    if silent := ", ".join(row.data for row in rows if not row.reason):
        yield Gap(Severity.NOTE, where, f"{silent}: kept without a reason", "Add reason to each.")


def whom_to_complain_to(case: Case) -> Iterator[Gap]:
    """The authority, and where to find it."""
    authority = case.policy.authority
    for language in case.policy.languages:
        if not authority.name.get(language):
            problem = f"no authority is named in {language!r}" + case.article("complain")
            yield Gap(
                Severity.ERROR, f"authority.name.{language}", problem, "Name the one that complaints go to."
            )
    if not authority.url:
        problem = "people are not told where to find the authority"
        yield Gap(Severity.NOTE, "authority.url", problem, "Add its address, beginning with https://.")


def leaks(case: Case) -> Iterator[Gap]:
    """Who is told of a leak, and by when whom it concerns."""
    contact, hours = case.policy.contact, case.policy.promises.breach_hours
    if not contact.breach:
        problem = "nobody is named who is told of a leak" + case.article("breach")
        yield Gap(
            Severity.WARNING,
            "contact.breach",
            problem,
            "Add the mail address of who acts on it, also at night.",
        )
    if hours is None:
        problem = "the text does not say by when people are told of a leak that concerns them"
        hint = "Say it in your text, and write it as promises.breach_hours."
        yield Gap(Severity.NOTE, "promises.breach_hours", problem, hint)
    elif article := case.article("breach"):
        problem = f"people are promised to hear within {hours} hours; the law wants the authority to within {_BREACH_HOURS}{article}"
        yield Gap(Severity.NOTE, "promises.breach_hours", problem, "These are two duties: plan for both.")


def languages(case: Case) -> Iterator[Gap]:
    """The language of the law's country, and texts for each of the policy's languages."""
    policy, own = case.policy, _LANGUAGES.get(case.statute.country, "")
    if own and own not in policy.languages:
        problem = f"people under this law are not answered in {own!r}"
        yield Gap(Severity.WARNING, "languages", problem, f'Add "{own}" to languages, and the texts for it.')
    for language in policy.languages:
        if language not in case.spoken:
            problem = f"there are no texts in {language!r}; {policy.language!r} is spoken instead"
            hint = f"Write them in your own folder: notices/{language} and phrases/{language}.toml."
            yield Gap(Severity.WARNING, "languages", problem, hint)


def contradictions(case: Case) -> Iterator[Gap]:
    """A text that says both that data are shared and that they are not; pictures whose showing cannot be ended."""
    sharing, rule = case.policy.sharing, case.policy.rights.get(Right.STOP_SHARING)
    if Undertaking.SHARE in sharing.never and sharing.partners:
        problem = f"the text says that nothing is shared, and names with whom: {', '.join(sharing.partners)}"
        hint = "Mend your text: people must be able to rely on one of both."
        yield Gap(Severity.WARNING, "sharing.never", problem, hint)
    if sharing.pictures and not (rule and rule.offered):
        problem = "customers' pictures are shown to others, and the chat does not offer to stop it"
        yield Gap(Severity.WARNING, "sharing.pictures", problem, "Let [rights.stop_sharing] be offered.")


def contact(case: Case) -> Iterator[Gap]:
    """An address that nobody can write to."""
    email = case.policy.contact.email
    if _PLACEHOLDER.fullmatch(email.lower()):
        problem = f"{email} is a placeholder: people's letters to it are lost"
        yield Gap(Severity.WARNING, "contact.email", problem, "Name an address that somebody reads.")


def ages(case: Case) -> Iterator[Gap]:
    """Children who would not be asked, or asked alone, although the law wants it otherwise."""
    asked, alone = _AGES.get(case.statute.name, (99, 0))
    found = case.policy.children
    if found.consent_from > asked:
        problem = (
            f"a child is asked too from {found.consent_from}, the law has it from {asked}"
            + case.article("ages")
        )
        yield Gap(Severity.ERROR, "children.consent_from", problem, f"Write {asked}, or less.")
    if found.adult_from < alone:
        problem = f"a child asks alone from {found.adult_from}; one below {alone} is represented by law"
        yield Gap(
            Severity.ERROR, "children.adult_from", problem + case.article("ages"), f"Write {alone}, or more."
        )


def systems(case: Case) -> Iterator[Gap]:
    """Rights that nothing would be done for, and others who cannot be told."""
    if not case.policy.systems:
        problem = "no system is named that holds personal data: there is nothing to tick off when a right is carried out"
        yield Gap(
            Severity.NOTE, "systems", problem, "Add a [[systems]] entry for each, as in the shipped examples."
        )
        return
    covered = {right for system in case.policy.systems for right in system.rights}
    if bare := [right for right in (Right.CORRECTION, Right.DELETION) if right not in covered]:
        problem = f"{named(bare)}: no system acts for it"
        yield Gap(Severity.WARNING, "systems", problem, "Add it to the rights of those that hold the data.")
    mute = [
        each.name for each in case.policy.systems if each.kind is not SystemKind.INTERNAL and not each.contact
    ]
    if mute:
        problem = f"{', '.join(mute)}: no address for instructions" + case.article("pass_on")
        yield Gap(Severity.NOTE, "systems", problem, "Add contact, so that they can be told by letter.")
    yield from _hasty(case)


def _hasty(case: Case) -> Iterator[Gap]:
    """Systems that would have to act before the request has come."""
    for number, system in enumerate(case.policy.systems, 1):
        rushed = [right for right in system.rights if _at_most(case.statute.terms.get(right)) <= system.days]
        if rushed:
            problem = f"{system.name}: must act {system.days} days before the due date, which leaves no day for {named(rushed)}"
            yield Gap(Severity.WARNING, f"systems.{number}.days", problem, "Write fewer days.")


def _at_most(term: Term | None) -> float:
    """The fewest calendar days that a term may be."""
    if term is None:
        return float("inf")
    return term.count * {Unit.HOURS: 1 / 24, Unit.DAYS: 1, Unit.WORKING_DAYS: 1, Unit.MONTHS: 28}[term.unit]
