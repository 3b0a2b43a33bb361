"""Says why a mail gets no automatic answer: what machines send must not be answered by a machine (RFC 3834)."""

from __future__ import annotations

import re
import unicodedata

from core.messages import Address
from mailer.mime import Part

#: Every mail of the desk carries it; two desks that write to each other stop at the first.
LOOP_HEADER = "X-PrivacyDesk-Loop"

#: Reason, header, and the values of it that speak for the reason. The first that fits is given.
HEADER_RULES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (reason, header, re.compile(pattern, re.IGNORECASE))
    for reason, header, pattern in (
        ("automatic", "auto-submitted", r"(?!no\b)."),
        # OOF alone asks for no absence notes, and for nothing else (MS-OXCMAIL 2.2.3.2.14).
        ("automatic", "x-auto-response-suppress", r".*\b(dr|autoreply|all)\b"),
        ("automatic", "x-ms-exchange-inbox-rules-loop", r""),
        ("automatic", "x-ack", r"no\b"),
        ("automatic", "x-vacation", r""),
        ("automatic", "precedence", r"auto[-_]?reply"),
        ("loop", "x-loop", r""),
        ("mailing list", "precedence", r"(bulk|junk|list)"),
        ("mailing list", "list-id", r""),
        ("mailing list", "list-post", r""),
        ("mailing list", "list-help", r""),
        ("mailing list", "list-owner", r""),
        ("mailing list", "list-archive", r""),
        ("mailing list", "list-subscribe", r""),
        ("mailing list", "list-unsubscribe", r""),
        # List software older than RFC 2369, or beside it.
        ("mailing list", "mailing-list", r""),
        ("mailing list", "x-mailing-list", r""),
        ("mailing list", "x-beenthere", r""),
        # Amazon's mail service puts it on every mail, also on those of people.
        ("mailing list", "feedback-id", r"(?!.*:AmazonSES)."),
        ("calendar", "content-class", r"urn:content-classes:calendarmessage"),
    )
)

#: Headers whose name alone says that a machine answered; "no" takes it back.
_AUTOMATIC_NAME = re.compile(r"auto[-_]?(?:respon|submitted|repl|generated)|holidayreply|machinegenerated")
_TAKEN_BACK = frozenset({"", "no", "none", "false", "0"})
#: These are read by rules of their own.
_WITH_RULES = frozenset({"auto-submitted", "x-auto-response-suppress"})

_MACHINES = re.compile(
    r"((mailer|mail)[-_.]?(daemon|deamon)|mdaemon|daemon|post[-_.]?master|abuse|bounces?|bounced|root|nobody|cron"
    r"|auto[-_.]?(reply|respond(er)?|response|confirm|mailer|answer)|notifications?|newsletters?|listserv|majordomo"
    r"|owner-.+|.+-(request|owner|bounces?)"
    r"|([\w-]+[-_.])?(no|non?|dont|do[-_.]?not|never|ne[-_.]?pas|nicht)[-_.]?(reply|replay|respon[ds]e?|answer|antworten|repondre|responder|contest\w*)"
    r"|(xin|vui[-_.]?long)?[-_.]?(khong|k|ko|dung)[-_.]?(tra[-_.]?loi|phan[-_.]?hoi|reply)(thu|mail)?"
    r")([-+_.=].*|\d{0,4})",
    re.IGNORECASE,
)

#: How subjects of absence notes begin, in lower case and without diacritics.
_ABSENCE = re.compile(
    r"(?:.{0,200}\((?:automatic|auto)[- ]?(?:response|reply)\)\s*$"
    r"|\[[^\]]{1,80}\]\s*auto(?:matic|mated)?[ -]?(?:reply|response|responder)\b"
    r"|(?:(?:re|tl|fw|fwd|aw|tr|sv|antw)\s*:\s*)*(?:auto\s*:.{0,80}?)?\[?(?:"
    r"(?:thu |email |tin nhan )?(?:tra loi tu dong|tu dong (?:tra loi|phan hoi)|phan hoi tu dong)|vang mat\b"
    r"|thong bao (?:vang mat|nghi phep|di cong tac|nghi le|nghi tet)|(?:dang |hien )?nghi phep\b|dang di cong tac\b"
    r"|toi (?:hien |hien dang |dang |se )?(?:vang mat|nghi phep|di cong tac|khong co mat)"
    r"|auto(?:matic|mated)?[ -]?(?:reply|response|answer|responder)|out[ -]of[ -](?:the )?office|ooo\b|(?:on )?vacation (?:reply|response|notice)"
    r"|on (?:annual |parental |maternity |sick )?(?:leave|vacation|holiday)\b|(?:annual|maternity|parental) leave\b"
    r"|(?:i am|i'm) (?:currently )?(?:away|out of|on (?:annual |maternity )?(?:leave|vacation|holiday))|away from (?:the |my )?(?:office|desk)"
    r"|automatische (?:antwort|nachricht)|abwesen|nicht im (?:buro|haus)|ich bin (?:nicht im|im urlaub|abwesend)"
    r"|reponse automatique|absence du bureau|absent(?:e)? du bureau|message d'absence|je suis absent|en conges?\b|notification d'absence"
    r"|respuesta automatica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta automatica|automatisch antwoord"
    r"|autosvar|autoodpowied|automaticka odpoved|автоответ|автоматическ|自動返信|自動応答|不在|自动回复|自動回覆|자동 ?(?:응답|회신)|automatyczna odpowied"
    r"))"
)
#: Mail that asks whether a person stands behind what it answers, or tells a machine's figures.
_CHALLENGE = re.compile(
    r"(?:re\s*:\s*)*(?:please )?(?:confirm|verify|authenticate) (?:your |this )?(?:message|mail delivery|e-?mail to|email address to deliver)"
    r"|(?:your |this )?(?:message|e-?mail|mail) (?:to .{1,80} )?(?:requires|needs|is waiting for|awaiting|awaits) (?:sender )?(?:confirmation|verification|approval|authentication)"
    r"|sender (?:verification|confirmation)|xac (?:nhan|minh) nguoi gui|\[?(?:boxbe|spamarrest|challenge[/ -]response)"
)
#: What the text of such mail says near its beginning.
_CHALLENGED = (
    "account is protected by",
    "mailbox is protected by",
    "have your address added to",
    "approved senders list",
    "allowed senders list",
    "prove that you are human",
)
#: Marks go, and the one letter that Unicode does not take apart; other scripts keep theirs.
_WITHOUT_MARKS = {**dict.fromkeys(range(0x300, 0x370)), ord("đ"): "d"}
_FIGURES = re.compile(
    r"report[ -]domain:|dmarc (?:aggregate )?report|tls[ -]report|\[preview\] report domain"
)
_FIGURE_TYPES = frozenset({"application/tlsrpt+gzip", "application/tlsrpt+json"})
_FIGURE_FILE = re.compile(r"[\w.-]+![\w.-]+!\d{9,11}!\d{9,11}.*\.(?:xml(?:\.gz)?|zip|gz|json(?:\.gz)?)")


def is_own(message: Part, sender: str, help_address: str) -> bool:
    """Whether the desk sent it, or another desk did."""
    if LOOP_HEADER.lower() in message.headers:
        return True
    local, _, domain = sender.lower().rpartition("@")
    return bool(domain) and f"{local.partition('+')[0]}@{domain}" == help_address.lower()


def silence_reason(message: Part, sender: Address, subject: str, text: str) -> str:
    """Why no automatic answer is due to a mail that is neither ours nor a bounce; empty where one is."""
    return (
        _by_content(message)
        or _by_header(message)
        or ("automatic sender" if _MACHINES.fullmatch(sender.normal.rpartition("@")[0]) else "")
        or _by_subject(folded(subject))
        or ("challenge" if any(map(text[:3_000].lower().__contains__, _CHALLENGED)) else "")
    )


def _by_header(message: Part) -> str:
    headers = message.headers
    for reason, header, pattern in HEADER_RULES:
        if header in headers and any(pattern.match(value) for value in headers[header]):
            return reason
    if _AUTOMATIC_NAME.search(" ".join(headers)) and _named_automatic(message):
        return "automatic"
    # Nobody can be written to behind an empty envelope (RFC 5321 4.5.5).
    empty = (value.strip("<> \t") == "" for value in headers.get("return-path", ()))
    return "automatic" if any(empty) else ""


def _named_automatic(message: Part) -> bool:
    return any(
        value.lower() not in _TAKEN_BACK
        for name, values in message.headers.items()
        if name not in _WITH_RULES and _AUTOMATIC_NAME.search(name)
        for value in values
    )


def _by_content(message: Part) -> str:
    if message.media_type == "multipart/report":
        return "report"
    if message.media_type in ("text/plain", "text/html"):
        return ""
    leaves = [part for part in message.walk() if not part.parts]
    calendars = [part for part in leaves if part.media_type == "text/calendar"]
    # An invitation names its method (RFC 6047 2.4) or is shown; a calendar file that somebody attaches is neither.
    if calendars and (len(calendars) == len(leaves) or any(map(_is_invitation, calendars))):
        return "calendar"
    if any(part.media_type in _FIGURE_TYPES or _FIGURE_FILE.fullmatch(part.filename) for part in leaves):
        return "report"
    return ""


def _is_invitation(part: Part) -> bool:
    return "method" in part.parameters or not (part.disposition or part.filename)


def _by_subject(subject: str) -> str:
    if _ABSENCE.match(subject):
        return "absence note"
    if _FIGURES.match(subject):
        return "report"
    return "challenge" if _CHALLENGE.match(subject) else ""


def is_absence_note(subject: str) -> bool:
    """Whether the subject is an absence note's, in one of many languages."""
    return bool(_ABSENCE.match(folded(subject)))


def folded(text: str) -> str:
    """Lower case, without diacritics; đ as d."""
    lower = text.lower()
    if lower.isascii():
        return lower
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", lower).translate(_WITHOUT_MARKS))
