"""What switching mails on and off means, and reading notifications."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.communication.models import (
    EmailNotification,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.areas.communication.rules import Switch
from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.teams.models import UserFollowGroup
from openevent.errors import Forbidden, Missing
from openevent.services.unsubscribing import Unsubscribing
from openevent.work.unit import UnitOfWork

_FIXED: Final = {"user_id": "account", "event_id": "event"}


def change_setting(
    _: UnitOfWork, setting: MessageSetting | NotificationSetting, changes: dict[str, Any]
) -> None:
    """Switch a kind of mail or notification on or off, for everybody."""
    for name, value in changes.items():
        setattr(setting, name, value)


def change_notification(_: UnitOfWork, notification: Notification, changes: dict[str, Any]) -> None:
    """Mark a notification as read, or as not read."""
    _check_fixed(changes)
    for name, value in changes.items():
        setattr(notification, name, value)


def read_all(work: UnitOfWork) -> int:
    """Mark all notifications of the principal as read; return how many were not."""
    marked = work.db.execute(
        update(Notification)
        .where(Notification.user_id == work.principal.id, Notification.is_read.is_(False))
        .values(is_read=True, version=Notification.version + 1)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())


def add_switches(work: UnitOfWork, values: dict[str, Any]) -> EmailNotification:
    """Give somebody switches for the mails of one event; what is not said stays on."""
    row = EmailNotification(**values)
    work.db.add(row)
    return row


def change_switches(_: UnitOfWork, row: EmailNotification, changes: dict[str, Any]) -> None:
    """Switch mails of one event on or off."""
    _check_fixed(changes)
    for name, value in changes.items():
        setattr(row, name, value)


def unsubscribe(work: UnitOfWork, wanted: Unsubscribing) -> None:
    """End mails of one kind for the person whose link this is; again is no harm."""
    kind, _, rest = wanted.topic.partition("/")
    if kind == "group":
        following = UserFollowGroup
        work.db.execute(
            delete(following).where(
                following.group_id == int(rest), following.user_id == wanted.user_id
            )
        )
        return
    if kind != "event":
        raise Missing("There is nothing to end here.")
    event_id, _, switch = rest.partition("/")
    values = {"user_id": wanted.user_id, "event_id": int(event_id)}
    known = select(Event.id).where(Event.id == values["event_id"])
    person = select(User.id).where(User.id == wanted.user_id)
    if work.db.scalar(known) is None or work.db.scalar(person) is None:
        raise Missing("There is nothing to end here any more.")
    statement = insert(EmailNotification).values(values | {Switch(switch).value: False})
    work.db.execute(
        statement.on_conflict_do_update(
            index_elements=[EmailNotification.user_id, EmailNotification.event_id],
            index_where=EmailNotification.deleted_at.is_(None),
            set_={Switch(switch).value: False, "version": EmailNotification.version + 1},
        )
    )


def _check_fixed(changes: dict[str, Any]) -> None:
    for key, words in _FIXED.items():
        if key in changes:
            relationship = key.removesuffix("_id")
            raise Forbidden(
                f"It stays with its {words}.", pointer=f"/data/relationships/{relationship}"
            )
