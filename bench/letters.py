"""Mails as people write them: text and HTML, 4 to 8 kB, some with history, some with a file; by seed."""

from __future__ import annotations

import base64
import json
import quopri
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from bench.people import Writer
from sandbox.people_on_file import HELP

CORPUS = Path(__file__).parent.parent / "corpus"
#: One mail in so many has a file of FILE_SIZE bytes.
FILE_EVERY = 20
FILE_SIZE = 200_000
#: The share of mails below which an older mail is quoted.
QUOTING = 0.3

_FIRST_DAY = datetime(2026, 11, 2, 1, tzinfo=UTC)

_GREETING = {
    "vi": ("Kính gửi trung tâm,", "Chào anh chị,", "Xin chào bộ phận hỗ trợ,", "Dạ chào công ty,"),
    "en": ("Hello,", "Dear team,", "Good morning,", "To whom it may concern,"),
}
_CLOSING = {
    "vi": ("Trân trọng,", "Cảm ơn anh chị nhiều ạ.", "Mong sớm nhận được hồi âm.", "Xin cảm ơn,"),
    "en": ("Kind regards,", "Thank you in advance,", "Best wishes,", "Many thanks,"),
}
_STREETS = ("Lê Lợi", "Trần Phú", "Nguyễn Huệ", "Hai Bà Trưng", "Mill Lane", "Station Road", "Harbour Street")
_FOOTER = {
    "vi": (
        "Thư này và các tệp đính kèm (nếu có) chỉ dành cho người nhận có tên ở trên. Nếu bạn nhận nhầm, vui "
        "lòng báo lại cho người gửi và đừng chuyển tiếp cho ai khác. Hãy nghĩ đến môi trường trước khi in."
    ),
    "en": (
        "This message and any attachments are meant for the addressee named above. If it has reached you by "
        "mistake, please let the sender know and do not pass it on. Please consider the environment before "
        "printing this mail."
    ),
}
_OLD = {
    "vi": (
        "Chào {name}, cảm ơn bạn đã tham gia buổi học tuần này.",
        "Lịch học tháng tới đã có trên trang của lớp, bạn xem giúp nhé.",
        "Phòng 4 sẽ sửa máy chiếu vào thứ Tư, lớp tạm chuyển sang phòng 6.",
        "Giáo trình mới có thể nhận ở quầy từ 8 giờ đến 17 giờ.",
        "Có gì chưa rõ bạn cứ gọi cho quầy tiếp tân.",
    ),
    "en": (
        "Hello {name}, thank you for coming to this week's class.",
        "The timetable for next month is on the class page, please have a look.",
        "Room 4 has its projector repaired on Wednesday, we meet in room 6.",
        "The new course book can be picked up at the desk from 8 to 17 o'clock.",
        "If anything is unclear, just call the front desk.",
    ),
}
_HEAD = {
    "vi": "Vào {when:%H:%M}, {when:%d/%m/%Y}, Quầy tiếp tân <desk@office.example> đã viết:",
    "en": "On {when:%d %b %Y}, at {when:%H:%M}, Front desk <desk@office.example> wrote:",
}
_STYLE = (
    "margin:0 0 12px 0;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#222222"
)

_HEADER = """\
Received: from out{number}.{domain} (out{number}.{domain} [192.0.2.{host}])
\tby mx.mentracere.example (Postfix) with ESMTPS id 4X{number:08d}
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)
\tfor <{help}>; {date}
Received: by out{number}.{domain} with HTTP; {date}
Authentication-Results: mx.mentracere.example; dkim=pass header.d={domain}; spf=pass
\tsmtp.mailfrom={email}; dmarc=pass header.from={domain}
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s2026;
\th=from:to:subject:date:message-id:mime-version; bh={hash};
\tb={signature}
From: {name} <{email}>
To: {help}
Subject: {subject}
Date: {date}
Message-ID: {message_id}
MIME-Version: 1.0
X-Mailer: Letters 16.0.{number}
Accept-Language: {language}
"""


@dataclass(frozen=True, slots=True)
class BenchMail:
    """A mail to be delivered, and what its acknowledgement will refer to."""

    raw: bytes
    message_id: str
    sender: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for, in one language: invented, from the corpus that recognition is trained on."""

    subject: str
    body: str
    language: str


def wishes() -> Sequence[Wish]:
    """Every text of the corpus that opens a request by mail."""
    rows = (
        json.loads(line)
        for file in sorted(CORPUS.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    )
    return [
        Wish(row["subject"], row["body"], "en" if row["lang"] == "en" else "vi")
        for row in rows
        if row["channel"] == "email" and row["act"] == "new"
    ]


def mails(people: Sequence[Writer], seed: int, unique: str = "") -> Iterator[BenchMail]:
    """One mail from each; `unique` sets the Message-IDs of one run apart from another's."""
    dice = random.Random(seed)
    by_language = {
        language: [wish for wish in wishes() if wish.language == language] for language in _GREETING
    }
    for number, person in enumerate(people):
        yield _mail(number, person, dice.choice(by_language[person.language]), dice, unique)


def _mail(number: int, person: Writer, wish: Wish, dice: random.Random, unique: str) -> BenchMail:
    when = _FIRST_DAY + timedelta(minutes=7 * number)
    domain = person.email.partition("@")[2]
    message_id = f"<{unique}{number}.{dice.getrandbits(64):016x}@{domain}>"
    header = _HEADER.format(
        number=number,
        domain=domain,
        host=number % 250,
        help=HELP,
        date=format_datetime(when),
        email=person.email,
        hash=base64.b64encode(dice.randbytes(32)).decode(),
        signature="\n\t ".join(base64.b64encode(dice.randbytes(48)).decode() for _ in range(4)),
        name=_word(person.name),
        subject=_word(wish.subject or "(không có tiêu đề)"),
        message_id=message_id,
        language=person.language,
    )
    paragraphs = _paragraphs(person, wish, dice)
    history = _history(person, when, dice) if dice.random() < QUOTING else ()
    body = _alternative(number, paragraphs, history, dice)
    if number % FILE_EVERY == FILE_EVERY - 1:
        body = _with_file(number, body, dice)
    return BenchMail((header + body).replace("\n", "\r\n").encode(), message_id, person.email)


def _paragraphs(person: Writer, wish: Wish, dice: random.Random) -> Sequence[str]:
    language = person.language
    street, house = dice.choice(_STREETS), dice.randint(1, 300)
    signature = f"{person.name}\n{house} {street}\n{person.email}"
    greeting = (
        () if wish.body.startswith(("Kính", "Chào", "Dear", "Hello")) else (dice.choice(_GREETING[language]),)
    )
    wanted = wish.body.split("\n\n")
    return [*greeting, *wanted, dice.choice(_CLOSING[language]), signature, _FOOTER[language]]


def _history(person: Writer, when: datetime, dice: random.Random) -> Sequence[str]:
    sentences = [dice.choice(_OLD[person.language]).format(name=person.name) for _ in range(5)]
    return [_HEAD[person.language].format(when=when - timedelta(days=2)), *sentences]


def _alternative(number: int, paragraphs: Sequence[str], history: Sequence[str], dice: random.Random) -> str:
    quoted = "\n".join((history[0], *(f"> {line}" for line in history[1:]))) if history else ""
    text = "\n\n".join((*paragraphs, quoted)).strip() + "\n"
    packed = dice.random() < 1 / 2
    boundary = f"alternative-{number:06d}-{dice.getrandbits(32):08x}"
    parts = (_part("plain", text, packed), _part("html", _html(paragraphs, history), packed))
    middle = "".join(f"--{boundary}\n{part}" for part in parts)
    return f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n{middle}--{boundary}--\n'


def _part(kind: str, text: str, packed: bool) -> str:
    raw = text.encode()
    encoding = "base64" if packed else "quoted-printable"
    body = (base64.encodebytes(raw) if packed else quopri.encodestring(raw)).decode()
    head = f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    return f"{head}{body}\n"


def _html(paragraphs: Sequence[str], history: Sequence[str]) -> str:
    def block(text: str) -> str:
        return f'<p style="{_STYLE}">{escape(text).replace(chr(10), "<br>")}</p>\n'

    quote = ""
    if history:
        inner = "".join(f"<div>{escape(line)}</div>\n" for line in history[1:])
        style = "margin:0 0 0 .8ex;border-left:1px solid #cccccc;padding-left:1ex"
        quote = f'<div>{escape(history[0])}</div><blockquote style="{style}">\n{inner}</blockquote>\n'
    head = "<html><head><meta charset=utf-8><style>p{margin:0} .x{display:none}</style></head>\n"
    hidden = '<div style="display:none;max-height:0">&nbsp;&zwnj;&nbsp;&zwnj;</div>\n'
    return f"{head}<body>{hidden}{''.join(map(block, paragraphs))}{quote}</body></html>\n"


def _with_file(number: int, body: str, dice: random.Random) -> str:
    boundary = f"mixed-{number:06d}"
    content = base64.encodebytes(dice.randbytes(FILE_SIZE)).decode()
    head = (
        f'Content-Type: application/pdf; name="giay-to-{number}.pdf"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="giay-to-{number}.pdf"\n\n'
    )
    return (
        f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n{body}\n'
        f"--{boundary}\n{head}{content}\n--{boundary}--\n"
    )


def _word(text: str) -> str:
    """A header's words, as an encoded word where they need one (RFC 2047)."""
    text = " ".join(text.split())
    if text.isascii():
        return text
    pieces = [text[start : start + 12] for start in range(0, len(text), 12)]
    return "\n ".join(f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)
