"""Refuses notices that leave out what they must say, or say what no reader should see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateError, meta
from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.notices import COMMON, NOTICES
from core.policy import Policy
from templates.check import broken, unread
from templates.render import MEDIA, Texts
from templates.required import Said, required_of
from templates.samples import combinations, samples

#: RFC 5322 section 2.1.1: a line should be no longer, and mail programs cut off the rest.
LONGEST_SUBJECT = 78
#: What templates can use without its being declared.
_ALWAYS = {*COMMON, "language", "say", "self"}
#: What no reader should see, and what it looks like to the one who mends it.
_MACHINE = (
    (re.compile(r"\{\{|\}\}|\{%|%\}|\{#"), "a placeholder that was not filled in"),
    (re.compile(r"\b(?:None|True|False|[Uu]ndefined)\b"), "a value that was not put into words"),
    (re.compile(r"\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b"), "a name meant for machines"),
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"), "a date as machines write it"),
)
_ADDRESSES = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+")
#: What a mail program would fetch, or let act, when it shows the letter.
_ACTIVE = "script, iframe, frame, object, embed, form, link, base, meta[http-equiv=refresh]"
_SOURCES = {"src", "srcset", "background", "poster", "data", "action", "formaction", "ping"}
_FETCHING = re.compile(r"url\s*\(|@import", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file below the templates, and how to mend it."""

    file: str
    what: str
    mend: str


def faults(
    texts: Texts, policy: Policy, override: Path | None = None, names: Collection[str] = NOTICES.keys()
) -> list[Fault]:
    """Everything that is wrong with the notices of these names, by file.

    `override` is the company's own folder: what stands there and no notice reads is a fault too.
    """
    found = [Fault(place, what, "Mend the template.") for place, what in broken(texts, names)]
    found += [
        Fault(file, "no notice reads this file", "Rename or remove it.") for file in unread(texts, override)
    ]
    for name in names:
        found += _fields(texts, name, sorted(texts.languages))
        for language in sorted(texts.languages):
            found += _rendered(texts, policy, name, language)
    return sorted(dict.fromkeys(found), key=lambda fault: fault.file)


# --- fields ---------------------------------------------------------------------------------------


def _used(environment: Environment, file: str) -> set[str] | None:
    """The fields that a file and what it includes use; None where it cannot be read."""
    assert environment.loader is not None
    try:
        source, _, _ = environment.loader.get_source(environment, file)
        tree = environment.parse(source)
        fields = meta.find_undeclared_variables(tree) - _ALWAYS
    except TemplateError:
        return None
    for other in meta.find_referenced_templates(tree):
        # The frame asks for its own where a notice has them; what is included sees the loop around it.
        if other and not other.startswith("layout."):
            fields |= (_used(environment, other) or set()) - {"line"}
    return fields


def _fields(texts: Texts, name: str, languages: list[str]) -> Iterator[Fault]:
    used = {
        (language, medium): _used(texts.environment, f"{language}/{name}/{medium}")
        for language in languages
        for medium in MEDIA
    }
    known = {place: fields for place, fields in used.items() if fields is not None}
    for (language, medium), fields in known.items():
        if unknown := fields - NOTICES[name].keys():
            mend = f"There are: {', '.join(sorted(NOTICES[name].keys() | COMMON.keys()))}."
            yield Fault(_file(language, name, medium), f"unknown fields: {_list(unknown)}", mend)
    yield from _differing(known, name, languages)


def _differing(known: Mapping[tuple[str, str], set[str]], name: str, languages: list[str]) -> Iterator[Fault]:
    first = languages[0]
    for medium in MEDIA:
        for language in languages[1:]:
            odd = known.get((first, medium), set()) ^ known.get((language, medium), set())
            if odd and {(first, medium), (language, medium)} <= known.keys():
                what = f"uses other fields than {_file(first, name, medium)}: {_list(odd)}"
                yield Fault(_file(language, name, medium), what, "Say the same in every language.")
    for language in languages:
        odd = known.get((language, "body.txt"), set()) ^ known.get((language, "body.html"), set())
        if odd and {(language, "body.txt"), (language, "body.html")} <= known.keys():
            what = f"uses other fields than body.txt: {_list(odd)}"
            yield Fault(_file(language, name, "body.html"), what, "Say the same in both.")


# --- texts ----------------------------------------------------------------------------------------


def _rendered(texts: Texts, policy: Policy, name: str, language: str) -> Iterator[Fault]:
    try:
        for fields in combinations(name):
            yield from _readable(texts, policy, name, language, fields)
        for sample in samples(name):
            yield from _complete(texts, policy, name, language, sample.fields)
    except TemplateError:
        return  # told as broken


def _readable(
    texts: Texts, policy: Policy, name: str, language: str, fields: Mapping[str, object]
) -> Iterator[Fault]:
    for medium, text in _media(texts, name, language, fields).items():
        file = _file(language, name, medium)
        plain = _ADDRESSES.sub("", _text_of(text) if medium == "body.html" else text)
        for pattern, what in _MACHINE:
            if hit := pattern.search(plain):
                yield Fault(
                    file, f"{what}: {hit[0]!r}", "Write it in words, or let a filter do it: | day, | right."
                )
        if medium == "subject.txt" and len(text) > LONGEST_SUBJECT:
            what = f"the subject has {len(text)} characters; at most {LONGEST_SUBJECT} are shown whole"
            yield Fault(file, what, "Shorten it.")
        if medium == "body.html":
            yield from (
                Fault(file, f"remote content: {what}", "Letters load nothing and link to the authority only.")
                for what in _remote(text, _allowed(policy, fields))
            )


def _complete(
    texts: Texts, policy: Policy, name: str, language: str, fields: Mapping[str, object]
) -> Iterator[Fault]:
    for medium, text in _media(texts, name, language, fields).items():
        if medium == "subject.txt":
            continue
        plain = _text_of(text) if medium == "body.html" else text
        said = Said(_joined(plain), language, fields, texts, policy)
        for element in required_of(name, fields):
            if not element.is_there(said):
                yield Fault(_file(language, name, medium), f"does not say {element.what}", element.mend)


def _media(texts: Texts, name: str, language: str, fields: Mapping[str, object]) -> dict[str, str]:
    mail, chat = (texts.notice(name, language, fields, chat) for chat in (False, True))
    return {"subject.txt": mail.subject, "body.txt": mail.text, "body.html": mail.html, "chat.txt": chat.text}


def _text_of(html: str) -> str:
    main = LexborHTMLParser(html).css_first("main")
    return main.text(separator=" ") if main else ""


def _joined(text: str) -> str:
    """Without what a mark-up puts between words and before a full stop."""
    return re.sub(r" (?=[.,;:)])", "", " ".join(text.split()))


def _allowed(policy: Policy, fields: Mapping[str, object]) -> set[str]:
    return {policy.authority.url, str(fields.get("link", ""))} - {""}


def _remote(html: str, allowed: set[str]) -> Iterator[str]:
    tree = LexborHTMLParser(html)
    yield from (f"<{node.tag}>" for node in tree.css(_ACTIVE))
    if found := _FETCHING.search(html):
        yield found[0]
    for node in tree.css("*"):
        yield from _links(node, allowed)


def _links(node: LexborNode, allowed: set[str]) -> Iterator[str]:
    for name, value in node.attributes.items():
        if name in _SOURCES or name.startswith("on"):
            yield f"{name}={value}"
        elif (
            name.rpartition(":")[2] == "href"
            and value not in allowed
            and not (value or "").startswith("mailto:")
        ):
            yield f"href={value}"


def _file(language: str, name: str, medium: str) -> str:
    return f"notices/{language}/{name}/{medium}"


def _list(fields: set[str]) -> str:
    return ", ".join(sorted(fields))
