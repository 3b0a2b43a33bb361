"""The invented people of these tests, and what they write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    key: str = ""
    phone: str = ""
    account: str = ""

    @property
    def sender(self) -> str:
        """As a mail program writes it into From."""
        return f'"{self.name}" <{self.email}>'

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no staff group may ever read."""
        return tuple(filter(None, (self.name, self.email, self.phone, self.account)))


LAN = Person("Nguyễn Thị Lan", "lan.nguyen@example.com", "1001", "0903555018", "HV-1001")
ROB = Person("Robert Ellis", "rob.ellis@example.org", "1002", "0903555027", "HV-1002")
#: On file with an account in the chat, where she is staff too.
CHI = Person("Đỗ Mai Chi", "chi.do@example.com", "1007", "0903555072", "HV-1007")
STRANGER = Person("Robert Elliot", "r.elliot@example.net")
#: Has a mailbox and is on nobody's list.
NOSY = Person("Nosy Parker", "nosy@elsewhere.example")

ACCESS = "Please send me a copy of all personal data you hold about me."
DELETION = "Please delete my account and all my personal data."
OBJECTION = "Please stop sending me marketing messages."
BOTH = "Gửi em bản sao dữ liệu cá nhân của em, sau đó xóa hết tài khoản và dữ liệu giúp em."
UNCLEAR = "Em thấy không ổn về chuyện hồ sơ của em ở bên mình."
REFUND = "Em muốn hoàn lại học phí khóa K12-A vì trùng lịch làm. Khi nào em nhận được tiền ạ?"
FRENCH = "Je voudrais une copie de toutes mes données personnelles, s'il vous plaît."
CANCEL = "Please cancel my request."
STATUS = "What is the status of my request?"


def customer_list() -> str:
    """The company's list; Chi is on it with the chat account of a member of staff."""
    rows = [
        f"{who.key},{who.email},{who.phone},{who.account},{'501' if who is CHI else ''},en"
        for who in (LAN, ROB, CHI)
    ]
    return "\n".join(("key,email,phone,account,telegram,language", *rows)) + "\n"
