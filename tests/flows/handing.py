"""What tests of handing over share: a desk with a one-time page, results that are handed over, ZIPs that are opened."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pyzipper

from core.messages import Attachment, Verb
from core.requests import Request, Right
from tests.flows.office import Office
from tests.flows.people import ACCESS, ROB, Person
from tests.flows.staff import AN

URL = "https://privacy.example.com"
TABLE = Attachment("data.csv", "text/csv", b"course,score\nK12-A,8\n", size=21)
_LINK = re.compile(rf"{URL}/h/([0-9a-z]{{26}})")
_PASSPHRASE = re.compile(r"\b[0-9a-z]{5}(?:-[0-9a-z]{5}){3}\b")


def with_page(office: Office) -> Office:
    """The office of a company that has a one-time page."""
    office.desk = replace(office.desk, page_url=URL)
    return office


async def handed_over(
    office: Office, who: Person = ROB, files: tuple[Attachment, ...] = (TABLE,), text: str = ACCESS
) -> Request:
    """A request whose results a staff member has sent in private."""
    # The same file at the same moment would be the same message.
    office.passes(seconds=1)
    request = await office.approved(who, text)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.chat(AN.address, files=files)
    return await office.request(request.id)


def link_tokens(office: Office, who: Person = ROB) -> list[str]:
    """The tokens of all links that somebody got, oldest first."""
    return [found[1] for each in office.letters(who.email) if (found := _LINK.search(each.text))]


def passphrases(office: Office, to: str) -> list[str]:
    return [found[0] for each in office.letters(to) if (found := _PASSPHRASE.search(each.text))]


def unzipped(content: bytes, passphrase: str) -> dict[str, bytes]:
    """What is in an encrypted ZIP. Raises RuntimeError for a wrong passphrase."""
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(passphrase.encode())
        return {name: archive.read(name) for name in archive.namelist()}
