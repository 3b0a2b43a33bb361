"""When a document may be asked for, what counts as one, and for how long it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.changes import CHANGES
from core.documents import (
    FORMS,
    LIFE,
    MOST_BYTES,
    MOST_FILES,
    as_document,
    awaits,
    brings_document,
    decided,
    may_ask,
    sort_out,
    worth_opening,
)
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Attachment, InboundMessage, SenderEvidence
from core.policy import ProofLevel
from core.requests import Request, Right, Status
from core.verification import ASKS
from tests.core.samples import MAIL, NOON, ON_FILE, POLICY, STRANGER, a_request, an_item

PDF = Attachment("the cuoc.pdf", "application/pdf", b"%PDF-1.7 paper", size=14)
JPEG = Attachment("cccd.jpeg", "image/jpeg", b"\xff\xd8\xff\xe0 picture", size=12)
SIGNATURE = Attachment("smime.p7s", "application/pkcs7-signature", b"0\x82\x01", size=3)
STAFF = "staff:an"


def asked(**changes: object) -> Request:
    return a_request(awaits_document=True, **changes)


def brings(*files: Attachment, **changes: object) -> InboundMessage:
    fields: dict[str, object] = {"sender": MAIL, "received_at": NOON, "text": "", "attachments": files}
    return InboundMessage(**(fields | changes))  # type: ignore[arg-type]


# --- asking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_a_document_may_be_asked_for_only_while_who_asks_is_open(status: Status) -> None:
    assert may_ask(a_request(status=status), POLICY) is (status in ASKS)


@pytest.mark.parametrize("right", Right)
def test_a_right_that_needs_no_proof_never_lets_anybody_ask(right: Right) -> None:
    request = a_request(items=(an_item(right),))
    assert may_ask(request, POLICY) is (POLICY.rights[right].proof is not ProofLevel.NONE)


@pytest.mark.parametrize("status", sorted(ASKS))
def test_asking_gives_the_whole_window_anew_and_changes_no_status(status: Status) -> None:
    later = NOON + timedelta(days=9)
    step = advance(a_request(status=status, reminders=2), Happening(Event.DOCUMENT_ASKED, STAFF), later)
    assert step.request.status is status
    assert step.request.awaits_document
    if status is Status.VERIFYING:
        assert (step.request.verifying_since, step.request.reminders) == (later, 0)


def test_a_lapsed_request_that_is_reopened_waits_for_no_document() -> None:
    lapsed = asked(status=Status.LAPSED)
    assert not CHANGES[Event.REOPENED](lapsed, Happening(Event.REOPENED, "requester")).awaits_document


# --- who brings one ---------------------------------------------------------------------------------


def test_files_are_documents_only_once_one_is_asked_for() -> None:
    assert not brings_document(a_request(), brings(JPEG))
    assert brings_document(asked(), brings(JPEG))
    assert not brings_document(asked(), brings())


@pytest.mark.parametrize("status", Status)
def test_after_the_decision_nothing_is_waited_for(status: Status) -> None:
    assert awaits(asked(status=status)) is (status in ASKS)
    assert decided(Status.VERIFYING, asked(status=status)) is (status not in ASKS)


def test_a_request_that_opens_or_goes_on_after_the_decision_decides_nothing() -> None:
    assert not decided(None, asked(status=Status.IN_REVIEW))
    assert not decided(Status.IN_REVIEW, asked(status=Status.APPROVED))


def test_only_who_belongs_to_a_request_brings_its_documents() -> None:
    assert brings_document(asked(), brings(JPEG, sender=ON_FILE))
    assert not brings_document(asked(), brings(JPEG, sender=STRANGER))


def test_a_mail_whose_sender_check_failed_takes_up_nobodys_place() -> None:
    assert not brings_document(asked(), brings(JPEG, evidence=SenderEvidence(dmarc="fail")))
    assert brings_document(asked(), brings(JPEG, evidence=SenderEvidence(dmarc="pass")))


# --- what counts as one -----------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "beginning", "ending", "media_type"), FORMS)
def test_a_document_is_known_by_how_it_begins(
    offset: int, beginning: bytes, ending: str, media_type: str
) -> None:
    content = b"\0" * offset + beginning + b" and more"
    found = as_document(Attachment("scan", "application/octet-stream", content))
    assert found is not None
    assert (found.name, found.media_type, found.size) == (f"scan.{ending}", media_type, len(content))


@pytest.mark.parametrize(
    "content", [b"", None, b"MZ\x90 program", b"<svg onload=...>", b"PK\x03\x04", b"GIF89a"]
)
def test_whatever_its_name_says_anything_else_is_none(content: bytes | None) -> None:
    assert as_document(replace(JPEG, content=content)) is None


def test_a_name_gets_the_ending_of_what_it_is() -> None:
    found = as_document(replace(JPEG, name="../căn cước\u202egnp.exe"))
    assert found is not None
    assert found.name.endswith(".jpg")
    assert not {"/", "\u202e"} & set(found.name)
    assert "căn cước" in found.name


def test_a_name_of_nothing_gets_one() -> None:
    assert [file.name for name in ("", "...", ".jpg") if (file := as_document(replace(JPEG, name=name)))] == [
        "document.jpg"
    ] * 3


def test_the_largest_fits_and_one_byte_more_does_not() -> None:
    content = (JPEG.content or b"").ljust(MOST_BYTES, b"\0")
    assert as_document(replace(JPEG, content=content)) is not None
    assert as_document(replace(JPEG, content=content + b"\0")) is None


def test_what_is_too_large_or_clearly_none_is_not_even_brought() -> None:
    files = (JPEG, SIGNATURE, replace(PDF, size=MOST_BYTES + 1), PDF)
    assert worth_opening(files) == (JPEG, PDF)
    assert len(worth_opening((JPEG,) * 50)) <= 2 * MOST_FILES


def test_a_signature_beside_a_picture_is_passed_over() -> None:
    assert sort_out((JPEG, SIGNATURE), (JPEG,), 0).unusable == 0
    assert len(sort_out((JPEG, SIGNATURE), (JPEG,), 0).kept) == 1


def test_a_message_of_which_nothing_can_be_kept_is_unusable_as_a_whole() -> None:
    assert sort_out((SIGNATURE, SIGNATURE), (), 0) == sort_out((SIGNATURE,) * 2, (SIGNATURE,) * 2, 0)
    assert sort_out((SIGNATURE, SIGNATURE), (), 0).unusable == 2


def test_what_is_too_large_or_could_not_be_brought_is_told() -> None:
    large, gone = replace(PDF, size=MOST_BYTES + 1), replace(PDF, content=None)
    assert sort_out((JPEG, large, gone), (JPEG, gone), 0).unusable == 2


@pytest.mark.parametrize("held", range(MOST_FILES + 1))
def test_no_more_than_so_many_are_kept_at_a_time(held: int) -> None:
    files = (JPEG,) * 3
    found = sort_out(files, files, held)
    assert len(found.kept) == min(3, MOST_FILES - held)
    assert found.unusable == 3 - len(found.kept)


def test_nothing_is_kept_longer_than_a_day() -> None:
    assert timedelta(hours=24) == LIFE
