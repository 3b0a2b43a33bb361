"""Short texts find their language, with and without diacritics."""

from __future__ import annotations

import pytest

from core.recognition.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tôi muốn xóa tài khoản", "vi"),
        ("xoa tai khoan giup e", "vi"),
        ("cho em xem thong tin cua em dang luu", "vi"),
        ("ngung gui quang cao", "vi"),
        ("k dùng nx xóa giùm", "vi"),
        ("4821 9077", "vi"),
        ("", "vi"),
        ("Delete my account", "en"),
        ("unsubscribe", "en"),
        ("what data do you have on me", "en"),
        ("Where did you get my number?", "en"),
        ("mình muốn xem data, please send me a copy of my file nhé", "mixed"),
        ("Je veux supprimer mes données personnelles", "other"),
        ("Ich möchte, dass Sie meine Daten löschen", "other"),
        ("Quiero que eliminen mis datos de su sistema", "other"),
        ("Удалите мои данные", "other"),
        ("请删除我的个人数据", "other"),
        ("ลบบัญชีของฉัน", "other"),
        ("Hapus akun saya", "other"),
        ("Jangan kirim iklan lagi ke nomor saya.", "other"),
        ("Sila padamkan akaun saya dan semua maklumat peribadi saya.", "other"),
        ("Paki-delete po ang account ko at lahat ng datos ko.", "other"),
        ("Quero apagar a minha conta e todos os meus dados.", "other"),
        ("Vorrei sapere quali dati avete su di me.", "other"),
        ("Graag al mijn gegevens verwijderen.", "other"),
        ("Slett kontoen min og alle opplysninger om meg.", "other"),
        ("Stop med at sende mig reklamer.", "other"),
        ("Proszę usunąć moje konto i wszystkie dane.", "other"),
        ("Prosím o smazání mých osobních údajů.", "other"),
        ("Pyydän poistamaan kaikki tietoni.", "other"),
        ("Kérem, töröljék a személyes adataimat.", "other"),
        ("Vă rog să ștergeți contul meu și datele mele.", "other"),
        ("Lütfen hesabımı ve kişisel verilerimi silin.", "other"),
        ("Molim vas da izbrišete moj račun i moje podatke.", "other"),
        ("Tafadhali futa akaunti yangu na taarifa zangu zote.", "other"),
        ("J'exerce mon droit d'accès prévu à l'article 15 du RGPD.", "other"),
        ("제 계정과 개인정보를 삭제해 주세요.", "other"),
        ("من فضلك احذف حسابي", "other"),
        ("My name is François Müller. What do you hold about me?", "en"),
        ("I am José Álvarez and I'd like a copy of my records.", "en"),
        ("erase everything", "en"),
        ("csv pls", "en"),
        ("doi ten thanh Nguyen Van An", "vi"),
        ("TOI MUON XOA TAI KHOAN", "vi"),
        ("hinh con toi dang tren page", "vi"),
        ("email cũ ngoclan.chau@example.com em không vào được nữa", "vi"),
        ("em submit request chỉnh tên hôm Monday, đã có ai pick up chưa ạ", "mixed"),
        ("please gỡ ảnh mình khỏi bài post giùm, mình chưa hề agree", "mixed"),
    ],
)
def test_the_language_of_a_short_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_an_irish_letter_is_of_another_language() -> None:
    assert detect("A chara, iarraim ort mo shonraí pearsanta a scriosadh. Le meas, Áine") == "other"
