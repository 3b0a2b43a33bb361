"""What a card shows of documents: that one is waited for, how many there are, and the buttons that go with them."""

from __future__ import annotations

from collections.abc import Iterator

from core.documents import awaits, may_ask
from core.messages import Verb
from core.requests import Request
from flows.card_buttons import Rows, plain
from flows.desk import Desk
from flows.store import UnitOfWork


def lines(uow: UnitOfWork, desk: Desk, request: Request) -> Iterator[str]:
    """How it stands, without a file's name or what it holds."""
    if not awaits(request):
        return
    found = uow.documents_of(request.id)
    if found:
        until = min(each.expires_at for each in found)
        yield _say(desk, "card.documents", count=len(found), until=until)
    else:
        yield _say(desk, "card.document_awaited")


def buttons(uow: UnitOfWork, desk: Desk, request: Request) -> Rows:
    """To ask for a document where the policy allows it, and to see those that came."""
    verbs = (Verb.ASK_DOCUMENT,) if may_ask(request, desk.policy) else ()
    if awaits(request) and uow.documents_of(request.id):
        verbs = (Verb.LOOK, *verbs)
    return (tuple(plain(desk, request, verb) for verb in verbs),) if verbs else ()


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)
