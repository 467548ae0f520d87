"""What switching mails on and off means, and reading notifications."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update

from openevent.areas.communication.models import (
    EmailNotification,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.errors import Forbidden
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


def _check_fixed(changes: dict[str, Any]) -> None:
    for key, words in _FIXED.items():
        if key in changes:
            relationship = key.removesuffix("_id")
            raise Forbidden(
                f"It stays with its {words}.", pointer=f"/data/relationships/{relationship}"
            )
