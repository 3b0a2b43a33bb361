"""What `privacydesk check` says of the bot."""

from dataclasses import replace

from bot.check import check_telegram
from bot.settings import TelegramSettings
from sandbox.telegram import BotAccount, Status, TelegramServer


async def verdicts(settings: TelegramSettings) -> list[tuple[bool, str]]:
    return [(ok, words) for _, ok, words in await check_telegram(settings)]


async def test_all_is_well(settings: TelegramSettings) -> None:
    assert [ok for ok, _ in await verdicts(settings)] == [True, True, True]


async def test_a_token_that_cannot_be_one(settings: TelegramSettings) -> None:
    ((ok, words),) = await verdicts(replace(settings, token="nonsense"))
    assert not ok
    assert "BotFather" in words


async def test_a_token_that_nobody_knows(settings: TelegramSettings) -> None:
    ((ok, words),) = await verdicts(replace(settings, token="7:other"))
    assert not ok
    assert "BotFather" in words
    assert "other" not in words


async def test_a_server_that_does_not_answer(server: TelegramServer, settings: TelegramSettings) -> None:
    await server.stop()
    ((ok, words),) = await verdicts(settings)
    assert not ok
    assert "api_base" in words


async def test_a_webhook_of_another_program(account: BotAccount, settings: TelegramSettings) -> None:
    account.webhook = "https://other.example/hook"
    _, (ok, words), _ = await verdicts(settings)
    assert not ok
    assert "webhook" in words
    assert account.webhook


async def test_no_staff_group(settings: TelegramSettings) -> None:
    assert (await verdicts(replace(settings, staff_chat=0)))[2][0] is False


async def test_a_staff_group_that_the_bot_is_not_in(settings: TelegramSettings) -> None:
    ok, words = (await verdicts(replace(settings, staff_chat=-100777)))[2]
    assert not ok
    assert "Add it" in words


async def test_a_bot_that_is_no_administrator(
    server: TelegramServer, account: BotAccount, settings: TelegramSettings
) -> None:
    group = server.add_group("Plain", members=[account])
    ok, words = (await verdicts(replace(settings, staff_chat=group.id)))[2]
    assert group.status(account) is Status.MEMBER
    assert not ok
    assert "administrator" in words


async def test_a_group_that_became_a_supergroup(
    server: TelegramServer, account: BotAccount, settings: TelegramSettings
) -> None:
    group = server.add_group("Old", admins=[account], type_="group")
    old = group.id
    await group.migrate()
    ok, words = (await verdicts(replace(settings, staff_chat=old)))[2]
    assert not ok
    assert str(group.id) in words
