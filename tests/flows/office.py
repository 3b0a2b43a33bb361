"""A desk at work for the tests, and the roads that many of them start from."""

from __future__ import annotations

from core.checklist import checklist
from core.messages import Verb
from core.requests import Request, Right, Status
from tests.flows.counter import Counter
from tests.flows.people import ACCESS, OBJECTION, UNCLEAR, Person
from tests.flows.staff import AN, BINH, HOA


class Office(Counter):
    """The desk with its store: real rules, texts, store and mail channel."""

    async def in_review(self, who: Person, text: str = ACCESS) -> Request:
        """A request by mail whose requester has proven who they are."""
        handled = await self.mail(who.sender, "My data", text)
        letters = self.letters(who.email)
        if letters and letters[-1].code:
            await self.mail(who.sender, "", letters[-1].code, answers=letters[-1])
        return await self.request(handled.request_id)

    async def approved(self, who: Person, text: str = ACCESS) -> Request:
        """A request that waits to be carried out, and whose systems have all acted."""
        request = await self.in_review(who, text)
        await self.tap(AN, Verb.APPROVE, request)
        return await self.second_approval(request)

    async def ticked(self, request: Request) -> Request:
        """The request as it is once every system is ticked off."""
        while todo := [each for each in checklist(request, self.desk.policy) if not each.is_ticked]:
            await self.tap(HOA, Verb.TICK, request, todo[0].token)
            request = await self.request(request.id)
        return request

    async def second_approval(self, request: Request) -> Request:
        """The request as it is once a colleague has approved too, where needed, and the systems have acted."""
        if (request := await self.request(request.id)).status is Status.IN_REVIEW:
            await self.tap(BINH, Verb.APPROVE, request)
        return await self.ticked(await self.request(request.id))

    async def picked(self, who: Person, right: Right) -> Request:
        """An unclear mail that a person has given its right."""
        handled = await self.mail(who.sender, "Hồ sơ", UNCLEAR)
        await self.tap(AN, Verb.PICK, await self.request(handled.request_id), right)
        return await self.request(handled.request_id)

    async def refused(self, who: Person, text: str = OBJECTION) -> Request:
        request = await self.in_review(who, text)
        await self.tap(AN, Verb.REFUSE, request, "legal_duty")
        return await self.request(request.id)
