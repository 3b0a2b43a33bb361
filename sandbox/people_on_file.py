"""The invented people of the sandbox: a company's customer list, and the staff who work with the desk."""

from __future__ import annotations

from dataclasses import dataclass

HELP = "help@mentracere.com"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody on file; the list is what the company would export from its own system."""

    key: str
    name: str
    email: str
    phone: str
    account: str
    language: str


CUSTOMERS = (
    Customer("1001", "Nguyễn Thị Lan", "lan.nguyen@example.com", "0903555018", "HV-1001", "vi"),
    Customer("1002", "Robert Ellis", "rob.ellis@example.org", "0903555027", "HV-1002", "en"),
    Customer("1003", "Trần Quốc Bảo", "bao.tran@example.com", "0903555036", "HV-1003", "vi"),
    Customer("1004", "Phạm Thu Hà", "ha.pham@example.com", "0903555045", "HV-1004", "vi"),
    Customer("1005", "Emily Carter", "emily.carter@example.org", "0903555054", "HV-1005", "en"),
    Customer("1006", "Lê Minh Khôi", "khoi.le@example.com", "0903555063", "HV-1006", "vi"),
    Customer("1007", "Đỗ Mai Chi", "chi.do@example.com", "0903555072", "HV-1007", "vi"),
    Customer("1008", "Vũ Hoàng Nam", "nam.vu@example.com", "0903555081", "HV-1008", "vi"),
)

#: Somebody who writes and is not on file.
STRANGER = Customer("", "Hồ Văn Tĩnh", "tinh.ho@example.net", "", "", "vi")


def customer_list() -> str:
    """The list as a CSV file with the columns that the desk reads."""
    head = "key,email,phone,account,telegram,language"
    rows = [f"{c.key},{c.email},{c.phone},{c.account},,{c.language}" for c in CUSTOMERS]
    return "\n".join((head, *rows)) + "\n"
