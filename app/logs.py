"""Logs: one JSON object a line with an event's name, and never an address, a text, a code or a token."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog


def set_up_logs(level: str) -> None:
    """Send the desk's own events to standard error; of the libraries only what is wrong, and only where."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_kind_of_error,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: _StandardError(),
    )
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)


def where(error: BaseException) -> str:
    """The places that an error came through, as modules and lines, the innermost last."""
    places: list[str] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places)


class _StandardError:
    """Writes lines to standard error. A full disk must not end what the log only tells about."""

    def msg(self, line: str) -> None:
        # One call for the whole line: the store's threads write here too.
        with suppress(OSError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


class _Libraries(logging.Handler):
    """What libraries complain of: their texts may quote mail, tokens, passwords, so only the place is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger().bind(library=record.name, where=f"{record.module}:{record.lineno}")
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            log = log.bind(error=type(error).__name__)
        (log.error if record.levelno >= logging.ERROR else log.warning)("library_complains")


def _only_kind_of_error(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's text may quote a message: only its kind is kept."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
    return event
