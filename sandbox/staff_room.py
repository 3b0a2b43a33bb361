"""The staff of the sandbox: two people, their group with its cards, and what they do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.telegram import BotAccount, Group, Message, Person, TapAnswer
from templates.render import Texts

PATIENCE = 20.0


@dataclass(slots=True)
class StaffRoom:
    """An and Bình, who both may approve."""

    texts: Texts
    bot: BotAccount
    group: Group
    an: Person
    binh: Person

    def word(self, phrase: str, **fields: object) -> str:
        """A phrase as staff read it."""
        return self.texts.phrase(phrase, "vi", **fields)

    async def card(self, reference: str, status: str) -> Message:
        """The card of a request, once it shows this status."""
        title = self.word("card.title", reference=reference, status=self.word(f"status_label.{status}"))
        return await self.group.until(lambda message: message.text.startswith(title), PATIENCE)

    async def unclear_card(self, after: int) -> Message:
        """The first card at triage that came after so many messages in the group."""
        status = self.word("status_label.triage")
        return await self.group.until(
            lambda message: message.id > after and status in message.text.partition("\n")[0], PATIENCE
        )

    async def press(self, who: Person, card: Message, button: str, **fields: object) -> TapAnswer:
        """Press a button by the name of its phrase."""
        return await who.press(card, self.word(button, **fields), timeout=PATIENCE)

    async def all_ticked(self, who: Person, reference: str) -> Message:
        """Tick off every system that must act for an approved request; its card afterwards."""
        tick = self.word("staff_button.tick", system="")
        card = await self.card(reference, "approved")
        while todo := [label for label in card.labels if label.startswith(tick)]:
            await who.press(card, todo[0], timeout=PATIENCE)
            card = await self.group.until(_without(todo[0], card.text), PATIENCE)
        return card

    async def hand_over(self, who: Person, card: Message, right: str, name: str, content: bytes) -> None:
        """Tick a right off that hands over a file, and send the file in private."""
        await self.press(who, card, "staff_button.done", right=self.word(f"right.{right}"))
        await who.next_message(self.bot, PATIENCE)
        await who.send_document(self.bot, name, content, media_type="text/csv")
        await who.next_message(self.bot, PATIENCE)

    @property
    def last_message(self) -> int:
        """The number of the newest message in the group."""
        return max((message.id for message in self.group.sees()), default=0)


def _without(label: str, text: str) -> Callable[[Message], bool]:
    """Whether a message is the card that showed a text, and does not show a button any more."""
    title = text.partition("\n")[0]
    return lambda message: (
        message.text.startswith(title) and bool(message.labels) and label not in message.labels
    )
