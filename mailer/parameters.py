"""Reads a header that has parameters, like Content-Type (RFC 2045 5.1, RFC 2231), however it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache
from typing import NamedTuple

from mailer.charsets import decode

#: A longer value, in characters, is cut.
LONGEST_VALUE = 4_000

_MEDIA_TYPE = re.compile(r"\s*\"?([\w!#$&.+^-]+/[\w!#$&.+^-]+)")
_TOKEN = re.compile(r"\s*\"?([\w!#$&.+^-]+)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIMPLE_PARAMETER = re.compile(r';\s*([\w-]+)="?([^";]*)')
#: Behind these a comment may stand; in a file's name a blank is part of it.
_ONE_WORD = frozenset({"charset", "boundary"})


class Value(NamedTuple):
    """What a field says in lower case ("text/plain", "attachment"), and its parameters by name in lower case."""

    main: str
    parameters: Mapping[str, str]


@lru_cache(maxsize=512)
def read_value(field: str, media_type: bool = True) -> Value:
    """A field's value; "text/plain" or nothing where it says nothing that can be read."""
    field = decode(field[:LONGEST_VALUE].encode("utf-8", "surrogateescape"))
    found = (_MEDIA_TYPE if media_type else _TOKEN).match(field)
    main = found[1].lower() if found else "text/plain" if media_type else ""
    continued = "*" in field.partition(";")[2]
    return Value(main, _continued(field) if continued else dict(map(_parameter, _PARAMETER.findall(field))))


def _parameter(found: tuple[str, str, str]) -> tuple[str, str]:
    name, quoted, bare = found
    name = name.lower()
    if bare:
        bare = bare.strip()
        return name, bare.split(None, 1)[0] if name in _ONE_WORD and bare else bare
    return name, _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted


def _continued(field: str) -> dict[str, str]:
    """Parameters with continuations and charsets. Of two forms the one that can bear every letter counts."""
    message: Message = Message()
    message["content-type"] = field
    try:
        named = message.get_params([], "content-type")[1:]
    except (TypeError, ValueError):
        # Python's reader gives up where continuations contradict each other.
        named = _SIMPLE_PARAMETER.findall(field)
    plain_first = sorted(named, key=lambda parameter: isinstance(parameter[1], tuple))
    return {name.lower(): _text(value) for name, value in plain_first}


def _text(value: object) -> str:
    """A parameter as text, whatever form Python's reader gives it."""
    if isinstance(value, tuple):
        value = collapse_rfc2231_value(value)
    return value if isinstance(value, str) else ""
