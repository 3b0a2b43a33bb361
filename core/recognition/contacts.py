"""Tells whose an e-mail address or a telephone number is: the writer's own, or an office's that identifies nobody."""

from __future__ import annotations

import re

from core.recognition.normalise import fold

#: Automatic letters: what they name is an address that failed, or an office that stands in.
_AUTOMATIC = re.compile(
    r"deliver\w*(?: \w+){0,6} (?:failed|failure|delayed)|(?:could ?n[o'’]t|could not|cannot|can't) be delivered|undeliver|delivery status notification"
    r"|mail delivery|mailer-daemon|user unknown|mailbox is full|khong (?:chuyen|gui|phat) duoc|khong ton tai hoac|hop thu (?:khong ton tai|da day|day)"
    r"|out of (?:the )?office|limited access to (?:my )?e-?mail|automatic(?:ally generated)? (?:reply|response)|auto-?reply|(?:tra loi|phan hoi|thu) tu dong"
)
#: Words of which every one of these holds at least one.
_AUTOMATED = (
    *("deliver", "mailer-daemon", "user unknown", "mailbox is full", "khong chuyen duoc", "khong gui duoc"),
    *("khong phat duoc", "khong ton tai hoac", "hop thu", "out of ", "limited access to ", "automatic"),
    *("auto-reply", "autoreply", " tu dong"),
)
_LAW = re.compile(
    r"\b(?:luat su|(?:van phong|cong ty|hang|vp) luat|ls|law (?:firm|office|group|chambers)|llp|solicitors?|advocates?|attorneys?|barristers?|esq|counsel|notary|cong chung)\b"
)
#: With one of these in the same lines a fixed line is that of an office.
_OFFICE = re.compile(
    r"\b(?:cong ty|cty|tap doan|doanh nghiep|ho kinh doanh|van phong|vp|toa soan|tap chi|phong|bo phan|khoa|hoi|xuong|truong|benh vien|phong kham|nha khoa"
    r"|trung tam|hanh chinh|ke toan|giam doc|pho|tro ly|thu ky|phu trach|tong dai|hotline|le tan|may le|fax|mst|ma so thue|llc|ltd|plc|inc|gmbh|co|office"
    r"|company|switchboard|showroom|studio|shop|reception|main|ext|registered|vat|procurement|purchasing|manager|management|director|executive|officer|head"
    r"|senior|partners?|secretary|department|dept|clinic|hospital|software|consult\w*|advisory|associates?|union|house|society|team|agency|group|services|care"
    r"|engineer\w*|hq|direct|ban dieu hanh|dieu hanh|kinh doanh|tru so|chi nhanh|branch|zalo cong ty)\b"
)
#: Right before it: an office, a caller, a paper.
_NOT_OWN_NUMBER = re.compile(
    r"\b(?:hotline|switchboard|tong dai|our (?:office|main line|reception)(?:,? (?:phone|tel\w*|on|at))?|van phong|vp|toa soan|le tan|reception|fax|showroom(?: tel)?|zalo cong ty"
    r"|mst|ma so thue|tax (?:code|id)|vat|(?:cmnd|cccd|cmt|can cuoc|chung minh(?: thu| nhan dan)?|ho chieu|passport|danh bo|ma so thue|company no)(?:(?!dt|dien thoai|phone|mobile|tel|so cu)[^.\n]){0,60}?"
    r"|(?:goi|nhan tin|nhan|call|called|calls|calling|text|texted|texts|rang|rung|ringing|messages?|sms)(?: \w+){0,3} (?:tu|from)(?: (?:so|may|the|number|a|dien thoai))*"
    r"|\bcall(?: us| now| today)?(?: on| at)?|(?:tag|reference|tracking) number|(?:quan tam )?vui long lien he|ll(?: zalo)?|lh|alo ngay|goi ngay|ho tro 24/7)[\s:.,()]*$"
)
_PAPER_AFTER = re.compile(r"\s*\(?(?:cmnd|cccd|can cuoc|chung minh|mst)")
_NOT_OWN_ADDRESS = re.compile(
    r"(?:\b(?:written|wrote|write|writing|emailed|e-?mailed|sent|complained|reported) (?:\w+ ){0,4}(?:to|at)|\b(?:answers?|reply|replies|respond|correspondence|response)(?: \w+){0,3} (?:to|at)"
    r"|^to\s*:|\btheir (?:contact|e-?mail|address)(?: (?:is|address))*|\breceive it at|\bdia chi nhan|\(contact|\bplease contact|\bvui long lien he"
    r"|\bvan phong)"
    r"(?: (?:dia chi|address|email|e-mail|hop thu|mail|the))*[\s:(<]*$"
)
_ROLE = re.compile(
    r"(?:^|[.\-_])(?:info|office|hello|contact|privacy|dpo|data|dataprotection|gdpr|help|helpdesk|support|hotro|cskh|lienhe|vanphong|hanhchinh|ke\.?toan|ho-?so|admin|sales|legal|claims|requests"
    r"|dataclaims|intake|onboarding|tiepnhan|baomat|dulieu|baovedulieu|lettings|complaints|newsletter|no-?reply|marketing|hoso|tuyensinh|tuyendung|press|service|care"
    r"|enquiries|inquiries|import|transfers?|records|cases?|grants|news|dao-?tao|training|booking|orders|jobs|careers|billing|accounts|phapche|hoidap|deals|notice|unsubscribe)(?:$|[.\-_])"
)
_OWN = re.compile(
    r"\b(?:my|mine|our|me|cua (?:em|toi|minh|chau|tui|be|con|anh|chi)|(?:em|toi|minh|tui) la|tai khoan|account|login|registered|dang ky|email (?:em|minh|toi))\b|\b(?:thanh|sang|from|tu|qua|la)\s*$"
)
_MOBILE = re.compile(r"(?:0|84)[35789]\d{8}|07\d{9}|447\d{9}|61?04\d{8}|614\d{8}")
_SPEAKS = re.compile(
    r"\b(?:my|i|is|are|cua (?:em|toi|minh|chau|tui|anh|chi)|xin|nho|vui long|please|goi (?:cho|em|toi)|so (?:em|toi|minh)|registered (?!office|in)|dang ky|client'?s?|her|his|than chu|khach hang)\b"
)
_NAME, _SIGNED = 4, 120  # letters of a name; characters at the end of a letter
_SHORT = 130  # characters of a line that is no prose


def is_automatic(text: str) -> bool:
    """Whether a clean text is a bounce or an automatic reply."""
    folded = fold(text[:2_000])
    return any(word in folded for word in _AUTOMATED) and bool(_AUTOMATIC.search(folded))


def is_own_number(text: str, start: int, end: int) -> bool:
    """Whether the telephone number at this place of a clean text names a person, not an office or a paper."""
    before, after = _before(text, start), fold(text[end : end + 16])
    if _NOT_OWN_NUMBER.search(before) or _PAPER_AFTER.match(after):
        return False
    digits = re.sub(r"\D", "", text[start:end])
    block = _contact_lines(text, start)
    if not block:
        return True
    return not _LAW.search(block) and (bool(_MOBILE.fullmatch(digits)) or not _OFFICE.search(block))


def is_own_address(text: str, start: int, end: int) -> bool:
    """Whether the e-mail address at this place names a person."""
    before = _before(text, start)
    local = fold(text[start:end]).partition("@")[0]
    if _ROLE.search(local) and not _OWN.search(before[-25:]):
        return False
    if _NOT_OWN_ADDRESS.search(before) and not _OWN.search(before[-30:]) and not _signed(text, local, end):
        return False
    return not _LAW.search(_contact_lines(text, start))


def _signed(text: str, local: str, end: int) -> bool:
    """Whether somebody of that name signs: "d.okafor@…" above "David Okafor"."""
    names = [part for part in re.split(r"[\W\d_]+", local) if len(part) >= _NAME]
    return any(re.search(rf"\b{part}\b", fold(text[end:][-_SIGNED:])) for part in names)


def _before(text: str, start: int) -> str:
    """What stands before it on its line."""
    return fold(text[max(0, start - 110, text.rfind("\n", 0, start) + 1) : start])


def _contact_lines(text: str, start: int) -> str:
    """The short lines around a place, folded, where they look like a signature; else nothing."""
    first = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    last = text.find("\n\n", start)
    block = text[first : last if last >= 0 else len(text)]
    line = text[text.rfind("\n", 0, start) + 1 : (text + "\n").find("\n", start)]
    if first == 0 or len(line) > _SHORT or _SPEAKS.search(fold(line)):
        return ""
    return fold("\n".join(part for part in block.split("\n") if len(part) <= _SHORT))
