"""How people say which value is wrong and which is right, in both languages: patterns over a marked, folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.recognition.values import MARK

#: A value without quotes ends before one of these words.
_STOP = (
    r"giup|gium|dum|ho|nha|nhe|nghen|nghe|nhen|nho|a|ma|moi|chu|cho|ko|khong|nhung|trong khi|de|vi|roi|r|lan|di|voi|vs|thi|la|thay|bi|do|da|luon|lun|den|hien|dung|sai|con|mat|thieu"
    r"|not|but|please|pls|plz|thanks?|thx|instead|from now|now|in (?:your|my|the|ur)|on (?:your|my|the|file|it|everything|every)|since|because|so|lol|rather|any|again|with|as|when|where|which|that|for|and (?:please|also|not|the|i)|if|anymore|tu dau|tu thang|tu nam|tu ngay|co dau|co hai|viet|tren|trong|theo|everywhere|w/"
)
_NO_START = r"(?!(?:still|now|a|ad|again|ai|an|and|anh|anything|are|as|at|ban|be|bi|but|by|cac|can|chi|cho|chua|con|correct|cung|da|dang|dau|delete|den|deu|di|do|dung|duoc|duoi|e|em|everything|for|get|gi|gium|giup|give|he|he's|her|here|het|his|hom|hon|how|i|i'd|i'm|i've|if|in|is|it|it's|its|khi|khong|la|lai|len|luon|ma|make|may|me|minh|mong|mot|muon|my|nay|neu|nghen|nhieu|nho|nhung|no|not|nua|o|of|on|or|other|others|our|please|put|qua|ra|rat|remove|roi|sai|sao|sau|se|send|she|she's|so|something|stop|t|tai|that|the|their|them|theo|there|thi|this|to|toi|tren|trong|trung|truoc|tu|tui|us|va|vao|vay|voi|vui|was|we|what|when|which|who|with|wrong|xin|xong|xuong|you|your)(?![\w+-]))"
_END = rf"(?=\s*(?:$|[\n.,;!?()]|{MARK}|[–—-] |\b(?:{_STOP})\b))"
_FREE = _NO_START + r"[^\W_](?:[^\ue000-\ue3ff\n.,;:!?()\"]|[.,](?=\d)|(?<=\b\w)\.){0,40}?"
_OLD, _NEW = rf"(?P<old>{MARK}|{_FREE})", rf"(?P<new>{MARK}|{_FREE})"
_OLD_MARK, _NEW_MARK = rf"(?P<old>{MARK})", rf"(?P<new>{MARK})"
_NOT = (
    r"(?:\(|- |– )?(?:(?:chu|cho|chua|ma)(?: \w+){0,2} )?(?:khong phai|ko phai|k phai|kh phai|hk phai|hok phai|hong phai|hem phai|hong phai|chang phai|khong con)(?: (?:la|ten|so|o|sinh|email|nam))*"
    r"|(?:\(|and |- |– )?(?:not|rather than|instead of|and not|as opposed to)(?: (?:as|in|on|at|a|the|it's))?|thay cho|thay vi"
)
#: What is on file: words before the wrong value.
_ON_FILE = (
    r"(?:(?:dang |van |cu |lai |con |bi |co |bao |thay )*(?:ghi|de|(?<!born )in|hien(?! (?:toi|minh|em|tai|nay|la|da)\b)|luu|nhap|go|bam|viet|khai|ghi nham|xep loai|hien thi|gan|goi)(?: (?:sai|nham|lon|nguoc|lun|luon|tui|toi|em|e|minh|chi|anh|con|chau|be|ba|ten|ho|thanh|la|sinh|nam|ngay sinh|ngay|thang|dia chi|nguoi|cha|me|email|so|"
    r"co|o|di ung|chuc danh|thi|bay|roi|ne|cu|nghe nghiep|gioi tinh|hang|cua|diem|da|:|\")){0,6}"
    r"|(?:dang|van|con) (?:la|con la|de|goi (?:toi|em) la)|truoc (?:dung|la|ghi)|hien (?:la|tai la)|tren (?:\w+ ){1,4}(?:la|co|ghi)(?: (?:gioi tinh|ho ten|ten|ngay sinh|nam sinh|dia chi|email|nghe nghiep|sai|nham|toi|em|minh|la|sinh)){0,3}|\bcu(?: cua \w+)?(?: la|:)?|\b(?:cai|so|email|mail|dia chi|ten) cu(?: (?:la|cua \w+))*:?|old(?: \w+)?(?: is| was| la|:)*"
    r"|tra lai (?:\w+ ){0,3}la"
    r"|(?:say(?:s|ing)?|stated?(?: that)?|indicate(?:s|d)?|appears?(?: as)?|show(?:s|n|ing)?|list(?:s|ed|ing)?|record(?:s|ed)|read(?:s|ing)|print(?:s|ed)|put(?:s)?|display(?:s|ed)|enter(?:ed|s)|calls?|called|chopped|attributes to me|announces that i|spel(?:t|led)|spells|greet|addressed?|thinks?|claims?|wrote|written|has|have|got|had|baptised|typed|filed|rented|carries)"
    r"(?: (?:me|my|our|her|his|him|us|it|the|a|an|that|i|i'm|he|she|is|was|am|name|number|phone|e-?mail|email|birthday|address|dob|date of birth|down|up|as|to|for|in|at|live|lives|with|of|under|still|old|born|on|started|graduated|got|son's|daughter's|still|left eye|place of work|first|last|surname|record|file|profile|into|wrong|wrongly|incorrectly|led|:)){0,6}"
    r"|(?:still|currently|is (?:shown|given|entered|spelt|down|recorded|listed|printed))(?: (?:as|under|still|my \w+(?: one)?|for))*|under(?: my \w+ name)?|from|(?:name|surname|street|dob|birthday|address|postcode|email|e-mail|title|entry)(?: \w+){0,4} is(?: still| misspelt as| spelt| written| (?:recorded|shown|listed|given) as)?|in (?:your|the) (?:file|record|system):?|refers? to me as|lists|cease[sd]? to be|misspel\w+:?(?: its)?)"
)
#: What is right: words before the new value.
_SURELY_RIGHT = (
    r"(?:(?:moi |ten |lai |gia |that |thuc |ra |le |phai |can |chinh )*(?:dung|chinh xac)(?: (?:ra|phai|thi|can|moi|ten|can ghi))*(?: (?:la|phai la|ghi la))|dung(?: (?:ra|phai))?:|phai (?:la|ghi(?: la)?|sua (?:lai )?thanh)|(?:ten|so|dia chi|email|sdt|ngay sinh|ho ten) (?:dung|chinh xac|moi)(?: \w+){0,3}?(?: la|:)"
    r"|moi(?: cua \w+| nhat| hien tai)?(?: (?:la|thi|ten|o))+:?|moi:|(?:bay gio|gio|nay|hien nay|hien tai|tu nay|tu gio|h)(?: \w+){0,2}? (?:la|dung|xai|sang|thanh|doi)(?: (?:so|la|ten|me|ba))*|hien(?: (?:toi|em|minh))?(?: da)? la|lay so moi|so dung|so moi(?: (?:la|ne|quen ghi|cua \w+))*"
    r"|(?:sua|doi|chinh|cap nhat|ghi|thay|update|change|chuyen|dua)\b[^\ue000-\ue3ff\n.,]{0,60}?(?:thanh|sang|qua|bang)(?: (?:ten|so|dia chi|email|mail|so cua toi|la|o))*"
    r"|(?:should|must|ought to|has to|needs to|supposed to)(?: (?:actually|really|now))? (?:be|have been|read|say|show)(?:ing)?(?: (?:shown|recorded|listed|marked|entered|written|amended|changed|corrected|replaced))?(?: (?:as|to|by|with|spelled|spelt|in the name of))?"
    r"|(?:correct|right|true|real|actual|new|current|proper|legal)(?: (?:\w+ ){0,3}?(?:is|was|la)|(?: \w+)?:)"
    r"|(?:change|update|correct|amend|alter|set|fix|switch|edit|move)\b[^\ue000-\ue3ff\n.]{0,60}? (?:to(?: (?:read|say|show|be))?|into)|(?:please |kindly |pls )(?:write|put|use|say|enter(?: me)? as|make it|have it)|now at|moved to|changed to|anywhere but|back to being|(?:name|birthday|dob|date of birth|surname) is(?! (?:shown|given|recorded|listed|held|stored|entered|registered|down|printed|stated|noted|spel\w+|misspel\w+|wrong\w*|incorrect\w*|still)\b)(?: now| actually| really)?|its now|it's now|it is now|is now)"
)
_PERHAPS_RIGHT = (
    r"(?:(?:sua|ghi|doi|cap nhat)(?: dia chi| ten| so)? lai(?: (?:ten|la|thanh|giup \w+|ho \w+|gium \w+))*|(?:trong khi|con|nhung|ma|tren|theo|thuc te|that ra)\b[^\ue000-\ue3ff\n.;]{0,40}?\b(?:la|ghi|cham|ten|cao|sinh|duoc|so|dung so|di ung|tra|co|o)"
    r"|(?:toi|tui|minh|em|e|chi|anh|chau|con|t|ba|ong|me|be|no)(?: (?:ten|da|da la|hien|that|thi|von))* (?:la|ten|ten la|cao|sinh|sinh nam|sinh ngay|dung so|di ung|o|tra|duoc|nang|dung|xai)(?: (?:nam|so|ngay))*|cua (?:toi|em|minh|tui|e|t)(?: (?:la|ghi|thi))*|ten (?:that )?(?:la|van la)?|(?:chuyen|don) (?:ve|sang|qua|den|xuong|toi)|la|ve|thanh|sang|qua|xai|gio|h"
    r"|it(?:'s|s| is| was)(?: (?:actually|really|now|spelled|spelt|a|been|only)){0,2}|(?:i am|i'm|im|we are|he is|he's|hes|she is|she's|shes|i got|i scored|i live at|i live in|i(?:'ve| have) lived (?:at|in|on)|i(?:'ve| have)? work(?:ed)? (?:for|at)|i(?:'ve| have) been|i was in fact born(?: on)?|(?:toi|em|minh|tui)(?= da)|am with|known as|my name is|i go by|am|born|was born|birthday is|dob is|was|is|in fact|actually|now|use|says?|wrote|has|(?:sheet|certificate|paper|printout|script|tape|passport|licence)\b[^\ue000-\ue3ff\n]{0,30}? (?:says|has|is|shows)|becom(?:e|ing)|become|to|by|with|as|put|write)(?: (?:just|only|a|an|the|on|called|really|now|again|at|in|the|baptised|actually)){0,2})"
)
_GAP = r"(?:[^\ue000-\ue3ff\n]|\n(?!\s*\n)){0,50}?"
_FILLER = r"(?::? ?(?:[\w']+ ){0,4}?)"
_MARKS = rf"{MARK}(?:, {MARK}){{0,2}}"
_ARROW = r"(?:-+>|→|=+>|⇒|➜|➔|➡)"
_ASIDE = r"(?: ?\([^)\n]{1,20}\))?"
_IS = r"(?:it's|its|she's|he's|i'm|im|la|ten)"
#: Words of which `_NOT` holds at least one.
NOT_WORDS = ("not", " phai", "khong con", "rather than", "instead of", "as opposed to", "thay cho", "thay vi")
BOTH = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:appears?|given|recorded|listed|shown|held|entered|registered|stored|spelt|spelled|printed|written|ghi|in|luu|hien thi|nhap)(?: \w+){{0,4}}? (?P<old>{_MARKS}),? (?:instead of|in place of|rather than|thay vi|thay cho|chu khong phai(?: la)?) (?P<new>{_MARKS})",
        rf"\b(?:tu|from) (?:so |dia chi |email |can )?(?P<old>{_MARKS}|{_FREE})(?: ?\([^)\n]*\))?,? (?:thanh|sang|qua|xuong|ve|len|to|into) (?:so |dia chi |email |la |can )*(?P<new>{_MARKS}|{_FREE}){_END}",
        rf"\b(?:replace|swap) {_OLD}(?: (?:in|on) [^\ue000-\ue3ff\n.]{{1,40}}?)? (?:with|by|for) {_NEW}{_END}",
        rf"\bsubstitute {_NEW} for {_OLD}{_END}",
        rf"\b(?:instead of|thay vi|thay cho) {_OLD},? (?:please |pls |xin |hay |nho |it |this |they |you )*(?:write|put|use|say|enter|should (?:be|read|say)|ghi(?: la)?|la|dung) {_NEW}{_END}",
        rf"\b(?:no longer|not|khong con(?: la)?|khong phai(?: la)?) {_OLD_MARK},? (?:but(?: is| now| rather)*|ma(?: la)?) {_NEW_MARK}",
        rf"{_OLD_MARK} ?(?:{_ARROW}|thanh|sang|qua|to|into|by|should (?:be|read|say)|phai la|dung (?:ra )?la|dung phai la|must be|ought to be|nay la|gio la) ?(?:la )?{_NEW_MARK}",
        rf"(?:^|\n|[:;–-] ){_OLD}{_ASIDE} ?{_ARROW} ?(?:(?:should (?:be|read|say)|phai la|la) )?{_NEW}{_ASIDE}{_END}",
        rf"{_OLD_MARK}[^\ue000-\ue3ff\n.]{{0,40}}? (?:sua|doi|chinh)(?: lai)?[^\ue000-\ue3ff\n.]{{0,12}} (?:thanh|sang|qua) {_NEW}{_END}",
        rf"(?:ghi|recorded|says|shows|in) {_OLD_MARK} (?:thay vi|instead of) {_NEW_MARK}",
        rf"{_NEW_MARK},? ?\(?(?:you have|you show|you list|your (?:records?|file|system) (?:says?|has|shows?)|isn't|wasn't) {_OLD_MARK}",
        rf"{_NEW_MARK}(?: \w+){{0,3}}?,? ?(?:{_NOT}) {_OLD}{_END}",
        rf"(?:\bla|\bten|\bo|\bsinh(?: nam| ngay)?|\bits|\bit's|\bit is|\bshe's|\bhe's|\bi'm|\bim|(?:\bshould|\bmust|\bto) be|:|\bis|\bread|\bam|^|\n|\bdung|\bto|\bas|\bday) ?(?:{_IS} )*{_NEW}(?: with [^,\n]{{1,20}})?,? ?(?:{_NOT}) {_OLD}{_END}",
        rf"(?:\bnot|\bkhong phai(?: la)?|\bchu khong phai|\bisn't) {_OLD_MARK}{_GAP}(?:ma la|ma|but|la|it'?s|i'm)(?: \w+){{0,5}}? {_NEW}{_END}",
    )
)

#: Those that need one of NOT_WORDS.
DENIALS = frozenset(pattern for pattern in BOTH if _NOT in pattern.pattern)


class Cue(NamedTuple):
    """Words before a value, as a pattern, and where they stand in a text: most patterns begin with them."""

    words: str
    places: re.Pattern[str]

    @classmethod
    def of(cls, words: str) -> Cue:
        return cls(words, re.compile(rf"\b(?=(?:{words})(?!\w))"))

    def starts(self, text: str) -> Sequence[int]:
        """Where in a marked text these words begin."""
        return [found.start() for found in self.places.finditer(text)]


class Phrase(NamedTuple):
    """A pattern of both values or of the new one that begins with a cue, and the cue that must follow, if any."""

    first: Cue
    second: Cue | None
    pattern: re.Pattern[str]

    def matches(self, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        """Each match in a marked text, given where its first cue stands."""
        end = 0
        for start in starts:
            if start >= end and (found := self.pattern.match(text, start)):
                yield found
                end = found.end()


ON_FILE, SURELY_RIGHT, PERHAPS_RIGHT = map(Cue.of, (_ON_FILE, _SURELY_RIGHT, _PERHAPS_RIGHT))


def _then(first: Cue, one: str, second: Cue, two: str) -> Phrase:
    """A cue and its value, and not far from there another cue and the other value."""
    return Phrase(
        first,
        second,
        re.compile(
            rf"\b(?:{first.words})(?!\w){one}(?=[\s,;.()–—-]|$){_GAP}(?<!\w)(?:{second.words})(?!\w){two}"
        ),
    )


def _alone(cue: Cue, new: str) -> Phrase:
    return Phrase(cue, None, re.compile(rf"\b(?:{cue.words})(?!\w){new}"))


_SPACE = r":? ?"
_MARKED_OLD, _MARKED_NEW = _FILLER + _OLD_MARK, _FILLER + _NEW_MARK
_FREE_OLD, _FREE_NEW = rf"{_SPACE}(?<!\w)(?P<old>{_FREE})", rf"{_SPACE}(?<!\w)(?P<new>{_FREE}){_END}"
#: Strong cues with values of any kind; weak ones where one of the values at least stands out.
APART = (
    _then(ON_FILE, _MARKED_OLD, SURELY_RIGHT, _MARKED_NEW),
    _then(ON_FILE, _MARKED_OLD, SURELY_RIGHT, _FREE_NEW),
    _then(ON_FILE, _FREE_OLD, SURELY_RIGHT, _MARKED_NEW),
    _then(ON_FILE, _FREE_OLD, SURELY_RIGHT, _FREE_NEW),
    _then(ON_FILE, _MARKED_OLD, PERHAPS_RIGHT, _FREE_NEW),
    _then(ON_FILE, _FREE_OLD, PERHAPS_RIGHT, _MARKED_NEW),
    _then(ON_FILE, _FREE_OLD, PERHAPS_RIGHT, _FREE_NEW),
    _then(SURELY_RIGHT, _MARKED_NEW, ON_FILE, rf"{_SPACE}(?<!\w){_OLD}{_END}"),
    _then(PERHAPS_RIGHT, _MARKED_NEW, ON_FILE, rf"{_SPACE}(?<!\w){_OLD}{_END}"),
    _then(PERHAPS_RIGHT, rf"{_SPACE}(?<!\w){_NEW}", ON_FILE, rf"{_SPACE}(?<!\w){_OLD}{_END}"),
)
STANDING_OUT = 3  # from this pattern on both values must stand out
NEW_ONLY: tuple[Phrase | re.Pattern[str], ...] = (
    _alone(SURELY_RIGHT, _MARKED_NEW),
    re.compile(
        rf"\b(?:(?:dia chi|email|sdt|so|ten|ho ten) moi(?: cua \w+)?|new (?:address|number|phone|mobile|email|e-mail|name)(?: [a-z]+){{0,4}}):? {_NEW_MARK}"
    ),
    re.compile(rf"{_NEW_MARK} (?:moi dung|moi la|is (?:right|correct)|now)\b"),
    _alone(SURELY_RIGHT, _FREE_NEW),
    _alone(PERHAPS_RIGHT, rf"(?: so| email)?{_SPACE}{_NEW_MARK}"),
)
#: Papers that are right: a passport, a marked script.
_SOURCE = re.compile(
    r"\b(?:ho chieu|giay|bang (?:giay|diem goc)|bai|phieu|khai sinh|cccd|can cuoc|hop dong|ban goc|goc|ket qua|passport|script|paper|sheet|certificate|printout|licen[cs]e|tape|original|you wrote|trf|according to|theo(?!'))\b[^\ue000-\ue3ff]{0,40}$"
)
#: What the company keeps: its system, its file.
_RECORD = re.compile(
    r"\b(?:portal|cong|he thong|web\w*|app|ung dung|ho so|trang|so kham|the|system|profile|record|file|register|account|danh sach|bang diem|so lien lac|tai khoan|ve|hris|crm|database|you have|you've got|u have)\b[^\ue000-\ue3ff]{0,40}?(?:\b(?:la|co|hien|ghi|is|says|shows|has)(?: (?:la|sinh|ten|as|my name as))?)? $"
)
#: What somebody says of themselves, at the start of a clause: worth more than any paper.
_SELF = re.compile(
    r"(?:^|[,(:] ?)(?: ?(?:ma|nhung|con|that ra|thuc te|chu) )?(?:ten (?:that )?(?:cua )?(?:toi|em|minh|tui|chau) la|(?:toi|em|minh|tui|chau)(?: da)? (?:cao|nang|sinh(?: nam| ngay)?|ten(?: that)? la|la|o)|i was (?:in fact )?born(?: on| in)?|i(?:'ve| have) (?:been|lived (?:at|in)|worked for)) $"
)
SCORES = (
    (_SELF, 3),
    (re.compile(r"^ ?states? (?:that )?$"), 2),
    (re.compile(r"\b(?:says?|thinks?|claims?|shows?) (?:that )?(?:i'?m|i am|i was born(?: in| on)?) $"), -2),
    (re.compile(rf"\b(?:{_SURELY_RIGHT}){_FILLER}$"), 3),
    (re.compile(r"\b(?:cua (?:em|toi|minh|tui|e) la|toi dung so|i'm|im|i am|tu nay|gio|now) $"), 1),
    (_SOURCE, 2),
    (_RECORD, -2),
    (re.compile(rf"\b(?:{_ON_FILE}){_FILLER}$"), -2),
    (re.compile(rf"\b(?:{_PERHAPS_RIGHT}):? ?$"), 1),
)
OLD_AFTER = re.compile(
    r"\s*(?:\(?(?:cu|nay|da|do|la so cu|bi|mat|khong dung|sap|la cua|la so cu|i can't|i lost|is old|is wrong|is gone|stopped|no longer|which|on file))\b"
)
NEW_AFTER = re.compile(
    r"\s*,? ?(?:moi dung|moi la|moi nhan|now|instead|is (?:right|correct)|from now|please|pls|thay cho|la dung|chu|not)\b"
)
