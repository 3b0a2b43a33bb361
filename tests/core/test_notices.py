"""A notice takes exactly the fields that it declares."""

from __future__ import annotations

import pytest

from core.notices import COMMON, GIVEN, NOTICES, WrongFields, check_fields


@pytest.mark.parametrize("notice", NOTICES)
def test_the_samples_are_the_fields_of_a_notice(notice: str) -> None:
    check_fields(notice, NOTICES[notice])


@pytest.mark.parametrize("notice", NOTICES)
def test_each_field_that_is_missing_is_named(notice: str) -> None:
    for name in NOTICES[notice]:
        fewer = {key: value for key, value in NOTICES[notice].items() if key != name}
        with pytest.raises(WrongFields, match=rf"'{notice}': missing \['{name}'\], not declared \[\]"):
            check_fields(notice, fewer)


def test_a_field_that_is_not_declared_is_named() -> None:
    with pytest.raises(WrongFields, match=r"'wrong_code': missing \[\], not declared \['code'\]"):
        check_fields("wrong_code", {**NOTICES["wrong_code"], "code": ""})


def test_missing_and_undeclared_fields_are_named_at_once() -> None:
    with pytest.raises(
        WrongFields, match=r"missing \['shared', 'tries_left'\], not declared \['code', 'name'\]"
    ):
        check_fields("wrong_code", {"reference": "MC-7K3F-9Q2X", "name": "", "code": ""})


def test_an_unknown_notice_is_told_what_there_is() -> None:
    with pytest.raises(WrongFields, match=r"no notice 'welcome'; there are: .*acknowledgement.*withdrawn"):
        check_fields("welcome", {})


def test_no_notice_declares_what_every_notice_may_use_anyway() -> None:
    assert all(COMMON.keys().isdisjoint(fields) for fields in NOTICES.values())


def test_every_notice_names_its_request_if_it_has_one() -> None:
    without = {name for name, fields in NOTICES.items() if "reference" not in fields}
    assert without == {"too_large", "breach_information", "policy_change"}


def test_what_a_sender_gives_are_fields_of_notices_that_there_are() -> None:
    assert NOTICES.keys() >= GIVEN


def test_a_code_stands_in_no_notice_but_its_own() -> None:
    assert [name for name, fields in NOTICES.items() if "code" in fields] == [
        "code",
        "code_for_agent",
        "hand_over_code",
    ]
