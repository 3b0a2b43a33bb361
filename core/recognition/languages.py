"""Frequent words of languages, folded: those of Vietnamese, of English, and of the languages that are neither."""

from __future__ import annotations

_VIETNAMESE = """
    khong toi minh cua cho xin giup duoc anh chi nhe nha ad voi roi cac nay nhung trong thoi nua gi sao nao muon can
    lam xoa sua doi gui goi nhan tin thong du lieu tai khoan ho so dien thoai cong ty hinh vui long yeu cau da dang bi de
    ben den tu vao ngay thang nam biet hoi ma vay luon con thay oi dum gium bao lau dau dung ngung dong y rut lai hoc vien
    benh nhan khach hang quang cao chao kinh tran trong cam on ko dc sdt hok tui em va mot hay cung thi nhu neu khi hom
    truoc sau bay gio chua ai xem lay het cai vu nguoi ra len xuong vi chia se huy bo cu moi ten phai luu giu theo phan
    quyen ban tren duoi nhieu giao hang la so dum phep rieng dia chi don nhom viec lan hoai phien mua dua ke cac qua
    hai ba bon sau muoi tram nghin trieu dong tien phi nop thi diem bang lop truong thay co bac chau be me bo cha ong ba
    tuoi sinh mat khau dang ky nhap kiem tra phong kham san pham dich hop cap nhat chinh sach bo thu ba doi tac khieu nai
    phan anh ghi am cuoc tong dai chuyen khoan hoan vang da vang nghe noi nghi ngo lo lang tin tuong chac chan nhanh cham
    gap ngay lap tuc het han trang web ung dung nha hang khong biet nho kiem lien he tra loi do day uy giay to the phong em noi thich them vao tap sang ten im goc bac chau tn acc tk ttcn dlcn mk hem ib
    vs nx r k j z v ng ntn vay z thui lun ik nhen nghen hen chu chang ha hong"""
_ENGLISH = """
    the my you your is are was were of and please it this that have has had what who where when how not i we they them
    with from for on in about any all can could would will should want need know data account delete remove stop send get
    request e-mail email hello hi dear thanks thank information number privacy consent share sharing copy keep does did am
    been be by at or if but still just me there here now which our their his her no yes never erase withdraw forget
    unsubscribe purge cancel update wrong show tell code refund order regarding do don't to a an as so up out off into over
    after before more most some other than then too very also only even back again once ever because since until while
    through between under without within during against like make made take took give gave let see seen look find found
    use used using call called calling write wrote said say says ask asked asking answer reply told tell help try change
    changed right rights left last first next new old same one two three four five six seven ten week weeks day days month
    months year years today yesterday tomorrow morning time times ago long soon yet already always sometimes phone mobile
    name address birthday birth date file files record records profile photo photos picture pictures video videos list
    lists mail message messages text texts sms link site website page app online shop store company team support service
    customer client user member card school course student teacher class exam certificate doctor hospital clinic bank
    loan insurance job application cv staff work office people person someone anyone everyone everything anything nothing
    something mother father mum mom dad son daughter child kid kids wife husband brother sister friend sir madam mr mrs ms
    regards sincerely best wishes kind yours faithfully cheers sorry hope hey ok okay fine good great bad enough kindly
    confirm confirmed received sent got getting going go gone come came coming put leave leaving left stay open close
    closed hold lock locked freeze export download upload import transfer move moved access correct correction fix fixed
    deletion erasure objection object complaint complain complaining authority law legal gdpr policy cookies third party
    parties partners sell sold sale marketing newsletter offers adverts ads spam unsubscribed subscribe subscription login
    password log logged sign signed registered register its it's i'm i've i'd he she him us u ur pls plz thx im dont cant
    didnt doesnt isnt whats why whose every each both either neither own another many much few less whole full part half
    scrap drop wipe bin ditch kill undo never mind nope yep yeah lol"""
VIETNAMESE, ENGLISH = frozenset(_VIETNAMESE.split()), frozenset(_ENGLISH.split())
#: The words for "not", "and", "my", "data", "please" and their like, by language.
OTHERS: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "le les des une est je j vous et dans pour avec sur mes votre vos nous qui que ne pas plus mon ma notre donnees personnelles compte supprimer demande merci bonjour veuillez effacer moi mes souhaite cordialement monsieur madame d l de la du au aux en ce cette ces il elle sont suis ai avez voudrais mon adresse",  # French
        "der die das und ich nicht ist mein meine meinen meiner bitte sie ihre ihnen ihr mir mich den dem des ein eine einer auf mit von zu fur uber haben hat sind wird werden daten konto loschen personenbezogenen gespeichert sehr geehrte damen herren hiermit grussen mochte ich kein keine dass wie auch bei aus im zur zum widerspreche verarbeitung danke guten tag",  # German
        "el los las una un por para mis mi que en y de la del al su sus usted ustedes datos cuenta eliminar personales quiero solicito favor gracias hola buenos dias mi me se no con como este esta estos mas le lo tengo deseo borrar correo derecho atentamente estimados senores ya han sido todos",  # Spanish
        "eu voce voces meus minha minhas meu dados conta excluir apagar nao que de do da dos das em para por com uma um os as e o a se gostaria solicito obrigado obrigada ola bom dia por favor pessoais sobre mim sua seu voces quero todos meu email esta estao cancelar",  # Portuguese
        "il lo gli che sono miei mio mia mie dati account cancellare personali vorrei chiedo grazie buongiorno per di da con non del della dei delle alla al una un vi si ho in mi vostro vostri eliminare cortesemente saluti cordiali questo tutti tutte anche come richiesta richiedo salve gentili",  # Italian
        "het een mijn niet van ik uw de en dat die voor met op te zijn wordt gegevens verwijderen account graag wil alle mij u jullie dank hallo geachte persoonlijke over aan bij om heb hebben kunt groet vriendelijke verzoek verzoeken gelieve naar dit deze",  # Dutch
        "jag mina min mitt och att inte ar det som en ett av for med pa till har era er ni ert vill radera uppgifter konto tack hej alla om mig kan personuppgifter begar ta bort vanliga halsningar den detta dessa snalla",  # Swedish
        "jeg mine mitt min og ikke er det som en et av for med til har dere deres vil slette opplysninger konto takk hei alle om meg kan vennligst personopplysninger onsker ber om den dette hilsen oplysninger reklamer stop sende mig venligst jer jeres mig kontoen tak hej gerne vaere personlige slet",  # Norwegian, Danish
        "ja moje moj moich nie jest i w na z do o sie prosze dane danych konto usunac usuniecie osobowe osobowych panstwo panstwa chce ze jak mnie mi dziekuje dzien dobry oraz wszystkie od po za przez tym to czy pozdrawiam zgody wycofuje",  # Polish
        "ja moje muj mych nechci je a v na z do o se prosim udaje udaju ucet smazat smazani osobni osobnich vas vase chci ze jak mne dekuji dobry den vsechny od po za pro tim to zda data pozdravem souhlas odvolavam zadam vymazte moj udajov ucet osobne osobnych chcem ako dakujem vsetky vymazat pre ziadam",  # Czech, Slovak
        "minun minua en on ja ei etta haluan tietoni tilini poistaa poistakaa kiitos hei henkilotietoni ne tai kaikki teidan te pyydan se kun mita missa olen ovat ystavallisin terveisin henkilotietojen minusta haluaisin sahkoposti",  # Finnish
        "ez az es nem hogy a en kerem adataimat fiokomat torolni torlese szemelyes koszonom udvozlettel tisztelt szeretnem minden rolam van meg egy onok kerjuk adatok adatait torolje ne vagy mar kell",  # Hungarian
        "si in de la cu pe nu este sunt mele meu mea datele contul stergeti stergerea personale va rog multumesc buna ziua doresc sa toate care despre mine din pentru al a ale ati prin solicit stimate o un",  # Romanian
        "ve bir bu benim hesabimi verilerimi kisisel silin silmek istiyorum lutfen tesekkurler merhaba ile icin degil mi ne hakkimda tum size sizin olarak olan var yok rica ederim bilgilerimi saygilarimla silinmesini talep ediyorum da de",  # Turkish
        "berapa lama simpan disimpan mana saya anda tidak dan yang untuk akun data pribadi hapus tolong terima kasih ini itu dari dengan di ke semua ingin mohon kami kalian bapak ibu apakah telah sudah akan agar atau pada dalam tentang bisa menghapus kepada nomor kenapa jangan lagi informasi saja",  # Indonesian
        "saya anda tidak dan yang untuk akaun data peribadi padam padamkan sila terima kasih ini itu dari dengan di ke semua mahu ingin kami tuan puan adakah telah sudah akan atau pada dalam tentang boleh memadam kepada nombor jangan lagi maklumat daripada ialah oleh",  # Malay
        "ang ng mga ko sa na ako po ay hindi ninyo inyo aking lahat at para paki pakibura burahin nyo ito kung salamat magandang araw tungkol akin gusto kong bakit may kayo nang account datos impormasyon personal pa lang mo ba din rin tanggalin huwag opo",  # Tagalog
        "ja moje moj moji mi je i u na s sa da ne se molim podatke podaci racun izbrisati obrisati osobne licne vas vase zelim kao me hvala dobar dan sve od po za koje koji to li ili svoje podatkov izbrisite osebne prosim zelim mojih vse ki ter lep pozdrav",  # Croatian, Serbian, Slovene
        "mano as ne ir kad su is i apie paskyra duomenis duomenu istrinti prasau asmens aciu laba diena visus jus jusu noriu es mans mani un ka no par kontu datus dzest ludzu personas paldies labdien visus jusu velos ar manu ma minu ja ei et on palun kustutage andmed konto kustutada isikuandmed tere aitah koik teie soovin minust",  # Lithuanian, Latvian, Estonian
        "mimi yangu wangu na kwa ya wa ni tafadhali futa akaunti taarifa zangu asante habari yako yote nataka ninataka kuhusu ek my nie is en van die asseblief verwyder rekening dankie jou se het dat wat vir",  # Swahili, Afrikaans
        "jo meves meu dades compte eliminar personals vull sisplau gracies bon dia que no les els una un amb per de la i el ezabatu nire datuak kontua mesedez eta ez da dut os meus datos conta quero grazas bos dias que non as",  # Catalan, Basque, Galician
        "une mua dhe nuk eshte te e per me nga llogarine dhenat personale fshini ju lutem faleminderit pershendetje te gjitha dua tim im mia ktheni il data tieghi u li ta kont hassar jekk joghgbok grazzi mo sonrai scrios cuntas maith agat le do thoil mo ar na a chara is ag as mar an agus ni nil bhur shonrai pearsanta iarraim ort oraibh mas te meas scriosadh rochtain airteagal rgcs fuair freagra ta bhi sibh mise dom faoi gach",  # Albanian, Maltese, Irish
    )
)
