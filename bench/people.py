"""Invented people who write to the help address, most of them on file."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.people_on_file import Customer

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLE = ("Thị", "Văn", "Minh", "Thu", "Quốc", "Ngọc", "Đức", "Thanh", "Hữu", "Khánh")
_GIVEN = ("Lan", "Bảo", "Hà", "Khôi", "Chi", "Nam", "Vy", "Tú", "Hạnh", "Long", "Trang", "Phúc", "Yến", "Sơn")
_FIRST = (
    "Emily",
    "Robert",
    "Grace",
    "Daniel",
    "Hannah",
    "Oliver",
    "Ruth",
    "Peter",
    "Alice",
    "Samuel",
    "Joan",
)
_LAST = ("Carter", "Ellis", "Hughes", "Bennett", "Walsh", "Foster", "Doyle", "Marsh", "Pryce", "Lowell")

#: Of ten people who write, so many are on file.
ON_FILE = 7
#: Domains that people have their mailboxes at.
DOMAINS = tuple(
    f"{name}{number}.example" for name in ("post", "mail", "inbox", "letters") for number in range(60)
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes one mail."""

    name: str
    email: str
    language: str
    customer: Customer | None


def writers(count: int, seed: int) -> Sequence[Writer]:
    """So many people, two of three with a Vietnamese name; the same for the same seed."""
    return list(_writers(count, random.Random(seed)))


def _writers(count: int, dice: random.Random) -> Iterator[Writer]:
    for number in range(count):
        language = "vi" if dice.random() < 2 / 3 else "en"
        parts = (_FAMILY, _MIDDLE, _GIVEN) if language == "vi" else (_FIRST, _LAST)
        name = " ".join(dice.choice(part) for part in parts)
        email = f"{_ascii(name)}{number}@{dice.choice(DOMAINS)}"
        customer = None
        if number % 10 < ON_FILE:
            phone, account = f"09{number:08d}", f"HV-{100_000 + number}"
            customer = Customer(str(number), name, email, phone, account, language)
        yield Writer(name, email, language, customer)


def customer_list(people: Sequence[Writer], others: int) -> str:
    """The company's list: those of the writers who are on file, and so many who do not write."""
    head = "key,email,phone,account,telegram,language"
    known = (person.customer for person in people if person.customer)
    rows = [f"{c.key},{c.email},{c.phone},{c.account},,{c.language}" for c in known]
    rest = [f"x{n},silent{n}@post0.example,08{n:08d},HV-{500_000 + n},,vi" for n in range(others)]
    return "\n".join((head, *rows, *rest)) + "\n"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return ".".join(plain.split())
