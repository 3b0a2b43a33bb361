"""Texts without the people in them."""

from core.anonymise import anonymised
from core.recognition import Identifiers

NAMED = Identifiers(
    ("lan.nguyen@example.com",), ("0903 555 018", "+84 28 5550 0199"), ("HV-1001", "70418823")
)


def test_every_identifier_and_name_is_replaced_by_an_invented_one_of_its_shape() -> None:
    text = "Tôi là Nguyễn Thị Lan, LAN.NGUYEN@example.com, 0903 555 018, +84 28 5550 0199, mã HV-1001 và 70418823."
    result = anonymised(text, NAMED, ["Nguyễn Thị Lan"])
    for secret in ("Nguyễn Thị Lan", "lan.nguyen", "555 018", "5550 0199", "1001", "70418823"):
        assert secret.lower() not in result.lower()
    assert result.startswith("Tôi là An Lam, person1@example.com, 0903 555 001, +84 28 5550 0002, mã HV-")


def test_the_same_value_gets_the_same_replacement_everywhere() -> None:
    result = anonymised("HV-1001 rồi HV-1001", NAMED)
    first, second = result.split(" rồi ")
    assert first == second != "HV-1001"


def test_a_text_that_names_nobody_stays_as_it_is() -> None:
    assert anonymised("Đừng gửi quảng cáo nữa.", Identifiers(), ["", "  "]) == "Đừng gửi quảng cáo nữa."


def test_a_name_with_signs_of_its_own_is_taken_literally() -> None:
    assert anonymised("a.b (c) axb", Identifiers(emails=("a.b (c)",))) == "person1@example.com axb"
