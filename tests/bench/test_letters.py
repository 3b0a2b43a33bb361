"""The mails of the bench: the same for a seed, of the sizes that are promised, and read by the desk as meant."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median

from bench.clear import clear_mails, is_clear
from bench.letters import FILE_EVERY, FILE_SIZE, mails
from bench.people import customer_list, writers
from core.messages import InboundMessage, RawMessage
from mailer.parse import parse_mail
from sandbox.people_on_file import HELP


def read(raw: bytes) -> InboundMessage:
    message = parse_mail(RawMessage("1", raw, datetime.now(UTC)), HELP)
    assert isinstance(message, InboundMessage)
    return message


def test_a_seed_brings_the_same_mails_and_another_one_others() -> None:
    first, again, other = (list(mails(writers(20, seed), seed)) for seed in (1, 1, 2))
    assert first == again
    assert not {mail.message_id for mail in first} & {mail.message_id for mail in other}


def test_mails_are_of_the_promised_size_and_every_twentieth_has_a_file() -> None:
    made = list(mails(writers(200, 1), 1))
    files = made[FILE_EVERY - 1 :: FILE_EVERY]
    plain = [len(mail.raw) for mail in made if mail not in files]
    assert 4_000 < median(plain) < 8_000
    sizes = [attachment.size for mail in files for attachment in read(mail.raw).attachments]
    assert len(sizes) == len(files)
    assert all(abs(size - FILE_SIZE) < 100 for size in sizes)


def test_a_mail_is_read_as_its_writer_meant_it() -> None:
    people = writers(40, 1)
    for person, mail in zip(people, mails(people, 1), strict=True):
        message = read(mail.raw)
        assert (message.sender.value, message.name) == (person.email, person.name)
        assert (message.message_id, message.silence) == (mail.message_id, "")
        assert person.email in message.text


def test_clear_mails_are_those_that_recognition_is_sure_of() -> None:
    people = writers(30, 1)
    clear = clear_mails(people, 1, 20)
    assert len(clear) == 20
    assert all(map(is_clear, clear))


def test_seven_of_ten_writers_are_on_file() -> None:
    people = writers(100, 1)
    lines = customer_list(people, others=5).splitlines()
    assert len(lines) == 1 + 70 + 5
    assert sum(person.customer is not None for person in people) == 70
