"""The words that announce a customer code or a user name, and the shapes of both; folded."""

from __future__ import annotations

import re

#: Whose code it is, folded.
_HOLDER_VI = (
    "khach hang|khach|kh|hoc vien|hv|sinh vien|sv|hoc sinh|hs|benh nhan|bn|benh an|ho so(?: kham| benh)?|hoi vien|thanh vien"
    "|nhan vien|nv|cong nhan|can bo|cb|khach thue|tinh nguyen vien|tnv|nguoi tham gia|ung vien|uv|doc gia|ban doc|cu dan|thue bao|giao vien|gv|giang vien|tai xe|doi tac"
    "|bao danh|bd|dang nhap|nguoi dung|nguoi hien|nguoi choi|nguoi ban|y te|tai khoan|tk|vi|gia dinh|thi sinh|an danh|phu huynh|ph"
    "|dai ly|cong tac vien|ctv|the|the thanh vien|the hoi vien|the hoc vien|the ban doc|the tich diem|dinh danh|danh bo|danh ba|nguoi benh|gian hang|nhan vat|nha tai tro|xa vien|vdv|nguoi thue"
)
_HOLDER_EN = (
    "customer|client|student|patient|member(?:ship)?|employee|staff|personnel|candidate|applicant|learner|loyalty|library|reader"
    "|borrower|user|account|acct|acc|profile|donor|guest|subscriber|policy ?holder|tenant|resident|pupil|learning|driver|seller|player"
    "|login|rewards|insured person'?s|participant|licence holder|license holder|alumni|alumnus|club|supporter|volunteer|passenger"
    "|athlete|rider|wallet|panell?ist|pensioner|account holder|cardholder|holder|railcard|kit|bib|pgr|shop|vendor|points|card"
    "|payroll|worker|postgraduate|undergraduate|postgrad|rewards card|nhs|hospital|chart|enrol?lment|enrol?lee|matriculation|trainee|apprentice|investor|shareholder|householder"
    "|courier|host|runner|swimmer|singer|voter|delegate|attendee|beneficiary|claimant|frequent flyer|mileage|mrn|under the name"
)
_NUMBER = r"(?:number|num|numb|no\b\.?|nr\b\.?|n°|id\b|code|ref\b\.?|reference|#|ma so|ma|so|ms\b|nos)"
_HOLDERS = (
    rf"(?:\b(?:ma|so|id|ms)(?: so)?(?: cua)? (?:{_HOLDER_VI})\b(?: (?:{_HOLDER_VI}))?|\b(?:{_HOLDER_VI}) (?:co )?{_NUMBER}"
    rf"|\b(?:{_HOLDER_EN})(?:'s)?(?: (?:account|card|file|record|profile|portal|registration|badge|login))? {_NUMBER}(?: {_NUMBER})?"
    r"|\b(?:mssv|mshv|msnv|mskh|mskb|mhv|mkh|msv|manv|makh|mahv|mnv|mbn|cif|sbd|pid|uid|id app|app id)\b"
    r"|\b(?:ref\.?|reference) (?:student|customer|patient|member)|\bma rieng\b|\bmembership\b|\bcand(?:idate)?\.? no\.?|\b(?:enrolled|registered) as\b)"
)
_EXPLICIT = rf"(?:{_HOLDERS}|\bid\b|\b(?:his|her) (?:number|no\.|id)\b)"
_BARE = rf"\b(?:{_HOLDER_VI}|{_HOLDER_EN})\b"
#: "mã …" of whatever kind: good for codes with letters.
ANY_CODE = re.compile(r"\bma(?: so)?(?: \w+){0,4}[\s:=(\"“–-]*$")
_LOGIN = (
    r"\b(?:user ?names?|user|ten dang nhap|ten (?:tai khoan|tk|acc|nick|user|nguoi dung)|nick ?names?|nick|log-?in|handle|screen ?name|tai khoan|tk|accounts?|acct|acc"
    r"|profile|athlete|rider|shop|seller|wallet|gian hang|cua hang|nhan vat|character|player|vi|id|uid|dang nhap|alias|gamertag|channel|kenh|cai ten|logged in as|sign(?:ed)? in as|known as|player names?|(?:ban|sold|sell|selling|playing|play|posting|post|under the name|under the username) (?:as|of)?|under the (?:name|nick|handle)|ten trong game)\b"
)
_OF = (
    r"(?:[\s:]*\b(?:la|cua|em|e|toi|tui|minh|m|chau|be|con|cho|cu|moi|hien tai|tren|app|he thong|is|was|are|were|of|my|mine|with|you|at|the|teh|then|there|here"
    r"|reads|ba|ong|me|bo|anh|chi|co|hoc|ten|name|dang|dung|dang ky|dang dung|phu|chinh|so|number|no|id|code|ma|for|in|on|called|named|ay|game"
    r"|card|account|portal|file|record|owner|lien quan|mua hang|dien dan|hai|second|old|current|previous|vo|chong|his|her|its|it's|your)\b\.?)*"
)
_MARK = r"[\s:=#.,(\[\"“”'‘’<–—-]*$"
_STATED = r"(?:\s+[\w'/]+){0,9}?(?:\s*[:=]|\s+(?:la|is|was|gom|reads|of mine is))[\s\"“'‘(#]*$"
SURELY = re.compile(rf"{_HOLDERS}(?:{_OF}{_MARK}|{_STATED})")
#: A number of few digits counts right after one of these.
ADJACENT = re.compile(
    r"\b(?:participant|member|patient|student|client|customer|pensioner|donor|resident|panell?ist|volunteer|hoi vien|benh nhan) $"
)
AFTER_NUMBER = re.compile(rf"{_EXPLICIT}(?:{_OF}{_MARK}|{_STATED})")
AFTER_HOLDER = re.compile(rf"{_BARE}{_OF}{_MARK}")
AFTER_LOGIN = re.compile(rf"{_LOGIN}(?:{_OF}{_MARK}|{_STATED})")
ENGLISH_WORD = re.compile(
    r"(?:ly|ing|tions?|ments?|ers?|ors?|ances?|ness|able|ies|ists?|ed|ful|ants?|ships?)$"
)
NAMING = re.compile(
    r"\b(?:ten|name|user|nick|acc|tk|tai khoan|logins?|handle|id|profile|account|username|nickname)\b"
)
DIGIT = re.compile(r"\d")
OPENING, CLOSING = frozenset("\"“'‘("), frozenset("\"”'’)")
NAMED = re.compile(
    rf"{_LOGIN}{_OF}(?:\s*[:=(\"“'‘]\s*[\"“'‘(]?|(?<= la)\s+|(?<= is)\s+|(?<= was)\s+|(?<= ten)\s+|(?<= called)\s+|(?<=\(user)\s+|(?<=username)\s+|(?<=user name)\s+)$"
)
#: How what NAMED finds can end.
LEADS = (
    ":",
    "=",
    "(",
    '"',
    "“",
    "'",
    "‘",
    " la",
    " is",
    " was",
    " ten",
    " called",
    "(user",
    "username",
    "user name",
)
#: The same before whatever comes: where it ends, a name may begin.
LEAD = re.compile(r"[:=(\"“'‘]\s*|(?:la|is|was|ten|called|user ?name|user)\s+")
#: What stands before a number that names no person.
AFTER_OTHER = re.compile(
    r"\b(?:don(?: hang)?|order|ticket|kien(?: hang)?|package|shipment|consignment|ref|reference|invoice|hoa don|hop dong|contract|policy|cccd|cmnd|cmt|cc|can cuoc|passport|ho chieu|yeu cau|yc|request|phieu(?: \w+)?|don thu"
    r"|dsr|case|giao dich|transaction|van don|booking|reservation|dat cho|ngan hang|bank|stk|iban|ngay|nam|lop|khoa|phong|room|parcel|tracking|notice|module|course|class|bien nhan"
    r"|bien lai|bien ban|serial|manuscript|tag|model|article|section|clause|dieu|luat|nghi dinh|decree|law|flight|chuyen|mst|ma so thue|thue|tax|vat|bien so|plate|so khung|voucher|coupon|ma giam gia|sku"
    r"|complaint|khieu nai|cong van|thong bao|letter|email of|subject|tel|phone|dt|sdt|dien thoai|mobile|fax|hotline|ext|may le|born|sinh|dob|code on|pin|otp|ma xac (?:nhan|thuc|minh)|verification|appendix|page|trang|version|ward|bed|giuong|flat|apartment|unit|street|hem|ngo|so nha|floor|block|chung minh|giay phep|may(?: tren tem)?|version|browser|edge|chrome|firefox|windows|android|ios|iphone|for order|our ref|your ref|ma don|ma gd|ma yc|ma so don|ma phieu|ma ho so don|req(?:uest)? id)"
    r"(?: (?:so|no|number|nr|ma|id|ref|reference|code|hang|la|is|was|of|moi|cu|nay|cua|toi|em|minh|my|ending|goc|dau tien|ban dau))*[\s:#.(\"“'–-]*$"
)
PREFIX_OF_OTHERS = re.compile(
    r"(?:YC|DH|HD|INV|ORD|REQ|REF|DSR|SKU|RMA|UQ|CV-?19|ISO|GDPR|CCPA|COVID|TT|QT|QD|ND|WG|PO|SR|CASE|TICKET)[-_ /]?\d",
    re.IGNORECASE,
)
CODE = re.compile(
    r"(?<![\w@./+-])(?:[A-Z]{1,5}\d{0,3} (?=\d))?(?=[\w./-]*\d)[A-Za-z]{0,8}\d*[A-Za-z]{0,3}[A-Za-z\d]*(?:[-./_][A-Za-z\d]+)*(?:(?: (?=\d))\d{2,5}(?:-\d+)?)*(?![\w@]|['’]s)"
)
_HANDLE = r"@?[A-Za-z\d][\w.]*[A-Za-z\d_](?:#\d{4})?(?![\w@])"
HANDLE = re.compile(rf"(?<![\w@./-]){_HANDLE}")
#: Those that plain words are not like: with a sign or a digit, or very long.
SIGNED_HANDLE = re.compile(rf"(?<![\w@./-])(?=@|[A-Za-z]*[\d_.#]|[A-Za-z]{{10}}){_HANDLE}")
SHAPED = re.compile(
    r"[A-Z]{2,4}-?(?:[A-Z]-)?\d{4,8}(?:-[A-Z\d]{1,5})?|[A-Z]{1,4}(?:-[A-Z]{1,3})?-\d{2,6}-\d{2,6}|[A-Z]{2,3}-\d{4,8}"
)
#: "thẻ", a card, names a holder, the English "the" does not; both fold to the same.
ARTICLE, ENGLISH = (
    re.compile(r"\bthe\b", re.IGNORECASE),
    re.compile(r"\b(?:is|my|your|and|please|of|was|dear|regards|this|that|with)\b"),
)
MANY, WORDS = 300, 2_500  # codes and words that are looked at
NUMERAL = re.compile(r"[\d._]+\w?")
NAME_BESIDE = re.compile(r"(?:[^\d\n]{3,40}(?:,| -| –|\()\s*)?(?:no\.? ?)?", re.IGNORECASE)
DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?|(?:19|20)\d\d|\d{1,2}(?:h|am|pm|g)\d*|\d+(?:k|tr|kg|cm|%|st|nd|rd|th|gb|mb|x|p|m|s|d|px|mm|ml|l|tuoi)|\d+x\d+|[kK]\d{2}|v?\d+(?:\.\d+)+",
    re.IGNORECASE,
)
DOMAIN = re.compile(
    r"\.(?:com|vn|org|net|io|example|test|co|uk|de|edu|gov|info|pdf|docx?|xlsx?|csv|json|jpe?g|png|zip|mp[34]|html?|txt|xml|eml|apk|exe|php|js|py)$",
    re.IGNORECASE,
)
_ORDINARY_WORDS = """
    the and with for from that this have has was is are not but you your please settings page details still under closed open number name
    data information deletion deleted active blocked locked password email phone facebook google youtube instagram telegram messenger premium
    business holder manager history again access request can could would want need where when what which there been will now then too only
    em toi minh cua nay do cu moi da bi gia dinh khac game hoc mua hang ngan thanh toan chinh phu giup luon nha roi con nua vinh vien duoc khong
    trong tren va thi ma voi cho dang ky signed since before after because should into also though registered recovery suspended exists team
    online shopping profile account username admin support customer service marketing newsletter personal contact export download tiktok zalo
    student teacher parent portal system website database security verification notification balance statement number linked shopee lazada seller buyer below above empty inactive dormant gone old attached enclosed assistant currently missing wrong correct different expired"""
NO_NAME = frozenset(_ORDINARY_WORDS.split())


ABBREVIATED = re.compile(
    rf"(?:{_HOLDER_VI}|{_HOLDER_EN}|mssv|mshv|msnv|mskh|mskb|mhv|mkh|msv|mnv|mbn|cif|sbd|pid|uid|id|no|nr|so|ma|dt|tel|sdt)"
)
HOUSE, STREET = re.compile(r"\d{1,3}[A-Za-z]?(?:/\d{1,4}){0,2}"), re.compile(r" [^\W\d_a-z]\w* [^\W\d_a-z]")
#: "My number is P-77103", "Number 44-0916.": whose number it is goes without saying.
MY_NUMBER = re.compile(
    r"(?:\bmy (?:number|no\.?) (?:is|was)|^\s*number:?|\bma (?:so )?cua (?:em|toi|minh)(?: la)?)[\s:]*$"
)
PARTED = re.compile(r"[A-Za-z]{1,3}-?\d{4,8}|\d{2,4}-\d{3,6}")
#: A name that nobody bears, "thucsinhbaby99" or "quill.and.ink", right after "tên" or "as".
COINED, AS = (
    re.compile(r"[A-Za-z]{5,}\d{1,4}|[a-z]+(?:\.[a-z]+){2,}"),
    re.compile(r"\b(?:ten(?: la)?|under the name|name|as|username[^.\n]{0,20}:) [\"“'‘]?$"),
)
