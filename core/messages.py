"""What every channel speaks: the values that cross the border between the desk and the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChannelName(StrEnum):
    """The channels that the desk can listen and speak on."""

    EMAIL = "email"
    TELEGRAM = "telegram"
    ZALO = "zalo"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody can be reached: an e-mail address, or a chat's id on its channel."""

    channel: ChannelName
    value: str

    @property
    def normal(self) -> str:
        """The form under which the address is found again: lower case, no outer blanks."""
        return self.value.strip().lower()

    @property
    def is_chat(self) -> bool:
        return self.channel is not ChannelName.EMAIL


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message or leaves with one.

    `content` is None while the file still lies with the channel under `remote`; the channel's
    `fetch` brings it.
    """

    name: str
    media_type: str
    content: bytes | None = None
    remote: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail system says of a mail that it could not deliver (RFC 3464).

    `permanent` is False where the mail is still being tried, or may be tried again (4.x). Nothing in it is
    proven: anybody can write such a mail, so it counts only for a letter of ours that it names.
    """

    permanent: bool
    #: Addresses that were not reached, in lower case, the reported ones first; then the returned mail's own.
    recipients: tuple[str, ...] = ()
    #: Message-IDs of the returned mail, the likeliest first.
    message_ids: tuple[str, ...] = ()
    #: The reply token in the bounce's own recipient or in the returned mail.
    token: str = ""
    #: Enhanced status code (RFC 3463): "5.1.1"; empty where none is told.
    status: str = ""


@dataclass(frozen=True, slots=True)
class SenderEvidence:
    """What our own mail server found about a sender (RFC 8601): "pass", "fail" or "none". Never a proof."""

    dmarc: str = "none"
    spf: str = "none"
    dkim: str = "none"
    #: The domain whose signature the desk has checked itself (RFC 6376); empty without one that holds.
    dkim_checked: str = ""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message from a person in a mailbox or a private chat."""

    sender: Address
    received_at: datetime
    text: str
    subject: str = ""
    #: The channel's own id: a Message-ID with its angle brackets (RFC 5322 3.6.4), a chat message id.
    message_id: str = ""
    #: Message-IDs this one answers, oldest first: References and In-Reply-To.
    references: tuple[str, ...] = ()
    #: The token of the plus-address it was written to; empty without one.
    reply_token: str = ""
    #: Why no automatic answer is due (RFC 3834), in a word or two; empty where one is.
    silence: str = ""
    #: The name that the sender shows; a claim, never a proof.
    name: str = ""
    #: A chat command without its slash: "status", "help"; with what follows it in `text`.
    command: str = ""
    #: The token of the dialogue button that was pressed.
    option: str = ""
    #: What to answer so that the channel stops its waiting sign (a callback query's id).
    tap: str = ""
    #: What is in the message where it is not text: "voice", "sticker", "photo", "contact", …
    media: str = ""
    #: The sender's own telephone number (E.164), where the channel vouches that it is theirs.
    shared_phone: str = ""
    #: The language that the channel believes the sender speaks: "vi", "en", …
    language: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: Set where the message tells of a mail that was not delivered.
    bounce: Bounce | None = None
    #: What is known of a mail's sender; None on channels that know their senders.
    evidence: SenderEvidence | None = None


class Verb(StrEnum):
    """What a staff member can do from a card or by a command in the staff chat."""

    PICK = "pick"  # triage: this is the right that is meant; argument: the right
    DISMISS = "dismiss"  # triage: no privacy request
    ASK_VERIFY = "verify?"  # show the reasons for which who asks is known
    VERIFY = "verify"  # identity checked by hand; argument: the coded reason
    APPROVE = "approve"
    ASK_REFUSAL = "refuse?"  # show the reasons
    REFUSE = "refuse"  # argument: the coded reason
    BACK = "back"  # from the reasons to the card
    ASK = "ask"  # ask the customer something; the question is typed in private
    DONE = "done"  # argument: the right that has been carried out
    DETAILS = "details"  # show everything, in private
    ASK_DOCUMENT = "ask_document"  # as the last resort; the reason is typed in private
    LOOK = "look"  # at the documents that came, in private; argument: which one
    ASK_RECORD = "record?"  # show what can be recorded; argument: the field
    RECORD = "record"  # of who may ask for whom; argument: one of core.representation.RECORDS
    ASK_TERM = "term?"  # show how due dates can change
    EXTEND = "extend"  # argument: the right; the reason is typed in private
    THIRD_PARTY = "third_party"  # another company must act too; argument: the right
    TICK = "tick"  # argument: the token of a system whose part is done
    QUEUE = "queue"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class StaffAction:
    """A tap on a card, or a command in the staff chat."""

    actor: Address
    chat: Address
    verb: Verb
    card: str = ""
    revision: int = 0
    argument: str = ""
    tap: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody came into a chat or left it, or blocked the desk."""

    person: Address
    chat: Address
    present: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that a channel delivers and the desk has no business with; `reason` in plain words."""

    reason: str


Inbound = InboundMessage | StaffAction | Membership | Ignored


class Unreadable(Exception):
    """The raw message cannot be read; the text says why, without quoting it.

    `header` is what its header alone tells, where the message is too large to be there as a whole.
    """

    def __init__(self, reason: str, header: InboundMessage | None = None) -> None:
        super().__init__(reason)
        self.header = header


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message; `token` is opaque, at most 64 bytes, and no proof of anything."""

    label: str
    token: str


class Kind(StrEnum):
    """What an outgoing message is: it decides how a channel sends it, and its rank."""

    NOTICE = "notice"
    CODE = "code"
    CARD = "card"
    TALK = "talk"
    TAP = "tap"  # answers a button press; `to` is the chat, `in_reply_to` the press


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message on its way out, rendered; a channel turns it into bytes once and for all."""

    id: str
    to: Address
    kind: Kind
    created_at: datetime
    text: str
    subject: str = ""
    html: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    #: Goes into Reply-To as a plus-address, so that an answer finds its request.
    reply_token: str = ""
    language: str = ""
    #: Messages with the same slot replace each other where the channel can edit.
    slot: str = ""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """What a channel received, before anybody looked into it; `key` is unique in its source."""

    key: str
    raw: bytes
    received_at: datetime
