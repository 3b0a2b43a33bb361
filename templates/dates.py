"""Days and moments as people write them in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _vietnamese(day: date) -> str:
    return f"{_WEEKDAYS['vi'][day.weekday()]}, {day.day:02}/{day.month:02}/{day.year}"


def _english(day: date) -> str:
    return f"{_WEEKDAYS['en'][day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


_DAYS: Mapping[str, Callable[[date], str]] = {"vi": _vietnamese, "en": _english}


def day_text(day: date, language: str) -> str:
    """A day with its weekday: "thứ Năm, 03/12/2026", "Thursday, 3 December 2026"; ISO 8601 elsewhere."""
    return _DAYS.get(language, date.isoformat)(day)


def moment_text(moment: datetime, language: str) -> str:
    """An hour and its day, in the moment's own time zone: "14:05 thứ Năm, 03/12/2026"."""
    return f"{moment:%H:%M} {day_text(moment.date(), language)}"
