"""How mail systems say that a mail was not delivered, as patterns over text that is folded by `silence.folded`."""

from __future__ import annotations

import re

#: Senders that are mail systems and nobody else.
DAEMONS = re.compile(
    r"(mailer|mail)[-_.]?(daemon|deamon)|mdaemon|daemon|mail[-_.]?delivery([-_.]?(sub)?system)?"
    r"|microsoftexchange[0-9a-f]+|mmdf|.*[-_.]?mta",
)
#: Senders that are never a customer, and may tell of something else than a bounce.
NEVER_A_PERSON = re.compile(r"(.*[-_])?post[-_.]?master([-+=_.].*)?")
#: Senders that may also be a person who looks after mail.
POSTMASTERS = re.compile(
    r"(post[-_.]?master|(return|undeliver|bounce)(s|d|ed)?|.*[-_]postmaster|mail[-_.]?(admin|administrator|system|router|master|er|marshal)?|smtp|abuse"
    r"|(sys)?admin(istrator)?|.*-admin|mailsweeper|amavis|.*(antivirus|anti_virus|gateway|mailer|mail_?filter).*|virus.*|spam.*|no[-_.]?reply|root|system|server|exchange"
    r"|support|bigfoot|fml.*|ml[-_.].*)([-+=_.].*)?"
)
#: Names that such senders show.
NAMES = re.compile(
    r"mail(er)?[ -]?(delivery|deliver|daemon|administrator|router|system|robot)|delivery (sub)?system|postmaster"
    r"|system administrator|systemadministrator|administrateur systeme|mailserver|internet mail delivery"
)
#: Subjects of bounces and of warnings before one; they begin like that.
SUBJECT = re.compile(
    r"(?:\[[^\]]{0,40}\]|[\s*:-]|(?:auto|system|e-?mail|mail|automatic)(?=[: -]))*(?:"
    r"undeliver|un-?deliverable|non-?deliver|not delivered|un(able|successful) (to|mail|delivery)"
    r"|(mail|message|e-?mail|sms)?\s*delivery\s*(failed|failure|problem|error|status|notif|report|delay|incomplete|has|"
    r"attempt|subsystem|system|unsuccessful|to |warning|time|refus|abort|impossible)"
    r"|deliver(y|ing)? (fail|err|problem)|fail(ed|ure)?( to)? (notice|deliver|mail|message|addresses|e-?mail)"
    r"|failure (notice|delivery|notification)|mail (could|can|was|is|has|system|server|fail|err|not|return|undeliv|unzust|deliv)"
    r"|(your |the |a )?(message|e-?mail|mail|msg)( you sent)?( to .{1,80})? (was|is|could|has|not|reject|return|status|undeliv|bounce|block|delay|err|fail)"
    r"|return(ed|ing)?( to sender| mail| message| e-?mail|:)|(re)?bounced?( mail| message|:)|could ?n(o|')t (send|deliver|be)|can ?not (send|deliver)"
    r"|(user|host|recipient|address|mailbox|domain)s?( is| are)? (unknown|unavailable|not found|full|rejected|invalid|disabled|reject)"
    r"|unknown (user|recipient|address|host)|no such user|invalid (recipient|address|user|mailbox)|unroutable|quota|over quota"
    r"|(delayed|rejected|blocked|undelivered|bounced|returned|failed|automatically rejected) (mail|message|e-?mail|deliver)|warning:? (could|message|mail|your|e-?mail|delayed)"
    r"|(transient|temporary|permanent) (delivery )?(fail|err)|rejected\b|virus|banned|spam|considered|blocked|ndn:|ndr\b|dsn\b|problem(s)? (with|deliver)"
    r"|loop alert|ignored not member|message (contains|from|status)|error (sending|deliver|in deliver|condition|mail)|errors?[ -](mail|in)|mail error|status (of|report)"
    r"|unzustellbar|nicht zustellbar|zustell(ung|fehler)|(e-?)?mail konnte|ruckmeldung|fehlgeschlagen|fehler bei"
    r"|non remis|non distribu|notification (d'|de )(etat|remise|non)|echec|remise (retard|impossible)|message non|non-remise"
    r"|no (entregad|se (puede|pudo|ha) entreg)|notificacion de estado|correo devuelto|mensaje no|devuelto|error de entrega"
    r"|mancat[ao] (consegna|recapito)|non recapitabile|impossibile|avviso di mancata|messaggio non"
    r"|nao (entregue|foi)|falha (na|de)|notificacao|onbestelbaar|niet (afgeleverd|bezorg)|olevererbart|kan inte|nedorucen|nepodari|nie ?dostarcz|zwrot"
    r"|недостав|не достав|возвра|сообщение не|невозможно|ошибка доставки|не удалось"
    r"|(thu|email|e-mail|mail|tin)( cua ban| gui di)?( da)? (khong|chua|bi tra|gui that|gui loi|bi tu choi|bi hoan|tra lai|tra ve)"
    r"|khong (the )?(gui|giao|chuyen|phat|phan phoi|den)|gui (thu|mail|email|khong|that bai)|(loi|that bai|thong bao)( khi| ve)? (gui|giao|chuyen|phat|khong gui)|tra (lai|ve) (thu|mail)|hoan thu|hop thu (day|khong)"
    r"|配信|配送|送信|不達|エラー|返送|送達|リターン|メール|宛先|退信|投递|未送达|退回|无法|無法|系统|系統|寄信|傳送|반송|전송|배달"
    r")"
)
#: What the text of a bounce says somewhere.
TEXT = re.compile(
    r"(not|n't|un(able|successful)|cannot|impossible)\W+(to\W+)?(be\W+|been\W+|being\W+)?(\w+\W+)?(deliver|sen[dt]|reach|accept|relay|rout|process|complet|find)"
    r"|deliver\w*\W+(to\W+.{0,120})?(has\W+)?(fail|abort|err|problem|was\W+(not|delay|abort|refus)|attempt|temporar|delay)"
    r"|undeliver|fail(ed|ure)\W+(to\W+deliver|recipient|address|deliver|permanent)|(fatal|permanent|delivery)\W+error|error\W+(message|condition|while|from|occurred|description)"
    r"|(user|recipient|host|mailbox|address|account|domain|subscriber)\W[^\n]{0,50}?(unknown|unavailable|not\W+(found|exist|known|listed|valid)|n(o|')t\W+exist|invalid|full|disabled|inactive|reject|suspend|refus)"
    r"|unknown\W+(user|recipient|address|host|mailbox|domain|or)|no\W+such|invalid\W+(recipient|address|mailbox|user|final)|does\W+not\W+exist|doesn't\W+(exist|have|like)"
    r"|over\W*quota|quota\W+exceed|exceed\w*\W+(\w+\W+){0,4}(quota|limit|size|space|storage)|retry\W*time|giving\W+up|given\W+up|still\W+(trying|being)|postponed|(will|attempts)\W+(be\W+)?(continue|retr|keep|try|will)"
    r"|return(ed|ing)\W+(to\W+)?(you|sender|mail|message|to)|(message|mail)\W+(\w+\W+){0,5}(reject|return|refus|block|bounc|delay|queue|quarantin|discard)"
    r"|(?<![\d.])[45][0-5]\d[ -]|(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])"
    r"|virus|banned|nicht\W+(zu|aus)?ge?(stell|liefer|send)|konnte\W+nicht|unzustellbar|n'a\W+(pas\W+)?pu|pas\W+ete|non\W+(remis|distribu)|no\W+(se\W+)?pud|no\W+(ha\W+sido|fue)|non\W+(e\W+stato|puo|esiste)|nao\W+(foi|pode)"
    r"|не\W+(может|был|удалось|достав|существ)|недостав|khong\W+(the\W+)?(gui|giao|chuyen|ton\W+tai|den|tim|nhan)|khong\W+ton|bi\W+tu\W+choi|hop\W+thu\W+(da\W+)?day|dia\W+chi\W+(\w+\W+){0,3}khong"
    r"|送信できません|届けられません|配信|配送|エラー|見つかりません|不明|ありません|退信|投递|无法|無法|不存在|退回|실패"
)
#: Words that tell whether it may be tried again, and a status code, where no code is told; the first that is
#: found counts.
VERDICTS: tuple[tuple[bool, str, re.Pattern[str]], ...] = (
    (
        False,
        "4.4.1",
        re.compile(
            r"still\W+(trying|being)|(will|attempts)\W+(be\W+)?(continue|retr|keep|try|will)|postponed|delayed"
            r"|no\W+need\W+to\W+resend|warning\W+message\W+only|retry\W+for|(van\W+)?dang\W+thu\W+lai|se\W+thu\W+lai"
        ),
    ),
    (
        True,
        "5.1.1",
        re.compile(
            r"(user|recipient|mailbox|address|account|subscriber)\W[^\n]{0,50}?(unknown|not\W+(found|exist|known|listed"
            r"|valid|recognized|accepting)|invalid|disabled|inactive)|unknown\W+(user|recipient|address|or)|no\W+such"
            r"|invalid\W+(recipient|address|mailbox|user|final)|(does\W+not|doesn't)\W+(exist|have)|no\W+mailbox"
            r"|not\W+accepting\W+mail|khong\W+ton\W+tai|unroutable|isn't\W+in\W+my\W+control|見つかりません|不存在|n'existe\W+pas"
        ),
    ),
    (
        True,
        "5.1.2",
        re.compile(
            r"(host|domain)\W[^\n]{0,40}?(unknown|not\W+found)|unknown\W+(host|domain)|no\W+(mx|route)"
        ),
    ),
    (
        False,
        "4.2.2",
        re.compile(
            r"quota|mailbox\W+(is\W+)?full|full\W+mailbox|exceed\w*\W+(\w+\W+){0,4}(storage|space)"
            r"|hop\W+thu\W+(da\W+|bi\W+)?day|insufficient\W+(disk|storage|system)|容量|いっぱい|一杯"
        ),
    ),
    (
        False,
        "4.7.1",
        re.compile(r"spam|virus|blacklist|blocked\W+using|banned|greylist|rate\W+limit|too\W+many"),
    ),
    (
        True,
        "5.0.0",
        re.compile(
            r"permanent|fatal|fail|undeliver|non-?deliver|giv(en|ing)\W+up|returned|(not|n't)\W+(be\W+)?(deliver|reach|sent|send)"
            r"|送信できません|届けられません|khong\W+(the\W+)?(gui|giao|chuyen)"
        ),
    ),
)
