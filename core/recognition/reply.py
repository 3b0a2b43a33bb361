"""Takes from a message what its sender writes now: quoted history, signature and disclaimers come off."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.recognition.normalise import fold


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart; every line is in exactly one part."""

    new: str
    signature: str
    quoted: str


#: Heads that mail programs of other languages write; with English and Vietnamese they are told by the rules below.
_FOREIGN_FROM = r"von|de|da|fra|fran|van|od|expediteur|remitente|absender"
_FOREIGN_TOLD = (
    r"gesendet|betreff|envoye(?: le)?|objet|enviad[oa](?: el| em)?|asunto|assunto|inviato|oggetto|sendt|emne|skickat"
    r"|amne|verzonden|onderwerp|wys[lł]ane|wys[lł]ano|temat|datum|fecha"
)
_ADDRESSED = rf"(?:from|tu|nguoi gui|sent|date|to|subject|cc|gui|da gui|gui luc|ngay|den|toi|nguoi nhan|chu de|tieu de|an|a|para|til|till|aan|do|{_FOREIGN_FROM}|{_FOREIGN_TOLD})"
#: What begins like a quotation and is none: a row of a table, a line set between arrows.
_QUOTE = re.compile(r"\s*(?:[>»](?!.*<<\s*$)|\|(?!.*\|\s*$))")
#: Lines after which everything is history.
_CUT = re.compile(
    r"\s*(?:[-_*=]{2,}\s*(?:original (?:message|appointment|mail|e-?mail)|forwarded (?:message|by|mail|e-?mail)|reply message|thu goc|thu truoc|tin nhan (?:goc|ban dau)|thu ban dau"
    r"|(?:thu|tin nhan|noi dung|email)?(?: da| duoc)? ?chuyen tiep|email goc|message (?:transfere|d'origine)|(?:mensaje|mensagem) original|messaggio originale|(?:ursprungliche|weitergeleitete|antwort) nachricht|oprindelig meddelelse|opprinnelig melding|ursprungligt meddelande|oorspronkelijk bericht|wiadomosc oryginalna|oryginalna wiadomosc)\b.*"
    r"|[-_*=]{2,}\s*(?:on|vao|ngay)\b.{3,160}\b(?:wrote|viet)\s*:?\s*[-_*=]{2,}"
    r"|[-_*=]{2,} ?(?:below (?:this line )?is a copy|this is a copy of)\b.*"
    r"|begin forwarded message:|bat dau (?:tin nhan|thu) (?:duoc )?chuyen tiep:?"
    r"|\[(?:tin nhan|thu)[^\]]{0,30}chuyen tiep\].*"
    r"|.{0,40}\b(?:reply above this line|do not (?:write|reply|type) below this line|(?:tra loi|cau tra loi) (?:o )?(?:phia )?tren dong nay)\b.*)\s*$"
)
_FROM = re.compile(rf"\s*\*?(?:from|tu|nguoi gui|{_FOREIGN_FROM})\s*:\*?\s*\S")
_HEADER = re.compile(rf"\s*\*?{_ADDRESSED}\s*:\*?(?:\s|$)")
_DATED = re.compile(r"\s*\*?(?:sent|date|gui|da gui|gui luc|ngay)\s*:")
_TOLD = re.compile(
    rf"\s*\*?(?:sent|date|gui|da gui|gui luc|ngay|ngay gui|subject|chu de|tieu de|cc|{_FOREIGN_TOLD})\s*:|\s*\*?(?:to|den|toi|nguoi nhan|gui toi)\s*:.*@"
)
_SAID = r"(?:wrote|writes|viet|da viet|a ecrit|escribio|escreveu|schrieb|ha scritto|schreef|skrev|napisa[lł](?:\(?a\)?)?|kirjoitti|menulis)"
#: "On … wrote:", "Vào … đã viết:" with a date or an address, as a line or wrapped over three.
_OPENED = r"(?:on|vao|ngay|luc|le|el|am|il|op|em|den|pada|pa|dne|w dniu)\b"
_WROTE = re.compile(
    rf"\s*(?:{_OPENED}(?=.*\d).{{3,220}}\b{_SAID}(?: .{{1,40}})?\s*:"
    rf"|(?=.*\d).{{1,120}}<\s?[^<>\s]+@[^<>\s]+>.{{0,40}}{_SAID}?\s*:"
    rf"|.{{0,120}}<[^<>\s]+@[^<>\s]+>.{{0,40}}{_SAID}\s*:?"
    rf"|(?P<whole>(?=.*\d).{{1,80}}\b{_SAID} (?:on|at|vao|ngay|luc)\b.{{1,40}}:))\s*$",
    re.DOTALL,
)
#: How a head begins that goes on below: with a day or a time, and not every line that begins like that is one.
_WRAPPED = re.compile(rf"\s*(?:{_OPENED}.*(?:\d[:/.-]\d|\d{{4}}|@)|\d{{1,4}}[-/.:]\d)")
_DAY = re.compile(rf"\s*{_OPENED}.*\d")
_CLOCK = re.compile(r"\s*(?:vao )?(?:luc|at)\b")
_WRITING = re.compile(rf"{_SAID}|@")
#: What may stand right before quoted lines, and belongs to them.
_INTRODUCES = re.compile(
    rf"\s*(?:[-_*=]{{2,}} ?)?(?:(?:from|tu)\s*:.*|.{{0,120}}\b(?:{_SAID}|trich|tra loi|said|says|nhan|reminder|thong bao|notice|thu goc|thu truoc|tin nhan|original|you asked|your (?:message|mail|e-?mail|letter))\b.{{0,40}}(?::|[-_*=]{{2,}})|(?=.*\d{{4}}).{{1,120}}<[^<>\s]+@[^<>\s]+>)\s*(?:[-_*=]{{2,}})?\s*$"
)
#: The head of a quotation on the last line of what is new: "Please delete it. On Mon, 23 Nov 2026, Help wrote:".
_SHARED = re.compile(
    r"^(?![\s>|»-]|(?:on|vao|ngay|luc)\b)[^\n]{0,300}?[^\s-](?P<head>[ \t]*[-_*=]*[ \t]*\b(?:on (?:mon|tue|wed|thu|fri|sat|sun|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|vao (?:th\b|thu|ngay|luc|\d))(?=[^\n]{0,160}(?:\d:\d\d|\d{4}|@))[^\n]{3,200}\b(?:wrote|viet) ?:)\s*\n\s*[>|»]",
    re.MULTILINE,
)
_RULE = re.compile(r"\s*[-_=*~]{2,}\s*$")
_DEVICE = re.compile(
    r"\s*[(<]{0,2}(?:sent (?:from|via|with|using|by) (?:my|mail|outlook|yahoo|gmail|the all|proton|samsung|a |blue|spark|aol|mobile|iphone|ipad).{0,120}|get (?:outlook|bluemail) for .{0,120}|sent on the go.{0,40}|envoye (?:depuis|de) mon .{0,60}|von meinem .{1,60} gesendet"
    r"|(?:duoc |da )?gui (?:tu|bang|qua) .{0,40}(?:cua toi|cua em|cua minh|iphone|ipad|android|outlook|windows|samsung|yahoo|dien thoai|may tinh bang|app|ung dung|gmail|mail|zalo|xiaomi|oppo|vivo|galaxy).{0,60}"
    r"|(?:lay|tai|nhan) outlook (?:cho|danh cho) .{0,120})\s*$"
)
_CLOSING = re.compile(
    r"\s*(?:(?:xin |tran |tran trong |thanh )?(?:tran trong|than ai|than men|kinh thu|kinh chao|than)(?: cam on| kinh chao)?"
    r"|(?:em |toi |minh |chau |xin )?(?:chan thanh )?cam on(?: (?:anh|chi|ban|quy|cac|a|nhieu|shop|team|co|thay).{0,25})?"
    r"|(?:kind|best|warm|warmest|many|with (?:kind|best|warm))? ?(?:regards|wishes|thanks)|yours(?: (?:sincerely|faithfully|truly|in .{1,15}))?"
    r"|sincerely(?: yours)?|cheers|best|br|rgds|thanks(?: (?:a lot|again|so much|and regards))?|thank you(?: so much| very much)?|respectfully)"
    r"\s*[,.!]?\s*$"
)
_DISCLAIMER = re.compile(
    r"\s*(?:this (?:e-?mail|message|communication|transmission|mail|electronic mail)\b.{0,80}(?:confidential|intended|privileged|may contain)|disclaimer\b|confidentiality notice"
    r"|the (?:contents|information) (?:of|in) this (?:e-?mail|mail|message)\b.{0,80}(?:confidential|intended|privileged|solely|attach|may be|writer|sender|company)|(?:please )?consider the environment"
    r"|if you (?:are not the|(?:have |'ve )?(?:had |received )(?:it|(?:this|the) (?:e-?mail|mail|message|communication|transmission))\b.{0,40}(?:error|mistake|$))|(?:email|thu|thong tin trong (?:email|thu)|thu dien tu) nay"
    r"(?: va)?.{0,80}(?:bao mat|danh rieng|nguoi nhan|tai lieu dinh kem|tep dinh kem)|mien tru trach nhiem)"
)
_POSTSCRIPT = re.compile(r"\s*(?:p\.? ?s\.?|tb|tai but|nb|edit)\b\s*[.:]?", re.IGNORECASE)
#: A line below "--" that is no signature after all.
_GOES_ON = re.compile(
    r"\s*(?:(?:p\.? ?s|tb|tai but|nb|edit)\b|please (?!think|consider|recycle|print|note|notify|do not|don't|delete this|destroy)|also\b|(?:em|toi|minh) (?:muon|xin|can|yeu cau)|nho )"
)
#: Below a rule and an empty line somebody may go on writing; a signature says no sentence there.
_SENTENCE = re.compile(r"\s*(?:\S+\s+){4,}\S+[.!…]\s*$")
_LISTED = re.compile(r"\s*(?:\d{1,2}[.)]|[•*+])\s")
#: Words of a request: a line with one of them is no name, office or address.
_ASKS = re.compile(
    r"\b(?:xoa|giup|gui lai|gui cho|dung|ngung|sua|rut|huy|khong|muon|please|delete|remove|erase|stop|send me|do not|don't"
    r"|want|cancel|keep|also|nho|con nua)\b"
)
#: A line that begins like the one of a telephone and says something; most only excuse themselves.
_SAYS = re.compile(rf"{_ASKS.pattern}|\b(?:is|was|are|were)\b")
_EXCUSES = re.compile(r"excuse|forgive|pardon|typo|thu loi|thong cam")
_HEAD = 400  # characters; no line that is a head is longer
_LONG, _MANY = 75, 7  # a signature has neither long lines nor many


def split(text: str) -> Parts:
    """Take a clean text apart. What is only a quotation leaves `new` empty."""
    plain = fold(text)
    if ("wrote:" in plain or "viet:" in plain) and (shared := _SHARED.search(plain)):
        at = shared.start("head")
        text, plain = f"{text[:at]}\n{text[at:]}", f"{plain[:at]}\n{plain[at:]}"
    lines, folded = text.split("\n"), [_judged(line) for line in plain.split("\n")]
    history = _history(folded)
    own = [line for number, line in enumerate(lines) if number not in history]
    end = _signature_start([line for number, line in enumerate(folded) if number not in history])
    return Parts(
        "\n".join(own[:end]).strip(),
        "\n".join(own[end:]).strip(),
        "\n".join(line for number, line in enumerate(lines) if number in history).strip(),
    )


def _judged(line: str) -> str:
    """As much of a line as tells what it is: the head of a quotation and a signature are short."""
    return (
        line if len(line) <= 2 * _LONG and line[:8].strip() else " ".join(line[: 4 * _HEAD].split())[:_HEAD]
    )


def _history(lines: list[str]) -> set[int]:
    """The numbers of the lines that are quotation or its head."""
    history: set[int] = set()
    last_quoted = max((number for number, line in enumerate(lines) if _QUOTE.match(line)), default=-1)
    number = 0
    while number < len(lines):
        if not lines[number]:
            number += 1
            continue
        if _CUT.match(lines[number]) or _header_block(lines, number):
            return history | set(range(number, len(lines)))
        length = 0 if _QUOTE.match(lines[number]) else _wrote(lines, number)
        if length and number + length > last_quoted:
            return history | set(range(number, len(lines)))
        if length or _QUOTE.match(lines[number]) or _introduces(lines, number):
            history |= set(range(number, number + max(length, 1)))
        number += max(length, 1)
    return history


def _wrote(lines: list[str], number: int) -> int:
    """How many lines the head of a quotation takes that starts here; 0: none does."""
    if not lines[number].strip():
        return 0
    for length in (1, 2, 3):
        part = lines[number : number + length]
        if len(part) < length or not part[-1].strip() or (length > 1 and _QUOTE.match(part[-1])):
            return 0
        if _WRITING.search(part[-1]) and _WROTE.match(" ".join(part)):
            return length if length == 1 or _is_wrapped(part) else 0
    return 0


def _is_wrapped(part: list[str]) -> bool:
    """Whether the head begins on the first of the lines; what stands right above a head is new."""
    if not _WRAPPED.match(" ".join(part)):
        return False
    begins = bool(_WRAPPED.match(part[0]) or (part[1].lstrip()[:1] == "<" and _DAY.match(part[0])))
    heads = ((rest, _WROTE.match(" ".join(rest))) for rest in (part[at:] for at in range(1, len(part))))
    return not any(
        found["whole"] or not begins or (_WRAPPED.match(rest[0]) and not _CLOCK.match(rest[0]))
        for rest, found in heads
        if found
    )


def _header_block(lines: list[str], number: int) -> bool:
    """A head such as "From: … Sent: … Subject: …"; "From: … To: …" alone may be a wish of the writer's."""
    if not _FROM.match(lines[number]) and not _full_head(lines, number):
        return False
    following = [line for line in lines[number + 1 : number + 7] if line.strip()][:4]
    headers = [line for line in following if _HEADER.match(line)]
    opens_text = not any(line.strip() for line in lines[:number])
    # The first line may be wrapped; what only stands below it somewhere is another head.
    if not any(map(_HEADER.match, following[: 1 if opens_text else 2])):
        return False
    told = any(map(_TOLD.match, headers))
    return told if not opens_text else len(headers) >= 2 and any(map(_DATED.match, headers))


def _full_head(lines: list[str], number: int) -> bool:
    """A head that begins with another line than the sender: "Date: … From: … To: …", in a row."""
    head = lines[number : number + 3]
    return len(head) == 3 and all(map(_HEADER.match, head)) and any(map(_FROM.match, head[1:]))


def _introduces(lines: list[str], number: int) -> bool:
    """A line such as "Từ: …" or "She wrote on Friday:" right before quoted lines."""
    following = next((line for line in lines[number + 1 : number + 4] if line.strip()), "")
    return bool(_QUOTE.match(following) and _INTRODUCES.match(lines[number]))


def _signature_start(lines: list[str]) -> int:
    """The number of the line where signature, device line or disclaimer begins."""
    end = len(lines)
    for number in range(len(lines) - 1, max(len(lines) - 25, 0) - 1, -1):
        if _starts_ending(lines, number, end) and any(line.strip() for line in lines[:number]):
            end = number
    return end


def _starts_ending(lines: list[str], number: int, end: int) -> bool:
    line = lines[number]
    if _DISCLAIMER.match(line):
        return all(_short(later) for later in lines[_paragraph_end(lines, number) : end])
    if _DEVICE.match(line) and (not _SAYS.search(line) or _EXCUSES.search(line)):
        return all(_short(later) for later in lines[number + 1 : end])
    if line in ("-- ", "--"):
        return not any(map(_GOES_ON.match, lines[number + 1 : end]))
    below = lines[number + 1 : end]
    if _RULE.match(line):
        parts_text = bool(below) and not below[0].strip()
        return _name_block(below) and not (parts_text and any(map(_SENTENCE.match, below)))
    return bool(_CLOSING.match(line)) and _name_block(below)


def _paragraph_end(lines: list[str], number: int) -> int:
    return next((at for at in range(number, len(lines)) if not lines[at].strip()), len(lines))


def _name_block(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return len(filled) <= _MANY and all(_short(line) for line in filled)


def _short(line: str) -> bool:
    return len(line) <= _LONG and not (
        _POSTSCRIPT.match(line) or _LISTED.match(line) or _ASKS.search(line) or line.rstrip().endswith("?")
    )
