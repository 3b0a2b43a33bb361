"""Tells Vietnamese, English, both in one text, and other languages apart; texts may be very short."""

from __future__ import annotations

import re

from core.recognition.normalise import fold, has_diacritics

#: Frequent words that only one of the languages has, folded.
_VI_WORDS = """
    khong toi minh cua cho xin giup duoc anh chi nhe nha ad voi roi cac nay nhung trong thoi nua gi sao
    nao muon can lam xoa sua doi gui goi nhan tin thong du lieu tai khoan ho so dien thoai cong ty hinh
    vui long yeu cau da dang bi de ben den tu vao ngay thang nam biet hoi ma vay luon con thay oi dum
    gium bao lau dau dung ngung dong y rut lai hoc vien benh nhan khach hang quang cao chao kinh tran
    trong cam on ko dc sdt hok tui em va mot hay cung thi nhu neu khi hom truoc sau bay gio chua ai xem
    lay het cai vu nguoi ra len xuong vi chia se huy bo cu moi ten phai luu giu theo phan quyen ban tren
    duoi nhieu giao hang la
"""
_VI = frozenset(_VI_WORDS.split())
_EN_WORDS = """
    the my you your is are was were of and please it this that have has had what who where when how not
    i we they them with from for on in about any all can could would will should want need know data
    account delete remove stop send get request e-mail email hello hi dear thanks thank information
    number privacy consent share sharing copy keep does did am been be by at or if but still just me
    there here now which our their his her no yes never erase withdraw forget unsubscribe purge cancel
    update wrong show tell code refund order regarding
"""
_EN = frozenset(_EN_WORDS.split())
_OTHER_WORDS = """
    le les des une est je vous et dans pour avec sur mes votre und der die das ich nicht ist mein meine
    bitte sie ihre el los las que por para mis una usted datos eu voce meus dados nao il che sono miei
    saya anda tidak dan yang untuk het een mijn niet van ik uw jeg mina
"""
_OTHER = frozenset(_OTHER_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 4_000  # characters that settle it
_MINORITY = 0.2  # from this share on, the second language counts


def detect(text: str) -> str:
    """ "vi", "en", "mixed" or "other"; "vi" where there is nothing to tell by, as in a bare number."""
    found = _WORD.findall(text[:_ENOUGH].lower())
    if not found:
        return "vi"
    if sum(not word[0].isascii() and _foreign_script(word[0]) for word in found) * 2 > len(found):
        return "other"
    vietnamese = sum(_is_vietnamese(word) for word in found)
    english = sum(word in _EN for word in found)
    return _verdict(vietnamese, english, sum(word in _OTHER for word in found), len(found))


def _verdict(vietnamese: int, english: int, other: int, total: int) -> str:
    known = vietnamese + english
    if other > known or (known * 6 < total and total >= 6):
        return "other"
    if min(vietnamese, english) >= 2 and min(vietnamese, english) >= _MINORITY * known:
        return "mixed"
    return "en" if english > vietnamese else "vi"


def _is_vietnamese(word: str) -> bool:
    return has_diacritics(word) if not word.isascii() else fold(word) in _VI and word not in _EN


def _foreign_script(char: str) -> bool:
    return ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF
