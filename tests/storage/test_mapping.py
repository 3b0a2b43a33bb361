"""Requests and notes written by one version are read by the next and by the one before."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from core.conversation import Conversation
from storage.mapping import CONVERSATION_JSON, NOTE_JSON, REQUEST_JSON
from tests.storage.samples import a_note, a_request


def test_bytes_come_back_as_they_were() -> None:
    request, note = a_request(), a_note()
    assert REQUEST_JSON.load(REQUEST_JSON.dump(request)) == request
    assert NOTE_JSON.load(NOTE_JSON.dump(note)) == note


def test_a_request_written_before_a_field_was_added_takes_its_default() -> None:
    fields = json.loads(REQUEST_JSON.dump(a_request(warnings=3, reminders=2)))
    del fields[0]["warnings"]
    read = REQUEST_JSON.load(json.dumps(fields).encode())
    assert (read.warnings, read.reminders) == (0, 2)


def test_a_field_of_a_later_version_is_passed_over() -> None:
    text = json.dumps([{"details": "all of it", "mood": "hopeful"}]).encode()
    assert CONVERSATION_JSON.load(text) == Conversation(details="all of it")


def test_what_no_version_wrote_is_refused() -> None:
    with pytest.raises(ValidationError):
        REQUEST_JSON.load(b'[{"id": "r-1"}]')
