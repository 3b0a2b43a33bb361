"""Brings e-mail addresses, phone numbers, account codes and the rest into the form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import phonenumbers

from core.policy_parsing import EMAIL

_REGION = "VN"  # of phone numbers without a country code
_EMAIL = re.compile(EMAIL)
_LANGUAGE = re.compile("[a-z]{2}")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
#: Years in a band: enough to tell a child from an adult by, too many to know anybody by.
_BAND = 5

Form = Callable[[str], str]


def email(written: str) -> str:
    """Lower case without outer blanks; empty where it is no e-mail address."""
    address = written.strip().lower()
    return address if _EMAIL.fullmatch(address) else ""


def phone(written: str) -> str:
    """E.164 ("+84912345678"); empty where it can be no phone number."""
    try:
        number = phonenumbers.parse(written, _REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def account(written: str) -> str:
    """Letters and digits alone, lower case: "HV-0012" is "hv 0012" is "hv0012"."""
    return "".join(letter for letter in written.casefold() if letter.isalnum())


def telegram(written: str) -> str:
    """The digits of a private chat's id, which is the person's; empty for anything else."""
    number = written.strip()
    return number if number.isascii() and number.isdigit() else ""


def all_of(form: Form, written: Iterable[str]) -> frozenset[str]:
    """Every value in its comparable form, those left out that have none."""
    return frozenset(filter(None, map(form, written)))


def language(written: str) -> str:
    """Two small letters (ISO 639-1); empty for anything else."""
    code = written.strip().lower()
    return code if _LANGUAGE.fullmatch(code) else ""


def born(written: str) -> tuple[int, int] | None:
    """The five years that hold a year of birth ("2012" is 2010 to 2014); None where it can be no year."""
    year = int(written) if _YEAR.fullmatch(written.strip()) else 0
    first = year - year % _BAND
    return (first, first + _BAND - 1) if year else None
