"""Bounces in the manner of many mail systems, in words of our own: what a mail system says, how it is packed."""

from __future__ import annotations

from dataclasses import dataclass

LAN = "lan@example.org"
OURS = "<n7@example.com>"
TOKEN = "k7m2p9q4"

ORIGINAL = (
    f"Return-Path: <help+{TOKEN}@example.com>\r\nReceived: from desk.example.com\r\n"
    f"From: MentraCere <help@example.com>\r\nReply-To: help+{TOKEN}@example.com\r\nTo: {LAN}\r\n"
    f"Subject: Your request\r\nMessage-ID: {OURS}\r\n"
)


@dataclass(frozen=True)
class Sample:
    """A bounce, and what is to be read out of it."""

    name: str
    raw: bytes
    permanent: bool
    status: str
    recipients: tuple[str, ...] = (LAN,)
    message_ids: tuple[str, ...] = (OURS,)


def mail(*headers: str, body: str, sender: str = "MAILER-DAEMON@mx.example.org") -> bytes:
    return "\r\n".join([f"From: {sender}", f"To: help+{TOKEN}@example.com", *headers, "", body]).encode()


def report(text: str, status: str, returned: str = ORIGINAL, kind: str = "message/rfc822") -> bytes:
    """RFC 3464 as it should be; `status` holds the fields for the recipient."""
    parts = [
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}",
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n{status}",
        f"Content-Type: {kind}\r\n\r\n{returned}\r\nnội dung",
    ]
    return mail(
        "Return-Path: <>",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        body="".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n",
    )


def group(action: str, status: str, *more: str, recipient: str = LAN) -> str:
    return "\r\n".join(
        [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}", *more, ""]
    )


SAMPLES = (
    Sample("the standard", report("It failed.", group("failed", "5.1.1")), True, "5.1.1"),
    Sample("the standard, headers only", report("", group("failed", "5.1.1"), kind="text/rfc822-headers"), True, "5.1.1"),
    Sample("a delay", report("Still trying.", group("delayed", "4.4.1")), False, "4.4.1"),
    Sample("an end of patience", report("Too old.", group("failed", "4.4.7")), False, "4.4.7"),
    Sample("no status, a diagnostic", report("", "Final-Recipient: rfc822;lan@example.org\r\nAction: failed\r\n"
           "Diagnostic-Code: smtp; 550 5.2.1 disabled\r\n"), True, "5.2.1"),
    Sample("no status at all", report("", "Final-Recipient: rfc822; <Lan@Example.org>\r\nAction: failed\r\n"), True, "5.0.0"),
    Sample(
        "a forwarded mail",
        report("", group("failed", "5.1.1", f"Original-Recipient: rfc822; {LAN}", recipient="lan2@elsewhere.example")),
        True, "5.1.1", (LAN, "lan2@elsewhere.example"),
    ),
    Sample(
        "one of two",
        report("", group("delivered", "2.0.0", recipient="x@example.net") + "\r\n" + group("failed", "5.7.1")),
        True, "5.7.1",
    ),
    Sample(
        "a list of systems that never heard of the standard: qmail",
        mail("Return-Path: <>", "Subject: failure notice",
             body=f"Hi. This is the qmail-send program at mx.example.org.\r\nI tried in vain.\r\n\r\n<{LAN}>:\r\n"
                  f"Sorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "Exim",
        mail(f"X-Failed-Recipients: {LAN}", "Subject: Mail delivery failed: returning message to sender",
             sender="Mail Delivery System <Mailer-Daemon@mx.example.org>",
             body=f"This message was created automatically.\r\n\r\n  {LAN}\r\n    host mx [192.0.2.1]: 550 unrouteable\r\n\r\n{ORIGINAL}"),
        True, "5.0.0",
    ),
    Sample(
        "Exim's warning",
        mail("Subject: Warning: message 1abc delayed 24 hours", sender="Mail Delivery System <Mailer-Daemon@mx.example.org>",
             body=f"The message has not been delivered yet. Attempts will continue.\r\n\r\n  {LAN}\r\n    Delay reason: retry\r\n\r\n{ORIGINAL}"),
        False, "4.4.1",
    ),
    Sample(
        "old sendmail",
        mail("Subject: Returned mail: User unknown", sender="Mail Delivery Subsystem <MAILER-DAEMON@example.org>",
             body=f"   ----- The following addresses had permanent fatal errors -----\r\n<{LAN}>\r\n"
                  f"   ----- Transcript of session follows -----\r\n550 <{LAN}>... User unknown\r\n"
                  f"   ----- Original message follows -----\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "Exchange",
        mail("Subject: Undeliverable: Your request", sender="System Administrator <postmaster@example.org>",
             body=f"Your message\r\n\r\n  To: Lan\r\n  Subject: Your request\r\n\r\ndid not reach the following recipient(s):\r\n\r\n"
                  f"{LAN} on Mon, 23 Nov 2026\r\n    The recipient name is not recognized\r\n\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "Domino",
        mail("Subject: DELIVERY FAILURE: User lan (lan@example.org) not listed in Directory", sender="Postmaster@example.org",
             body=f"Your message could not be delivered to:\r\n\r\n{LAN}\r\n\r\nbecause:\r\n\r\nUser not listed in the Directory\r\n\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "Notes, in Japanese",
        mail("Subject: Undeliverable message", "Content-Type: text/plain; charset=utf-8", sender="postmaster@n.example.org",
             body=f"------- Failure Reasons  --------\r\n\r\nユーザーが見つかりません\r\n{LAN}\r\n\r\n------- Returned Message --------\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "a carrier, in Japanese",
        mail("Subject: メールエラー通知", sender="no-reply@carrier.example",
             body=f"送信先のメールボックスが一杯のため、送信できませんでした。\r\n<{LAN}>\r\n\r\n{ORIGINAL}"),
        False, "4.2.2",
    ),
    Sample(
        "Gmail over quota",
        mail("Subject: Delivery Status Notification (Delay)", "Return-Path: <>",
             body=f"{LAN}: the inbox is over quota. Gmail will retry for 45 more hours.\r\n\r\n{ORIGINAL}"),
        False, "4.4.1",
    ),
    Sample(
        "Yahoo",
        mail("Subject: Failure Notice", sender="MAILER-DAEMON@yahoo.example",
             body=f"Sorry, we were unable to deliver your message to the following address.\r\n\r\n<{LAN}>:\r\n554: delivery error: dd This user doesn't have an account\r\n\r\n--- Original message follows.\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "a provider, in Vietnamese",
        mail("Subject: Thư không gửi được: Your request", "Content-Type: text/plain; charset=utf-8", sender="Quản trị <postmaster@nha-mang.example>",
             body=f"Thư của bạn không thể gửi đến địa chỉ sau:\r\n{LAN}\r\nLý do: địa chỉ không tồn tại.\r\n\r\n{ORIGINAL}"),
        True, "5.1.1",
    ),
    Sample(
        "a full mailbox, in Vietnamese",
        mail("Subject: Gửi thư thất bại", "Content-Type: text/plain; charset=utf-8", "Return-Path: <>", sender="mail-daemon@nha-mang.example",
             body=f"Không thể chuyển thư tới <{LAN}>: hộp thư đã đầy.\r\n\r\n{ORIGINAL}"),
        False, "4.2.2",
    ),
    Sample(
        "a mailbox's own filter",
        mail('Content-Type: multipart/report; report-type=disposition-notification; boundary="b"', "Subject: Automatically rejected mail",
             "Auto-Submitted: auto-replied (rejected)", sender=LAN,
             body=f"--b\r\n\r\nYour message to <{LAN}> was automatically rejected: Quota exceeded\r\n--b\r\n"
                  "Content-Type: message/disposition-notification\r\n\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n"
                  f"--b\r\nContent-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\n--b--\r\n"),
        False, "4.2.2", (),
    ),
    Sample(
        "a notification service",
        mail("Subject: Notification Message", sender="no-reply@sns.amazonaws.example",
             body='{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"lan@example.org",'
                  '"status":"5.1.1"}]},"mail":{"messageId":"x"}}'),
        True, "5.1.1", (LAN,), (),
    ),
    Sample(
        "no subject, no returned mail, only a code",
        mail("Subject: Re:Your request", sender="post_master@sms.example",
             body=f"Error: Invalid user address\r\n550 - Requested action not taken: no such user here\r\n  RCPT TO: {LAN}\r\n"),
        True, "5.1.1", (LAN,), (),
    ),
    Sample(
        "lost boundary",
        mail("Return-Path: <>", "Subject: Undeliverable", "Content-Type: multipart/report; report-type=delivery-status",
             body=f"--x\r\n\r\nFailed\r\n--x\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n{group('failed', '5.1.2')}\r\n--x\r\n\r\n{ORIGINAL}"),
        True, "5.1.2",
    ),
)  # fmt: skip
