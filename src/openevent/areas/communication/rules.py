"""What a mailing is: to whom, about what, in which words. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from openevent.areas.communication.models import MailAction, NotificationType
from openevent.work.dispatcher import When
from openevent.work.unit import DomainEvent


class Switch(StrEnum):
    """The switches that people have for each event: columns of ``email_notifications``."""

    NEXT_EVENT = "next_event"
    NEW_PAPER = "new_paper"
    SESSION_ACCEPT_REJECT = "session_accept_reject"
    SESSION_SCHEDULE = "session_schedule"
    AFTER_TICKET_PURCHASE = "after_ticket_purchase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A single-use token that a mail carries: its purpose, and the id of what it opens."""

    purpose: str
    of: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF that a mail carries: which one (``sending.PAPERS``), and the id of what it is of.

    It is made when the mail is sent, as it is then.
    """

    name: str
    of: int

    def __str__(self) -> str:
        """Return it as a mail's row keeps it."""
        return f"{self.name}/{self.of}"

    @classmethod
    def kept(cls, text: str) -> Paper:
        """Return what a mail's row keeps."""
        name, _, of = text.partition("/")
        return cls(name, int(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a notification is about, for programs: a type, an id, and what was done to it."""

    type: str
    id: int
    action: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What one occasion has to say, and to whom.

    ``people`` is a condition on ``User``: accounts, written to in their own language.
    ``addresses`` are written to whether or not there is an account. ``occasion`` names
    what happened: with the kind and the recipient it makes a key, under which nothing is
    written twice; ``None`` is for what may be asked for again. ``text`` is the message of
    the catalogues, where it is not named like the kind. ``quote`` is in somebody's own
    words (HTML that was cleaned), ``subject`` too; both are passed on untranslated. Addresses
    without an account are written to in ``language``.
    """

    occasion: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    people: ColumnElement[bool] | None = None
    addresses: tuple[str, ...] = ()
    event_id: int | None = None
    text: str = ""
    subject: str = ""
    quote: str = ""
    page: str = ""
    secret: Secret | None = None
    reply_to: str = ""
    about: About | None = None
    actor_ids: tuple[int, ...] = ()
    unfollow_group_id: int | None = None
    papers: tuple[Paper, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """One kind of mail: when it is due, who gets it and what it says, who can switch it off.

    ``mailing`` is called with those fields of the domain event that it takes by name; it
    answers ``None`` when there is nothing to say any more, and several mailings where each
    address gets something else. ``when`` spares it the domain events that it never writes
    of. ``reader`` says for admins who the recipients are. With ``notification`` the same is
    told inside the application.
    """

    action: MailAction
    on: type[DomainEvent] | tuple[type[DomainEvent], ...]
    mailing: Callable[..., Mailing | Sequence[Mailing] | None]
    reader: str
    texts: tuple[str, ...] = ()
    switch: Switch | None = None
    notification: NotificationType | None = None
    when: When | None = None

    @property
    def name(self) -> str:
        """What the kind's job is called, after its mailing; it never changes."""
        return f"communication.mail_{self.mailing.__name__}"

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages of the catalogues that its mails are made of."""
        return self.texts or (self.action.replace("_", "-"),)
