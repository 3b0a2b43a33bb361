"""The one-time page on a real port, with a real client."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from app.web import site
from app.web.server import CannotListen, Door, can_listen
from core.messages import Attachment
from core.requests import Request
from flows import hand_over
from storage.store import open_store
from templates.pages import Pages
from tests.app.web.conftest import Answer, House
from tests.flows.conftest import MASTER_KEY
from tests.flows.handing import TABLE, handed_over, link_tokens
from tests.flows.people import LAN, ROB
from tests.flows.staff import STAFF_CHAT

UNKNOWN = "0" * 26


async def _actions(house: House, request: Request) -> list[str]:
    return [entry.action for entry in await house.trail(request)]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


# --- the road ---------------------------------------------------------------------------------------


async def test_a_person_gets_a_code_and_downloads_the_file(house: House) -> None:
    request = await handed_over(house)
    page = await house.look(house.token)
    assert (page.status, page.forms) == (200, ["send"])
    assert request.reference in page.text
    page = await house.press(house.token, "send")
    assert (page.status, page.forms) == (200, ["open", "send"])
    assert house.woken == 1
    code = house.letters(ROB.email)[-1].code
    answer = await house.press(house.token, "open", f"{code[:4]} {code[4:]}")
    assert (answer.status, answer.body) == (200, TABLE.content)
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"data.csv\"; filename*=UTF-8''data.csv"
    )
    assert (await _actions(house, request))[-2:] == ["page_code_sent", "page_opened"]


async def test_the_page_speaks_the_language_of_the_request(house: House) -> None:
    text = "Gửi em bản sao dữ liệu cá nhân của em."
    await handed_over(house, text=text)
    assert "Nhận dữ liệu của bạn" in (await house.look(house.token)).text


async def test_a_code_is_good_once_and_opens_are_counted(house: House) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    assert (await house.press(house.token, "open", code)).is_download
    again = await house.press(house.token, "open", code)
    assert not again.is_download
    assert "Downloads left: 2" in again.text


async def test_after_three_opens_the_link_is_good_no_more(house: House) -> None:
    request = await handed_over(house)
    for _ in range(3):
        code = await house.code(house.token)
        assert (await house.press(house.token, "open", code)).is_download
    house.passes(minutes=2)
    gone = await house.look(house.token)
    assert gone.status == 404
    assert gone.forms == ["again", "again"]
    assert (await house.press(house.token, "open", code)).shape == gone.shape
    assert (await _actions(house, request))[-1] == "page_too_late"


async def test_who_type_the_same_code_at_once_get_one_download_together(house: House) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    answers = await asyncio.gather(*[house.press(house.token, "open", code) for _ in range(8)])
    assert [answer.is_download for answer in answers].count(True) == 1


async def test_however_many_try_at_once_a_link_opens_three_times(house: House) -> None:
    await handed_over(house)
    opened = 0
    for _ in range(4):
        code = await house.code(house.token)
        answers = await asyncio.gather(*[house.press(house.token, "open", code) for _ in range(4)])
        opened += [answer.is_download for answer in answers].count(True)
    assert opened == 3


async def test_a_link_ends_after_72_hours(house: House) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    house.passes(hours=71, minutes=58)
    assert (await house.look(house.token)).status == 200
    house.passes(minutes=2)
    assert (await house.look(house.token)).status == 404
    assert not (await house.press(house.token, "open", code)).is_download


# --- codes ------------------------------------------------------------------------------------------


async def test_codes_go_out_a_minute_apart_and_three_a_day(house: House) -> None:
    await handed_over(house)
    codes = {await house.code(house.token)}
    letters = len(house.post)
    assert "less than a minute ago" in (await house.press(house.token, "send")).text
    codes |= {await house.code(house.token), await house.code(house.token)}
    house.passes(minutes=2)
    assert "No more codes can be sent today" in (await house.press(house.token, "send")).text
    assert len(codes) == 3
    assert len(house.post) == letters + 2


async def test_five_wrong_codes_make_the_right_one_void(house: House) -> None:
    request = await handed_over(house)
    code = await house.code(house.token)
    said = [await house.press(house.token, "open", wrong(code)) for _ in range(5)]
    assert "Tries left: 4" in said[0].text
    assert "works no longer" in said[-1].text
    house.passes(minutes=2)
    assert not (await house.press(house.token, "open", code)).is_download
    assert (await _actions(house, request)).count("page_code_wrong") == 6


async def test_a_code_by_mail_ends_after_half_an_hour(house: House) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    house.passes(minutes=30)
    answer = await house.press(house.token, "open", code)
    assert not answer.is_download
    assert "works no longer" in answer.text


async def test_only_the_last_code_counts(house: House) -> None:
    await handed_over(house)
    first, second = await house.code(house.token), await house.code(house.token)
    assert not (await house.press(house.token, "open", first)).is_download
    assert (await house.press(house.token, "open", second)).is_download


async def test_the_code_of_another_request_opens_nothing(house: House) -> None:
    await handed_over(house, LAN)
    await handed_over(house, ROB)
    code = await house.code(link_tokens(house, LAN)[0], LAN)
    await house.code(house.token)
    assert not (await house.press(house.token, "open", code)).is_download


@pytest.mark.parametrize("code", ["", "1234", "x" * 200, "'; DROP TABLE hand_over; --", "１２３４５６７８"])
async def test_what_is_no_code_is_a_wrong_one(house: House, code: str) -> None:
    await handed_over(house)
    await house.code(house.token)
    answer = await house.call("POST", f"/h/{house.token}", {"do": "open", "code": code})
    assert (answer.status, answer.is_download) == (200, False)
    assert "Tries left: 4" in answer.text


# --- what shows nothing -----------------------------------------------------------------------------


async def test_a_guessed_link_looks_exactly_like_one_that_has_ended(house: House) -> None:
    await handed_over(house)
    house.passes(hours=73)
    for do in ("look", "send", "open", "again"):
        if do == "look":
            known, unknown = await house.look(house.token), await house.look(UNKNOWN)
        else:
            known = await house.press(house.token, do, "12345678")
            unknown = await house.press(UNKNOWN, do, "12345678")
        assert known.shape == unknown.shape, do


async def test_asking_again_tells_staff_once_a_day_and_only_for_a_link_that_was(house: House) -> None:
    request = await handed_over(house)
    house.passes(hours=73)
    for token in (house.token, house.token, UNKNOWN):
        assert (await house.press(token, "again")).status == 200
    told = [letter for letter in house.letters(STAFF_CHAT) if "new link" in letter.text]
    assert len(told) == 1
    house.passes(hours=24)
    await house.press(house.token, "again")
    assert len([letter for letter in house.letters(STAFF_CHAT) if "new link" in letter.text]) == 2
    await house.run(lambda uow: hand_over.reissue(uow, house.desk, request, "operator", house.now))
    await house.deliver()
    old, new = link_tokens(house)
    assert ((await house.look(old)).status, (await house.look(new)).status) == (404, 200)


async def test_every_answer_carries_the_headers_that_keep_it_private(house: House) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    calls = [
        house.look(house.token),
        house.look(UNKNOWN),
        house.press(house.token, "open", code),
        house.press(house.token, "again"),
        house.call("GET", "/"),
        house.call("PUT", f"/h/{house.token}"),
        house.call("GET", "/healthz"),
    ]
    for call in calls:
        check_headers(await call)


def check_headers(answer: Answer) -> None:
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "web"
    assert "Set-Cookie" not in headers


async def test_the_pages_run_no_script_and_load_nothing(house: House) -> None:
    await handed_over(house)
    await house.code(house.token)
    for page in (await house.look(house.token), await house.look(UNKNOWN)):
        assert not re.search(r"<script|<img|<link|<iframe|https?://|url\(|@import|\son\w+=", page.text)
        assert page.text.count("<style>") == 1
        assert house.token not in page.text


async def test_nothing_of_the_visitor_or_the_link_is_logged(
    house: House, log_lines: list[structlog.typing.EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    await house.press(house.token, "open", code)
    await house.call("POST", f"/h/{house.token}", {"do": "x" * 5000})
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.base.rpartition(":")[2]))
    writer.write(b"NONSENSE\r\n\r\n")
    await reader.read()
    writer.close()
    said = f"{log_lines}{caplog.text}"
    assert not [part for part in (house.token, code, "127.0.0.1", ROB.email) if part in said]


# --- limits -----------------------------------------------------------------------------------------


async def test_a_link_is_called_ten_times_a_minute_known_or_not(house: House) -> None:
    await handed_over(house)
    for token in (house.token, UNKNOWN):
        answers = [await house.look(token) for _ in range(11)]
        assert [answer.status == 429 for answer in answers] == [False] * 10 + [True]
    house.passes(seconds=61)
    assert (await house.look(house.token)).status == 200


async def test_a_form_that_is_too_large_is_refused(house: House) -> None:
    await handed_over(house)
    answer = await house.call("POST", f"/h/{house.token}", {"do": "open", "code": "1" * 4097})
    assert (answer.status, answer.body) == (413, b"")


async def test_a_form_without_a_length_is_read_no_further_than_the_limit(house: House) -> None:
    await handed_over(house)

    async def endless() -> object:
        for _ in range(100):
            yield b"x" * 1000

    answer = await house.call(
        "POST",
        f"/h/{house.token}",
        endless(),  # type: ignore[arg-type]
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/h/", 404),
        ("GET", "/h", 404),
        ("GET", f"/h/{UNKNOWN}/", 404),
        ("GET", f"/h/{UNKNOWN}/..", 404),
        ("GET", f"/h/%2e%2e/{UNKNOWN}", 404),
        ("GET", f"/h/{UNKNOWN}%00", 404),
        ("GET", "/h/" + "a" * 65, 404),
        ("GET", "/healthz/", 404),
        ("GET", "//healthz", 404),
        ("GET", "/../healthz%2f", 404),
        ("HEAD", f"/h/{UNKNOWN}", 405),
        ("PUT", f"/h/{UNKNOWN}", 405),
        ("DELETE", f"/h/{UNKNOWN}", 405),
        ("OPTIONS", f"/h/{UNKNOWN}", 405),
        ("POST", "/healthz", 405),
        ("POST", f"/h/{UNKNOWN}", 400),
    ],
)
async def test_nothing_else_is_there(house: House, method: str, path: str, status: int) -> None:
    answer = await house.call(method, path)
    assert (answer.status, answer.body) == (status, b"")


@pytest.mark.parametrize(
    "raw",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX\x00: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
async def test_what_is_no_http_is_refused_without_a_detail(house: House, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.base.rpartition(":")[2]))
    writer.write(raw)
    said = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = said.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] 4\d\d ", head)
    assert b"aiohttp" not in said
    assert body == b""


async def test_a_name_brings_no_header_of_its_own(house: House) -> None:
    name = 'dữ liệu"\r\nSet-Cookie: a=b\r\n\u202egpj.exe'
    await handed_over(house, files=(Attachment(name, "text/csv\r\nX: y", b"a,b\n", size=4),))
    code = await house.code(house.token)
    answer = await house.press(house.token, "open", code)
    assert "Set-Cookie" not in answer.headers
    assert "X" not in answer.headers
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert re.fullmatch(
        r"attachment; filename=\"[\w. ()-]+\"; filename\*=UTF-8''[\w.%-]+",
        answer.headers["Content-Disposition"],
        re.ASCII,
    )


# --- the process ------------------------------------------------------------------------------------


async def test_a_restart_forgets_no_link_no_code_and_no_count(house: House, tmp_path: Path) -> None:
    await handed_over(house)
    token = house.token
    assert (await house.press(token, "open", await house.code(token))).is_download
    code = await house.code(token)
    await house.press(token, "open", wrong(code))
    await house.store.close()
    house.store = open_store(f"sqlite:///{tmp_path / 'desk.db'}", MASTER_KEY)
    async with house.open():
        assert "Tries left: 3" in (await house.press(token, "open", wrong(code))).text
        assert (await house.press(token, "open", code)).is_download
        assert "Downloads left: 1" in (await house.look(token)).text


async def test_health_is_that_of_the_store(house: House) -> None:
    well = await house.call("GET", "/healthz")
    assert (well.status, well.body) == (200, b"ok")
    store = house.store
    await store.close()
    async with house.client.get(f"{house.base}/healthz") as ill:  # type: ignore[union-attr]
        assert ill.status == 503
    async with house.client.get(f"{house.base}/h/{UNKNOWN}") as page:  # type: ignore[union-attr]
        assert page.status == 503
        assert "Traceback" not in await page.text()


async def test_a_store_that_is_silent_is_told_as_trouble_and_a_form_is_not_asked_for_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handed_over(house)
    code = await house.code(house.token)
    monkeypatch.setattr(site, "PATIENCE", 0.3)
    with closing(sqlite3.connect(tmp_path / "desk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        form = {"do": "open", "code": code}
        async with house.client.post(f"{house.base}/h/{house.token}", data=form) as page:  # type: ignore[union-attr]
            assert page.status == 503
            assert "Nothing is lost" in await page.text()
        other.execute("ROLLBACK")


async def test_a_port_that_is_taken_is_told_in_plain_words(house: House) -> None:
    port = int(house.base.rpartition(":")[2])
    with pytest.raises(CannotListen, match=r"cannot listen on 127\.0\.0\.1:.*Change `listen` in \[web\]"):
        can_listen("127.0.0.1", port)
    door = Door("127.0.0.1", port, Pages(house.desk.policy))
    with pytest.raises(CannotListen):
        await door.serve(house.desk, house.store, house.clock, house.wake)
