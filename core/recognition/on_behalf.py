"""Signs of whose data a text is about: the writer's own, that of a child in their care, or of another person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import NamedTuple

from core.recognition.normalise import fold, lowered, marked_words, modern_tones


class Sign(NamedTuple):
    """A sign and the span of the text that shows it.

    `name` is one of `NAMES`: "child.…" speaks for a child in the writer's care, "agent.…" for anyone else
    whom the writer acts for, "self.…" against both.
    """

    name: str
    start: int
    end: int


_ME = r"(?:tôi|tui|toi|mình|em|anh|chị|chúng tôi|chúng mình|chúng em|tụi mình|tụi em|nhà tôi|nhà em|nhà mình|nhà chị|nhà anh|nhà tui|nhà|vợ chồng tôi|bác|cô|chú|t|e|m|mik)"
_KID = r"(?:con (?:gái|trai|nhỏ|bé|lớn|út)|con|bé|cháu|nhóc|con bé|thằng bé|thằng nhóc|hai đứa|mấy đứa|đứa)"
_ELDER = r"(?:mẹ|má|mạ|ba|bố|cha|tía|ông(?: nội| ngoại)?|bà(?: nội| ngoại)?|cụ|ông cụ|bà cụ|bà xã|ông xã|vợ|chồng|anh trai|chị gái|em gái|em trai|chị|anh|dì|cô|chú|bác|cậu|mợ|thím|sếp|bạn|bạn gái|bạn trai|bạn thân|đồng nghiệp|hàng xóm|thân chủ|khách hàng|thầy|nội|ngoại)"
_DATA = r"(?:dữ liệu|thông tin|tài khoản|tk|acc|hồ sơ|ảnh|hình|hình ảnh|video|clip|tên|số|sđt|sdt|bệnh án|điểm|đơn|yêu cầu|giấy|thẻ)"
_OF = r"(?:\s+(?:cá nhân|của|cho|về|riêng|chụp)){0,2}\s+"
_NEVER_MIND = r"(?!\s*(?:giúp|cho em biết|gái ngân|ơi|ạ|nhé|chị|anh ))"

#: Written with all marks; a text that has none is searched without them.
_VIETNAMESE: Mapping[str, str] = {
    "child.mine": rf"\b{_KID}(?: nhỏ| lớn| đầu| út)? (?:của )?(?:{_ME})\b|\b(?:con|bé|cháu) (?:gái |trai )?nhà\b|\bcon (?:gái|trai) (?:tôi|tui|em|mình|chị|anh|bác|cô|chúng|của)\b|\bhai mẹ con\b|\bcon cái\b",
    "child.parent": r"\b(?:mẹ|má|ba|bố|cha|tía|ph|phụ huynh|ông|bà|dì|cô|chú|anh|chị|người giám hộ|giám hộ)(?: của| là| em| của em)? (?:bé|cháu|con|em bé|em học sinh)\b|\bphụ huynh\b|\bgiám hộ\b|\b(?:tôi|em|mình|chị|anh|e|là|am) (?:là )?(?:mẹ|bố|ba|cha|má) (?:của )?(?:bé|cháu|em|con|nó)?\b|\b(?:gia đình|nhà) (?:tôi |em |mình )?(?:không|xin|đề nghị|chưa|muốn|kính|mong|hề)\b",
    "child.data": rf"\b{_DATA}{_OF}(?:con|bé|cháu|các con|các cháu|các bé|trẻ|hai cháu|hai bé)(?! (?:xin|muốn|cần|gửi|là|ơi))\b",
    "child.named": r"\b(?:cháu|bé|con)(?: tên| là| tên là)? (?-i:_CAP)\w+",
    "child.age": r"\b(?:mới |được |mới có |chưa đủ |dưới )?(?:[2-9]|1[0-7]) ?(?:tuổi|t)\b(?! (?:nghề|thọ))|\b(?:[1-9]|1[01]|18) tháng tuổi\b|\bchưa đủ tuổi\b|\bvị thành niên\b",
    "child.school": r"\blớp (?:[1-9]|1[0-2]|lá|chồi|mầm|mẫu giáo)\b|\bmầm non\b|\bmẫu giáo\b|\btiểu học\b|\bnhà trẻ\b|\bcô giáo\b|\bcô chủ nhiệm\b|\bkhai sinh\b|\btrẻ em\b|\bđi học\b|\bhọc bạ\b",
    "child.acted": r"\b(?:cháu|bé|con|nó|nhóc) (?:nó )?(?:tự|tự ý|tự tiện|lấy|lén|nghịch|bấm|khai|nói dối|lập|đăng ký|đk|dk|chơi|học|thi)\b",
    "agent.relative": rf"\b(?:mẹ|má|mạ|ba|bố|cha|tía|ông nội|ông ngoại|bà nội|bà ngoại|bà cụ|ông cụ|bà xã|ông xã|vợ|chồng|anh trai|chị gái|em gái|em trai|dì|chú|bác|cậu|mợ|thím|nội|ngoại|chị ruột|anh ruột|em ruột|bố mẹ|ba mẹ|cha mẹ)(?: vợ| chồng| ruột| đẻ| già| mất| của| họ)? {_ME}\b|\b(?:ông|bà) nhà tôi\b|\bmẹ già\b",
    "agent.other": r"\b(?:sếp|bạn thân|bạn gái|bạn trai|bạn cùng phòng|đồng nghiệp|hàng xóm|người yêu|khách hàng|nhân viên cũ|học trò|chủ|bạn|nhỏ bạn|thằng bạn|con bạn) (?:của )?(?:tôi|tui|mình|em|chị|anh|e|m|t|chúng tôi)\b|\bcụ (?-i:_CAP)\w+|\bcả nhóm\b|\bthay (?:cho )?(?:sếp|bạn|cụ|bà|ông|mẹ|ba|bố|chị|anh)\b",
    "agent.data": rf"\b{_DATA}{_OF}(?:mẹ|má|ba|bố|cha|ông|bà|cụ|vợ|chồng|thân chủ|anh ấy|cô ấy|chị ấy|ông ấy|bà ấy|ổng|bả|ảnh ấy|chỉ ấy|khách hàng chúng tôi|người đã mất)\b",
    "agent.acts": r"\bthay mặt\b|\b(?:được |người |giấy |văn bản |hợp đồng |đơn |theo )?(?:ủy quyền|uỷ quyền|uq)\b|\bđại diện (?:cho|theo|pháp luật|hợp pháp)\b|\bthân chủ\b|\bthừa kế\b|\b(?:viết|hỏi|gửi|liên hệ|làm|nộp|xin|nhắn|yêu cầu) (?:giùm|dùm|hộ|thay|giúp) (?:cho )?(?:mẹ|má|ba|bố|cha|ông|bà|cụ|vợ|chồng|chị|anh|em gái|bạn|sếp|cô|chú|bác)\b",
    "agent.asked": r"\bnhờ (?:tôi|em|mình|con|cháu|tui|t|e)(?: (?:viết|hỏi|gửi|liên hệ|nhắn|xin|nộp|làm|báo|thay|bảo|coi|xem))?\b|\b(?:vợ|chồng|mẹ|ba|bố|má|bà|ông|chị ấy|cô ấy|anh ấy) (?:\w+ ){0,2}(?:nhờ|muốn|đề nghị|yêu cầu|không muốn|không biết (?:chữ|dùng|xài))\b",
    "agent.lawyer": r"\bluật sư\b|\b(?:văn phòng|công ty) luật\b|\bls\.",
    "agent.late": r"\b(?:đã|mới|vừa|mất) (?:mất|qua đời|khuất núi)\b|\bqua đời\b|\bgiấy chứng tử\b|\bchứng tử\b|\bngười đã khuất\b|\b(?:mẹ|má|ba|bố|cha|ông|bà|bác|chồng|vợ|anh|chị)(?: \w+){0,2} mất (?:hồi|tháng|năm|hôm|tuần|hai|ba|rồi)\b|\bdi sản\b",
    "agent.old": r"\b(?:[6-9]\d|1[0-9]{2}) tuổi\b|\bmù chữ\b|\bkhông biết (?:chữ|đọc)\b|\b(?:mắt|tai|trí nhớ|già|yếu)(?: \w+)? (?:kém|yếu|rồi)\b|\bnằm viện\b",
    "child.grown": rf"\b{_KID}[^.\n]{{0,30}}\b(?:1[89]|[2-5]\d) tuổi\b",
    "child.signed": r"\n(?:em |tôi |chị |anh |kính )*(?:mẹ|má|ba|bố|cha|tía|ph|phụ huynh|ông|bà|dì|cô|ông bà|ba mẹ|bố mẹ|ba má)(?: của| em| của em| nội| ngoại)* (?:(?:bé|cháu|con|em)\b|(?-i:_CAP)\w+)[^\n]{0,50}\s*(?:\n[^\n]{0,60}\s*){0,2}$",
    "agent.signed": r"\n(?:em |tôi |người )?(?:con(?: gái| trai| dâu| rể)?(?: cả| út| bà| ông| của)?|cháu (?:nội|ngoại|gái|trai|họ|dâu)|vợ|chồng|chị gái|anh trai|em gái|em trai|thư ký|người đại diện|đại diện|luật sư|ls|văn phòng luật)\b[^\n]{0,60}\s*(?:\n[^\n]{0,60}\s*){0,2}$",
    "agent.opens": rf"^[^\n]*\n+(?:[^\n]{{0,60}}\n+)?[^\n]{{0,40}}\b(?:mẹ|má|ba|bố|cha|tía|ông (?:nội|ngoại)|bà (?:nội|ngoại)|vợ|chồng|chị gái|anh trai|em gái|em trai|dì|chú|bác|cậu) {_ME}\b",
    "child.opens": rf"^[^\n]*\n+(?:[^\n]{{0,60}}\n+)?[^\n]{{0,40}}\b(?:{_KID} {_ME}|phụ huynh|bé nhà|cháu nhà)\b",
    "self.own": rf"\b{_DATA}{_OF}(?:tôi|mình|em|tui|tớ|mk|mik|e|m|t)\b(?! (?:gái|trai|bé))",
    "self.name": r"\b(?:em|tôi|mình|tui|e) (?:tên|là) (?-i:_CAP)\w+",
}
_MY = r"(?:my|our|me|mine)"
_CHILD = r"(?:sons?|daughters?|kids?|child(?:ren)?|boys?|girls?|twins|toddlers?|teen(?:ager)?s?|bab(?:y|ies)|little (?:one|boy|girl)s?|youngest|eldest|stepsons?|stepdaughters?|step-?child(?:ren)?|foster (?:son|daughter|child|boy|girl)|grand(?:son|daughter|child|kid)s?|godson|goddaughter|nephew|niece|pupil|ward|(?:\w+[- ]year[- ]old)|\d{1,2}[- ]?(?:yo|y/o|yr old))"
_GROWN = r"(?:mother|mum|mom|mam|mamma|father|dad|pa|parents|wife|husband|hubby|spouse|partner|fiancée?|brother|sister|aunt(?:ie)?|uncle|cousin|grandmother|grandfather|grandma|grandpa|gran|nan|nana|granny|granddad|grandad|mother-in-law|sister-in-law|brother-in-law|stepfather|stepmother|great-aunt|godmother|godfather|flatmate|father-in-law|in-laws|boyfriend|girlfriend)"
_OTHER = r"(?:client|clients|boss|friend|neighbou?r|colleague|tenant|roommate|flatmate|housemate|employer|employee|patient|member|principal|assistant|landlady|landlord|landlord)"
_THING = r"(?:data|details?|information|info|account|accounts|records?|file|profile|photos?|pictures?|videos?|name|number|e-?mail|entry|chart|request|history|image|face|consent|permission|address|phone|wishes)"
_LATE = r"(?:late |elderly |dear |old |ex-|poor |teenage |own |two |three |younger |older |little |minor |adult |deceased |dead |poor old |disabled |sick |blind |frail )?"
_ENGLISH: Mapping[str, str] = {
    "child.mine": rf"\b{_MY} {_LATE}{_CHILD}\b",
    "child.parent": r"\b(?:mum|mother|mom|mam|father|dad|dads|mums|parents?|guardian|mama|carer|grandmother|grandfather|grandma|gran)(?: and (?:legal )?guardian)? (?:of|to)\b|\b\w+['’]s? (?:mum|mom|mother|dad|dads|mums|father|parents?|guardian)\b|\b(?:as|i'?m|am|being|are) (?:a|the|his|her|their|both) (?:\w+ )?(?:mum|mom|mother|father|dad|parents?|guardian)s?\b|\bparent(?:al|s)?\b|\bguardian(?:ship)?\b|\bcustody\b",
    "child.data": rf"\b(?:{_CHILD}|pupil)['’]?s?['’]? (?:\w+ )?{_THING}\b|\b{_THING} (?:of|about|on|for) (?:{_MY} |the )?{_CHILD}\b|\bkid'?s\b",
    "child.age": r"\b(?:(?:aged?|is|only|just|turned|was|he's|she's|they're|barely|both|under|at) (?:only |just )?(?:[2-9]|1[0-7])\b(?! ?(?:days?|weeks?|months?|times|of|%|th\b|am|pm|january|/|:))|(?:[2-9]|1[0-7])[- ]?(?:years?[- ]old|yo\b|y/o|yrs)|under ?age\b|minors?\b|too young\b|not old enough\b|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen)[- ](?:years?[- ]old|month))|\((?:[2-9]|1[0-7])\)",
    "child.school": r"\byear (?:[1-9]|1[0-3]|one|two|three|four|five|six)\b|\bnursery\b|\bkindergarten\b|\bprimary\b|\b(?:pre-?)?school\b|\bplaygroup\b|\bday ?care\b|\bgrade \d\b|\bclass \d\w?\b|\bheadmaster\b|\bheadteacher\b|\bclassroom\b|\bbirth certificate\b|\bsummer camp\b|\bdaycare\b",
    "child.acted": rf"\b{_CHILD}\b[^.\n]{{0,20}}\b(?:signed up|registered|typed|created|made|used|opened|clicked|entered|joined|lied|filled)\b|\b(?:he|she) (?:signed up|typed|lied|made an account|used my)\b",
    "agent.relative": rf"\b{_MY} {_LATE}{_GROWN}(?:['’]?s)?\b|\b(?-i:Mum|Dad|Mom|Gran|Nan|Grandpa|Grandma)\b",
    "agent.other": rf"\b{_MY} {_LATE}(?:former |new |good |best |blind |next-door )?{_OTHER}(?:['’]s)?\b",
    "agent.data": rf"\b(?:{_GROWN}|{_OTHER})['’]s (?:\w+ )?{_THING}\b|\b(?:her|his|their) (?:personal |own |registered |private |full |entire |whole )?{_THING}\b",
    "agent.acts": r"\b(?:on|in) behalf of\b|\bon (?:his|her|their|our \w+) behalf\b|\b(?:we|i) (?:\w+ )?act(?:ing)? for\b|\bact for (?:her|him|them)\b|\bour client\b|\bwe represent\b|\bi represent\b|\bpower of attorney\b|\b(?:signed )?authori[sz]ation\b|\bauthority to act\b|\bsigned authority\b|\bexecut(?:or|rix)\b|\bestate of\b|\bnext of kin\b|\bproxy\b|\b(?:letter|form) of authority\b|\bi'?m (?:writing|asking|messaging|texting) for\b|\bprobate\b|\bauthori[sz]ed (?:me|us|agent|representative)\b|\bmandate\b|\bhis instructions?\b|\bdictat\w+|\bp\.?o\.?a\b",
    "agent.asked": r"\b(?:has|have|had)?\s*asked (?:me|us) to\b|\basks me\b|\b(?:he|she|they)(?:['’]d| would) (?:like|rather|prefer)\b|\b(?:he|she) (?:wants|wishes|says|would like|objects|does(?:n't| not) want|no longer|asks|withdraws|requests|agrees)\b|\bour client (?:wishes|objects|wants|requests|withdraws)\b",
    "agent.lawyer": r"\bsolicitors?\b|\bllp\b|\battorneys?\b|\blaw (?:firm|office)\b|\badvocates?\b|\bbarristers?\b|\bparalegal\b|\bunion\b|\bcounsel\b",
    "agent.late": r"\b(?:my|our|her|his) late\b|\bpassed (?:away|in|last|on)\b|\bdeceased\b|\bdead\b|\b(?:has |had |who )?died\b|\bwidow(?:er)?\b|\bdeath certificate\b|\bbereave\w+|\bfuneral\b",
    "agent.old": r"\b(?:is|aged|at|turned|who's|he's|she's) (?:[6-9]\d|1[01]\d)\b|\b(?:dementia|alzheimer\w*|care home|nursing home|hospice|carer|cannot read|can'?t read|doesn'?t (?:use|have) (?:e-?mail|a computer))\b",
    "child.grown": rf"\b{_MY} (?:adult|grown(?:-up)?) {_CHILD}\b",
    "child.signed": r"\n[^\n]{0,40}(?:['’]s (?:mum|mom|mam|mother|dad|dads|mums|father|parents?|guardian|family|nan|gran)|(?:mum|mother|mom|father|dad|parents?|guardian|grandmother|grandfather) (?:of|to)\b|\(?for (?-i:[A-Z])\w+)[^\n]{0,50}\s*(?:\n[^\n]{0,60}\s*){0,2}$",
    "agent.signed": r"\n[^\n]{0,50}\b(?:solicitors?|llp|advocates?|attorney|esq|(?:his|her|their) (?:son|daughter|wife|husband|niece|nephew|sister|brother|carer|secretary|assistant)|\((?:son|daughter|wife|husband|niece|nephew|sister|brother|grandson|granddaughter)\)|secretary|executor|executrix|widow|carer|care worker)\b[^\n]{0,60}\s*(?:\n[^\n]{0,90}\s*){0,3}$",
    "agent.opens": rf"^[^\n]*\n+(?:[^\n]{{0,60}}\n+)?[^\n]{{0,60}}\b(?:{_MY} {_LATE}(?:{_GROWN}|{_OTHER})|on behalf of|act for|represent)\b",
    "child.opens": rf"^[^\n]*\n+(?:[^\n]{{0,60}}\n+)?[^\n]{{0,60}}\b(?:{_MY} {_LATE}{_CHILD}|kid'?s|parent|guardian)\b",
    "self.own": rf"\bmy (?:personal |own |e-?mail |old |phone |entire |whole |full |user |customer |private )?{_THING}\b|\babout me\b|\b(?:on|of) me\b|\bi (?:no longer|do not|don't|never) (?:consent|agree|want)\b|\bdelete me\b",
    "self.name": r"\b(?:i am|i'?m|my name is) (?-i:[A-Z])\w+",
}
#: Words and numbers of which a sign holds at least one: a text without them need not be searched for it. A sign that
#: nearly every text has a word of, or that is quickly looked for, stands for itself.
_NEEDED_VIETNAMESE: Mapping[str, str] = {
    "child.mine": "con bé cháu nhóc đứa",
    "child.parent": "con bé cháu sinh huynh hộ mẹ bố ba cha má đình nhà",
    "child.data": "con bé cháu trẻ",
    "child.named": "con bé cháu",
    "child.age": "tuổi t niên",
    "child.school": "lớp mầm giáo tiểu trẻ nhiệm khai đi bạ",
    "child.acted": "con bé cháu nó nhóc",
    "agent.relative": "mẹ má mạ ba bố cha ông bà vợ chồng trai gái dì chú bác cậu mợ thím nội ngoại ruột",
    "agent.other": "sếp bạn nghiệp xóm yêu khách viên trò chủ cụ nhóm thay",
    "agent.data": "mẹ má ba bố cha ông bà cụ vợ chồng chủ ấy ổng bả hàng mất",
    "agent.acts": "thay quyền uq diện thân thừa giùm dùm hộ giúp",
    "agent.asked": "nhờ vợ chồng mẹ ba bố má bà ông ấy",
    "agent.lawyer": "luật ls",
    "agent.late": "mất đời khuất tử sản",
    "agent.old": "tuổi chữ đọc mắt tai nhớ già yếu viện",
    "child.grown": "tuổi",
    "child.signed": "mẹ má ba bố cha tía ph huynh ông bà dì cô",
    "agent.opens": "mẹ má ba bố cha tía nội ngoại vợ chồng gái trai dì chú bác cậu",
    "child.opens": "con bé cháu nhóc đứa huynh",
    "self.name": "tên là",
}
_UNDER_18, _OVER_60 = " ".join(map(str, range(2, 18))), " ".join(map(str, range(60, 120)))
_CHILDREN = "son daughter kid child children boy girl twin toddler teen teenager baby babies one youngest eldest stepson stepdaughter stepchild stepchildren grandson granddaughter grandchild grandkid godson goddaughter nephew niece pupil ward old yo y"
_GROWN_UPS = "mother mum mom mam mamma father dad pa parents wife husband hubby spouse partner fiancé fiancée brother sister aunt auntie uncle cousin grandmother grandfather grandma grandpa gran nan nana granny granddad grandad stepfather stepmother godmother godfather laws flatmate boyfriend girlfriend"
_OTHERS = "client boss friend neighbor neighbour colleague tenant roommate flatmate housemate employer employee patient member principal assistant landlady landlord"
_NEEDED_ENGLISH: Mapping[str, str] = {
    "child.mine": _CHILDREN,
    "child.parent": "mum mother mom mam father dad parent parental guardian guardianship mama carer grandmother grandfather grandma gran custody",
    "child.data": _CHILDREN,
    "child.age": f"{_UNDER_18} underage under minor young old month",
    "child.school": "year nursery kindergarten primary school preschool playgroup day daycare grade class headmaster headteacher classroom birth summer",
    "child.acted": "signed registered typed created made used opened clicked entered joined lied filled",
    "agent.relative": _GROWN_UPS,
    "agent.other": _OTHERS,
    "agent.data": f"{_GROWN_UPS} {_OTHERS} her his their",
    "agent.acts": "behalf act acting client represent attorney authorization authorisation authority authorized authorised executor executrix estate kin proxy writing asking messaging texting probate mandate instruction dictate dictated dictating dictation poa po p",
    "agent.asked": "asked asks he she they client",
    "agent.lawyer": "solicitor llp attorney law advocate barrister paralegal union counsel",
    "agent.late": "late passed deceased dead died widow widower death bereaved bereavement funeral",
    "agent.old": f"{_OVER_60} dementia alzheimer home hospice carer read doesn doesnt",
    "child.grown": "adult grown",
    "agent.signed": "solicitor llp advocate attorney esq son daughter wife husband niece nephew sister brother grandson granddaughter carer secretary assistant executor executrix widow worker",
    "agent.opens": f"{_GROWN_UPS} {_OTHERS} behalf act represent",
    "child.opens": f"{_CHILDREN} parent guardian",
    "self.name": "am m im name",
}
NAMES: tuple[str, ...] = tuple(sorted({*_VIETNAMESE, *_ENGLISH}))
_CAPITAL = "[A-ZĐÀ-Ỹ]"


def _unmarked(pattern: str) -> str:
    return "".join(char if char.isascii() else fold(char) for char in pattern)


class _Search(NamedTuple):
    """How a sign is looked for; one that asks for a capital letter in the text as written, else in lower case."""

    name: str
    needed: frozenset[str]
    as_written: bool
    search: Callable[[str, int, int], re.Match[str] | None]


def _searches(patterns: Mapping[str, str], needed: Mapping[str, str]) -> list[_Search]:
    return [
        _Search(name, _with_plurals(needed.get(name, "")), written, re.compile(pattern, flags).search)
        for name, pattern in patterns.items()
        for written, flags in [(True, re.IGNORECASE) if "(?-i:" in pattern else (False, re.NOFLAG)]
    ]


def _with_plurals(words: str) -> frozenset[str]:
    return frozenset(word + ending for word in words.split() for ending in ("", "s"))


_MARKED = _searches(
    {name: modern_tones(sign).replace("_CAP", _CAPITAL) for name, sign in _VIETNAMESE.items()},
    _NEEDED_VIETNAMESE,
)
_UNMARKED = _searches(
    {name: _unmarked(sign).replace("_CAP", "[A-Z]") for name, sign in _VIETNAMESE.items()},
    {name: fold(words) for name, words in _NEEDED_VIETNAMESE.items()},
)
_IN_ENGLISH = _searches(_ENGLISH, _NEEDED_ENGLISH)
_WORD_OR_NUMBER = re.compile(r"[^\W\d]+|\d+")
_MARKED_SHARE = 0.3  # of the words; two in three have marks where they are typed
_OPENING, _ENDING = 400, 260  # characters at both ends
_READ = 6_000  # characters in which a text says for whom it is


def signs(text: str, language: str = "mixed") -> list[Sign]:
    """The signs in a clean text (subject, new text and signature, joined by line ends), in reading order.

    `language` is what `language.detect` says: of "en" and "vi" only that one is looked for, else both. Each
    name comes at most once, with the place where it was first seen.
    """
    read = text[:_READ]
    low = lowered(read)
    words = _present(low)
    tables = [_IN_ENGLISH] if language != "vi" else []
    if language != "en":
        tables.append(_MARKED if _is_marked(low) else _UNMARKED)
    first: dict[str, Sign] = {}
    for name, needed, as_written, search in chain.from_iterable(tables):
        if needed and needed.isdisjoint(words):
            continue
        found = search(read if as_written else low, *_window(name, len(read)))
        if found and (name not in first or found.start() < first[name].start):
            first[name] = Sign(name, *found.span())
    return sorted(first.values(), key=lambda sign: sign.start)


def _present(text: str) -> set[str]:
    """The words and numbers of a text in lower case."""
    return set(_WORD_OR_NUMBER.findall(text))


def _window(name: str, length: int) -> tuple[int, int]:
    """Where a sign may stand: how a text opens, how it is signed, or anywhere."""
    return (
        (0, _OPENING)
        if name.endswith(".opens")
        else (max(0, length - _ENDING), length)
        if name.endswith(".signed")
        else (0, length)
    )


def _is_marked(text: str) -> bool:
    """Whether the text is typed with marks throughout, not only in its names."""
    return marked_words(text) >= _MARKED_SHARE * len(text.split())
