"""Receiving with the real store: two desks on one mailbox, and originals that are put away."""

from __future__ import annotations

import asyncio

from app.patience import PatientStore
from app.runtime import utc_now
from flows.arrivals import StoredInbox
from mailer.imap import as_folder
from mailer.settings import MailSettings, Server, Start, Tls
from mailer.visit import open_mailbox
from mailer.watcher import Pace, Watcher
from sandbox.mail import MailServer
from sandbox.mail_person import MailPerson
from sandbox.people_on_file import CUSTOMERS, HELP
from storage.store import open_store
from tests.app.desk import PASSWORD, PATIENCE, RunningDesk


def server_of(mail: MailServer) -> Server:
    return Server("127.0.0.1", mail.imap_port, HELP, PASSWORD, Tls.NONE)


async def test_two_running_instances_on_one_mailbox_do_not_take_the_same_mail_twice(mail: MailServer) -> None:
    store = open_store("sqlite://", bytes(32))
    settings = MailSettings(HELP, "MentraCere", server_of(mail), server_of(mail), Start.ALL)
    enough = asyncio.Event()
    inbox = StoredInbox(PatientStore(store), utc_now, enough.set)
    often = Pace(idle=0.05, reconcile=0.05)
    watchers = [asyncio.create_task(Watcher(settings, often).run(inbox)) for _ in range(2)]
    for number in range(20):
        await mail.deliver(HELP, f"From: lan@example.org\r\nSubject: {number}\r\n\r\n".encode())
    async with asyncio.timeout(10):
        while len(await store.run(lambda uow: uow.pending(100, 10**9, utc_now()))) < 20:
            enough.clear()
            await enough.wait()
    # Both have compared the whole mailbox with the store more than once by the time the last mail is stored.
    for watcher in watchers:
        watcher.cancel()
    await asyncio.wait(watchers)
    stored = await store.run(lambda uow: uow.pending(100, 10**9, utc_now()))
    assert sorted(item.raw.raw.count(b"Subject") for item in stored) == [1] * 20
    await store.close()


async def test_a_running_desk_moves_what_it_has_acknowledged(desk: RunningDesk, mail: MailServer) -> None:
    async with open_mailbox(server_of(mail)) as mailbox:
        await mailbox._command("make a folder", "CREATE", as_folder("Processed"))
    with (desk.folder / "privacydesk.toml").open("a", encoding="utf-8") as settings:
        settings.write('after_acknowledged = "move:Processed"\n')
    await desk.start()
    writer = MailPerson(mail, CUSTOMERS[0].email, CUSTOMERS[0].name)
    await writer.write("Tin khuyến mãi", "Ngừng gửi tin khuyến mãi cho tôi nhé.")
    await writer.reads(PATIENCE)
    await desk.until("letter_tried")
    # Whatever comes next lets the desk look.
    await mail.deliver(
        HELP, b"From: news@example.org\r\nList-Id: <news.example.org>\r\nSubject: News\r\n\r\n"
    )
    assert (await desk.until("mail_filed"))["count"] == 1
    assert await desk.stop() == 0
    async with open_mailbox(server_of(mail)) as mailbox:
        assert (await mailbox.select("Processed")).exists == 1
        assert (await mailbox.select("INBOX")).exists == 1
