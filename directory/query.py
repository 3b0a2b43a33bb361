"""The operator's SELECT: read as one statement that only reads, with the parameters and columns that are allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

import sqlparse
from sqlalchemy import TextClause, text
from sqlparse import tokens

from directory.finding import DirectoryError
from directory.people import Named, Trait
from directory.rows import COLUMNS, KEY

#: Words that no query needs which only reads, outside of quotes and comments.
_WRITES = frozenset({"INTO", "CALL", "EXEC", "EXECUTE"})


def understood(query: str) -> TextClause:
    """The query, ready to be run. Raises DirectoryError where it is more than one SELECT, or names no parameter."""
    # The library declares no types.
    statements: list[Any] = [each for each in sqlparse.parse(query) if not _is_empty(each)]
    if len(statements) != 1 or statements[0].get_type() != "SELECT":
        raise DirectoryError("[directory] query must be one SELECT statement, and nothing else")
    if words := sorted(set(_writing(statements[0].flatten()))):
        raise DirectoryError(
            f"[directory] query must only read; {', '.join(words)} has no place in it (put names into quotes)"
        )
    clause = text(query.strip().rstrip(";"))
    names = set(clause.compile().params)
    if unknown := sorted(names - set(Trait)):
        raise DirectoryError(f"[directory] query has a parameter :{unknown[0]}; {_KNOWN}")
    if not names:
        raise DirectoryError(f"[directory] query selects by nothing; {_KNOWN}")
    return clause


_KNOWN = f"there are {', '.join(f':{trait}' for trait in Trait)}"


def _is_empty(statement: Any) -> bool:
    """Nothing but blanks, comments and a semicolon."""
    return all(
        token.is_whitespace or token.ttype in tokens.Comment or token.value == ";"
        for token in statement.flatten()
    )


def _writing(words: Iterable[Any]) -> Iterable[str]:
    """The key words among them that change something."""
    for word in words:
        kind, name = word.ttype, word.normalized.upper()
        changes = kind in tokens.Keyword.DML and name != "SELECT"
        if changes or kind in tokens.Keyword.DDL or (kind in tokens.Keyword and name in _WRITES):
            yield name


def parameters(clause: TextClause, named: Named) -> list[Mapping[str, str | None]]:
    """The values of each run: several of one trait take a run each; what is not named is NULL."""
    names = [Trait(name) for name in clause.compile().params]
    columns = [sorted(named.get(trait, ())) for trait in names]
    runs = list(zip_longest(*columns)) or [(None,) * len(names)]
    return [dict(zip(names, run, strict=True)) for run in runs]


def check_columns(columns: Iterable[str]) -> None:
    """Refuse what the desk must not learn, and a result without a key. Raises DirectoryError."""
    given = list(columns)
    known = f"it may return {', '.join(COLUMNS)}, and never more"
    if extra := [name for name in given if name not in COLUMNS]:
        raise DirectoryError(f"[directory] query returns the column {', '.join(extra)}; {known}")
    if KEY not in given or len(set(given)) < len(given):
        raise DirectoryError(f"[directory] query must return the column {KEY}, and none twice; {known}")
