"""The resource types of communication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, case, literal

from openevent.areas.communication.endpoints import ROUTES
from openevent.areas.communication.kinds import KINDS
from openevent.areas.communication.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.areas.communication.operations import switches
from openevent.areas.communication.operations.rendering import TRANSLATIONS
from openevent.areas.communication.policy import OwnOnly, SettingPolicy, StaffOnly, SwitchesPolicy
from openevent.areas.communication.rules import MailKind
from openevent.areas.communication.schemas import (
    EmailNotificationSchema,
    MailSchema,
    MessageSettingSchema,
    NotificationSchema,
    NotificationSettingSchema,
)
from openevent.jsonapi.resource import Listing, ResourceType, Row, plain_writes
from openevent.services.languages import FALLBACK
from openevent.work.principal import Audience

__all__ = ["RESOURCES", "ROUTES"]


def _of_kind(say: Callable[[MailKind], str]) -> Callable[[Row], ColumnElement[Any]]:
    """Return an expression that is a text of the first kind of mail with the row's action."""
    words: dict[str, str] = {}
    for kind in KINDS:
        words.setdefault(kind.action.value, say(kind))
    return lambda row: case(words, value=row.action, else_=literal(""))


def _pattern(kind: MailKind, part: str) -> str:
    return TRANSLATIONS.catalogue(FALLBACK).pattern(kind.messages[0], part)


MAILS: Final = ResourceType(
    schema=MailSchema,
    model=Mail,
    policy=StaffOnly(),
    listings=(Listing(path="/v1/mails", audience=Audience.STAFF),),
    sort=("-time",),
)
MESSAGE_SETTINGS: Final = ResourceType(
    schema=MessageSettingSchema,
    model=MessageSetting,
    policy=SettingPolicy(),
    update=switches.change_setting,
    listings=(Listing(path="/v1/message-settings", audience=Audience.STAFF),),
    computed={
        "recipient": _of_kind(lambda kind: kind.reader),
        "email_subject": _of_kind(lambda kind: _pattern(kind, "subject")),
        "email_message": _of_kind(lambda kind: _pattern(kind, "body")),
    },
)
NOTIFICATION_SETTINGS: Final = ResourceType(
    schema=NotificationSettingSchema,
    model=NotificationSetting,
    policy=SettingPolicy(),
    update=switches.change_setting,
    listings=(Listing(path="/v1/notification-settings", audience=Audience.STAFF),),
)
NOTIFICATIONS: Final = ResourceType(
    schema=NotificationSchema,
    model=Notification,
    policy=OwnOnly(),
    update=switches.change_notification,
    delete=plain_writes(Notification)["delete"],
    listings=(Listing(path="/v1/notifications", audience=Audience.REGISTERED),),
    sort=("-received_at",),
)
EMAIL_NOTIFICATIONS: Final = ResourceType(
    schema=EmailNotificationSchema,
    model=EmailNotification,
    policy=SwitchesPolicy(),
    create=switches.add_switches,
    update=switches.change_switches,
    delete=plain_writes(EmailNotification)["delete"],
    listings=(Listing(path="/v1/email-notifications", audience=Audience.REGISTERED),),
)

RESOURCES: Final = (
    NOTIFICATIONS,
    EMAIL_NOTIFICATIONS,
    MESSAGE_SETTINGS,
    NOTIFICATION_SETTINGS,
    MAILS,
)
