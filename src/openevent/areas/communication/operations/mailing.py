"""Writing mails and notifications: from what happened to rows, one of each per recipient.

Exactly once: the rows are written under unique keys (or in the transaction that strikes
the delivery off the outbox, which comes to the same), sending is a job of its own that
marks them (``sending.py``). Recipients that are many are written to in batches, each in
a transaction of its own that brings about the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, literal, not_, select
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.communication.domain_events import MailingContinues, MailWritten
from openevent.areas.communication.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.areas.communication.operations.rendering import (
    HIDDEN,
    TRANSLATIONS,
    Content,
    Letter,
    display_name,
    render,
)
from openevent.areas.communication.rules import Mailing, MailKind
from openevent.areas.identity.models import User
from openevent.services.frontend import Frontend
from openevent.services.unsubscribing import UnsubscribeLinks
from openevent.work.unit import UnitOfWork

#: As many are written to in one transaction.
BATCH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is written to: an account, or an address without one."""

    id: int | None
    email: str
    name: str
    language: str | None
    wants_mail: bool

    @property
    def key(self) -> str:
        """What makes them the same recipient."""
        return self.email.lower() if self.id is None else str(self.id)


@dataclass(frozen=True, slots=True)
class Switched:
    """What admins let a kind of mail do."""

    mail: bool
    notification: bool

    def __bool__(self) -> bool:
        return self.mail or self.notification


def write_mailing(
    work: UnitOfWork, kind: MailKind, arguments: Mapping[str, Any], after: int = 0
) -> None:
    """Write the mails and notifications of one occasion to those whose turn it is."""
    switched = _switched(work, kind)
    found = kind.mailing(work, **arguments) if switched else None
    for mailing in [found] if isinstance(found, Mailing) else found or ():
        _write_one(work, kind, mailing, switched, arguments, after)


def _write_one(
    work: UnitOfWork,
    kind: MailKind,
    mailing: Mailing,
    switched: Switched,
    arguments: Mapping[str, Any],
    after: int,
) -> None:
    people = _people(work, kind, mailing, after)
    # Those who have no account are few; they are written to with the first batch.
    recipients = [*people, *(_addressed(work, mailing) if after == 0 else ())]
    letters = [(each, _write(work, kind, mailing, each)) for each in recipients]
    if switched.mail:
        _store_mails(work, kind, mailing, [pair for pair in letters if pair[0].wants_mail])
    if switched.notification:
        _store_notifications(work, kind, mailing, letters)
    if len(people) == BATCH:
        last = people[-1].id
        assert last is not None  # noqa: S101 - people have accounts
        work.record(MailingContinues(kind=kind.name, arguments=dict(arguments), after=last))


def _switched(work: UnitOfWork, kind: MailKind) -> Switched:
    """Return whether admins let this kind be mailed and notified of; without a row they do."""
    mail_off = exists().where(
        MessageSetting.action == kind.action.value, not_(MessageSetting.enabled)
    )
    notice_off = exists().where(
        NotificationSetting.type == (kind.notification or ""), not_(NotificationSetting.enabled)
    )
    mail, notice = work.db.execute(select(not_(mail_off), not_(notice_off))).one()
    return Switched(mail=mail, notification=notice and kind.notification is not None)


def _people(work: UnitOfWork, kind: MailKind, mailing: Mailing, after: int) -> list[Recipient]:
    """Return the next accounts to write to, by id; never blocked or deleted ones."""
    if mailing.people is None:
        return []
    wants: ColumnElement[bool] = literal(value=True)
    if kind.switch is not None and mailing.event_id is not None:
        switches = EmailNotification
        column = getattr(switches, kind.switch)
        wants = not_(
            exists().where(
                switches.user_id == User.id,
                switches.event_id == mailing.event_id,
                switches.deleted_at.is_(None),
                not_(column),
            )
        )
    condition = and_(mailing.people, User.id > after)
    return _accounts(work, condition, wants, limit=BATCH)


def _addressed(work: UnitOfWork, mailing: Mailing) -> list[Recipient]:
    """Return whom addresses belong to; nobody, if the account is blocked."""
    if not mailing.addresses:
        return []
    addresses = {address.lower(): address for address in mailing.addresses}
    same = func.lower(User.email).in_(addresses)
    accounts = {
        account.email.lower(): account for account in _accounts(work, same, literal(value=True))
    }
    blocked = set(
        work.db.scalars(
            select(func.lower(User.email)).where(same, User.is_blocked, User.deleted_at.is_(None))
        )
    )
    return [
        accounts.get(lowered)
        or Recipient(id=None, email=address, name="", language=mailing.language, wants_mail=True)
        for lowered, address in addresses.items()
        if lowered not in blocked
    ]


def _accounts(
    work: UnitOfWork,
    condition: ColumnElement[bool],
    wants: ColumnElement[bool],
    limit: int | None = None,
) -> list[Recipient]:
    rows = work.db.execute(
        select(
            User.id,
            User.email,
            User.public_name,
            User.first_name,
            User.language_prefrence,
            wants,
        )
        .where(condition, User.deleted_at.is_(None), not_(User.is_blocked))
        .order_by(User.id)
        .limit(limit)
    )
    return [
        Recipient(
            id=id_,
            email=email,
            name=display_name(public_name, first_name, email),
            language=language,
            wants_mail=wanted,
        )
        for id_, email, public_name, first_name, language, wanted in rows
    ]


def _write(work: UnitOfWork, kind: MailKind, mailing: Mailing, to: Recipient) -> Letter:
    """Put the mailing into words for one recipient."""
    query = {"token": HIDDEN} if mailing.secret else {}
    footer = "footer-nobody" if to.id is None else "footer"
    content = Content(
        message=mailing.text or kind.messages[0],
        values=mailing.values,
        footer="footer-answer" if mailing.reply_to else footer,
        subject=mailing.subject,
        quote=mailing.quote,
        link=work.port(Frontend).link(mailing.page, **query) if mailing.page else "",
        token=HIDDEN if mailing.secret else "",
        unsubscribe_url=_unsubscribe_url(work, kind, mailing, to),
    )
    return render(TRANSLATIONS.choose(to.language), to.name, content)


def _unsubscribe_url(work: UnitOfWork, kind: MailKind, mailing: Mailing, to: Recipient) -> str:
    """Return where this recipient turns such mails off; nothing where that is not for them."""
    if to.id is None:
        return ""
    if mailing.unfollow_group_id is not None:
        topic = f"group/{mailing.unfollow_group_id}"
    elif kind.switch is not None and mailing.event_id is not None:
        topic = f"event/{mailing.event_id}/{kind.switch.value}"
    else:
        return ""
    return work.port(UnsubscribeLinks).url(to.id, topic)


def _key(kind: MailKind, mailing: Mailing, to: Recipient) -> str | None:
    if mailing.occasion is None:
        return None
    return f"{mailing.text or kind.messages[0]}: {mailing.occasion}: {to.key}"


def _store_mails(
    work: UnitOfWork,
    kind: MailKind,
    mailing: Mailing,
    letters: Sequence[tuple[Recipient, Letter]],
) -> None:
    """Store mails, once per key, and have them sent."""
    if not letters:
        return
    secret = mailing.secret
    rows = [
        {
            "recipient": to.email,
            "time": work.now(),
            "action": kind.action.value,
            "subject": letter.subject,
            "message": letter.text,
            "html": letter.html,
            "language": TRANSLATIONS.choose(to.language).tag,
            "reply_to": mailing.reply_to or None,
            "unsubscribe_url": _unsubscribe_url(work, kind, mailing, to) or None,
            "key": _key(kind, mailing, to),
            "secret": secret and secret.purpose,
            "secret_of": secret and secret.of,
            "papers": [str(paper) for paper in mailing.papers],
            "user_id": to.id,
        }
        for to, letter in letters
    ]
    statement = insert(Mail).values(rows).on_conflict_do_nothing().returning(Mail.id)
    for mail_id in work.db.scalars(statement):
        work.record(MailWritten(mail_id=mail_id))


def _store_notifications(
    work: UnitOfWork,
    kind: MailKind,
    mailing: Mailing,
    letters: Sequence[tuple[Recipient, Letter]],
) -> None:
    """Store notifications for those who have an account, once per key."""
    content = _content(work, kind, mailing)
    rows = [
        {
            "user_id": to.id,
            "title": letter.subject,
            "message": letter.body,
            "received_at": work.now(),
            "content": content,
            "key": _key(kind, mailing, to),
        }
        for to, letter in letters
        if to.id is not None
    ]
    if rows:
        work.db.execute(insert(Notification).values(rows).on_conflict_do_nothing())


def _content(work: UnitOfWork, kind: MailKind, mailing: Mailing) -> dict[str, Any]:
    """Return what a notification says to programs."""
    actors = work.db.execute(
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.public_name,
            User.avatar_url,
            User.thumbnail_image_url,
        )
        .where(User.id.in_(mailing.actor_ids))
        .order_by(User.id)
    ).mappings()
    about = mailing.about
    content: dict[str, Any] = {
        "type": kind.notification,
        "target_type": about and about.type,
        "target_id": about and about.id,
        "target_action": about and about.action,
        "actors": [dict(actor) for actor in actors] if mailing.actor_ids else [],
    }
    return content | dict(about.details if about else {})
