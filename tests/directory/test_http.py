"""A company's service is asked who is on file: signed, within a time, and believed no more than it may say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from core.messages import Address, ChannelName
from core.recognition import Identifiers
from directory.asked import REST
from directory.finding import DirectoryError
from directory.http import HttpDirectory
from tests.directory.service import LAN, SECRET, Service
from tests.mailer.conftest import Certificate, certificate

STRANGER = Address(ChannelName.EMAIL, "stranger@example.net")

__all__ = ["certificate"]


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Service]:
    async with Service() as started:
        yield started


@pytest_asyncio.fixture
async def directory(service: Service) -> AsyncIterator[HttpDirectory]:
    opened = HttpDirectory(service.url, SECRET)
    yield opened
    await opened.close()


async def key_of(
    directory: HttpDirectory,
    emails: str = "",
    phones: str = "",
    accounts: str = "",
    sender: Address = STRANGER,
) -> str | None:
    named = Identifiers(*(tuple(some.split()) for some in (emails, phones, accounts)))
    subject = await directory.find(named, sender)
    return subject.key if subject else None


async def test_a_person_is_found_with_all_that_is_on_file(directory: HttpDirectory) -> None:
    lan = await directory.find(Identifiers(emails=("LAN@example.com",), phones=("0901234567",)), STRANGER)
    assert lan is not None
    assert (lan.key, lan.language, lan.born) == ("K1", "vi", (2010, 2014))
    assert [contact.value for contact in lan.contacts] == [
        "lan@example.com",
        "lan.work@example.org",
        "700100",
    ]
    assert lan.phones == ("+84901234567",)


async def test_two_people_and_nobody_are_nobody(directory: HttpDirectory) -> None:
    assert await key_of(directory, "nobody@example.net") is None
    assert await key_of(directory, "lan@example.com minh@example.com") is None
    assert await key_of(directory, sender=Address(ChannelName.TELEGRAM, "700100")) == "K1"


async def test_one_look_up_says_all_that_is_named_and_nothing_more(
    directory: HttpDirectory, service: Service
) -> None:
    await key_of(directory, "b@example.net A@example.net", "0901234567", "HV-9")
    await key_of(directory, sender=Address(ChannelName.ZALO, "77"))
    assert service.asked == [
        {
            "email": ["a@example.net", "b@example.net"],
            "phone": ["+84901234567"],
            "account": ["hv9"],
            "telegram": [],
        },
        {"email": [], "phone": [], "account": [], "telegram": []},
    ]


async def test_the_connection_is_kept(directory: HttpDirectory, service: Service) -> None:
    for _ in range(3):
        await key_of(directory, "lan@example.com")
    assert len(service.connections) == 1


async def test_a_wrong_secret_and_an_old_question_are_refused_by_the_service(service: Service) -> None:
    for other in (
        HttpDirectory(service.url, SECRET[::-1]),
        HttpDirectory(service.url, SECRET, now=lambda: 1_700_000_000.0),
    ):
        with pytest.raises(DirectoryError, match="answers with HTTP 401"):
            await key_of(other, "lan@example.com")
        await other.close()
    assert service.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"people": [{**LAN, "salary": 9}]}, r"people\.0: there is a field too many"),
        ({"people": [], "more": 1}, "at the top: there is a field too many"),
        ({"people": [{"emails": ["lan@example.com"]}]}, r"people\.0\.key: missing"),
        ({"people": [{**LAN, "key": ""}]}, r"people\.0\.key: string_too_short"),
        ({"people": [{**LAN, "emails": "lan@example.com"}]}, r"people\.0\.emails: list_type"),
        ({"people": [{**LAN, "birth_year": "2012"}]}, r"people\.0\.birth_year: int_type"),
        ([], "at the top: "),
    ],
)
async def test_an_answer_that_says_more_or_other_than_it_may_is_refused_and_not_quoted(
    directory: HttpDirectory, service: Service, answer: Any, said: str
) -> None:
    service.answer = web.json_response(answer)
    with pytest.raises(DirectoryError, match=said) as caught:
        await key_of(directory, "lan@example.com")
    assert "lan" not in str(caught.value)
    assert "salary" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: web.Response(text="<html>"), "at the top: json_invalid"),
        (lambda: web.Response(status=500), "answers with HTTP 500"),
        (lambda: web.Response(status=307, headers={"Location": "/elsewhere"}), "answers with HTTP 307"),
        (lambda: web.Response(text=json.dumps({"people": []}) + " " * 70_000), "more than 64000 bytes"),
    ],
)
async def test_what_is_no_answer_is_an_error(
    directory: HttpDirectory, service: Service, answer: Any, said: str
) -> None:
    service.answer = answer()
    with pytest.raises(DirectoryError, match=said):
        await key_of(directory, "lan@example.com")
    assert len(service.asked) == 1


async def test_contacts_that_cannot_be_understood_are_left_out(
    directory: HttpDirectory, service: Service
) -> None:
    service.answer = web.json_response(
        {"people": [{**LAN, "phones": ["12", "0901234567"], "language": "vietnamese", "birth_year": 12}]}
    )
    lan = await directory.find(Identifiers(accounts=("HV-0001",)), STRANGER)
    assert lan is not None
    assert (lan.phones, lan.language, lan.born) == (("+84901234567",), "", None)


async def test_a_crowd_is_nobody(directory: HttpDirectory, service: Service) -> None:
    service.people = [{"key": f"K{number}", "phones": ["0901 234 567"]} for number in range(150)]
    assert await key_of(directory, phones="0901234567") is None


async def test_a_silent_service_is_given_up_and_left_alone_for_a_moment(service: Service) -> None:
    service.gate.clear()
    moment = 0.0
    directory = HttpDirectory(service.url, SECRET, timeout=0.2, clock=lambda: moment)
    with pytest.raises(DirectoryError, match=r"does not answer within 0\.2 seconds"):
        await key_of(directory, "lan@example.com")
    with pytest.raises(DirectoryError, match="asked again in a moment"):
        await key_of(directory, "lan@example.com")
    assert len(service.asked) == 1
    service.gate.set()
    moment = REST
    assert await key_of(directory, "lan@example.com") == "K1"
    await directory.close()


async def test_many_at_once_wait_for_each_other_and_are_all_answered(
    directory: HttpDirectory, service: Service
) -> None:
    service.gate.clear()
    asking = [asyncio.create_task(key_of(directory, "lan@example.com")) for _ in range(12)]
    await service.crowded.wait()
    service.gate.set()
    assert await asyncio.gather(*asking) == ["K1"] * 12


async def test_a_service_that_is_away_is_an_error_in_plain_words() -> None:
    directory = HttpDirectory("http://127.0.0.1:1/people", SECRET)
    with pytest.raises(DirectoryError, match="cannot be reached: ClientConnectorError"):
        await key_of(directory, "lan@example.com")
    await directory.close()


async def test_the_trial_passes_where_nobody_is_found_and_fails_where_somebody_is(
    directory: HttpDirectory, service: Service
) -> None:
    await directory.try_out()
    service.answer = web.json_response({"people": [LAN]})
    with pytest.raises(DirectoryError, match="finds somebody for contacts that nobody has"):
        await directory.try_out()


async def test_only_a_certificate_that_is_believed_will_do(certificate: Certificate, tmp_path: Path) -> None:
    async with Service(tls=certificate.context) as service:
        trusting = HttpDirectory(service.url, SECRET, Path(certificate.ca_file))
        assert await key_of(trusting, "lan@example.com") == "K1"
        await trusting.close()
        doubting = HttpDirectory(service.url, SECRET)
        with pytest.raises(DirectoryError, match="certificate is not believed"):
            await key_of(doubting, "lan@example.com")
        await doubting.close()
    with pytest.raises(DirectoryError, match=r"none\.pem cannot be read"):
        HttpDirectory("https://127.0.0.1/people", SECRET, tmp_path / "none.pem")


@pytest.mark.parametrize(
    "url", ["http://crm.example/people", "ftp://127.0.0.1/", "https:///people", "crm.example"]
)
def test_nobody_is_asked_in_clear_text(url: str) -> None:
    with pytest.raises(DirectoryError, match="must begin with https://"):
        HttpDirectory(url, SECRET)
