"""The communication area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from openevent.areas.communication.models import (
    EmailNotification,
    Mail,
    MailAction,
    MessageSetting,
    Notification,
    NotificationSetting,
    NotificationType,
)
from openevent.db.base import Record

SENT = datetime(2029, 11, 5, 8, 5, tzinfo=UTC)

_SUMMIT = {"id": "1", "identifier": "a5b1c2d3", "name": "Open Tech Summit"}
_OWNER = {
    "id": 3,
    "first_name": "Olivia",
    "last_name": "Brandt",
    "public_name": None,
    "avatar_url": None,
    "thumbnail_image_url": None,
}


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    return [*_mails(), *_settings(), *_notifications(), *_switches()]


def _mails() -> list[Record]:
    return [
        Mail(
            id=1,
            recipient="unverified@example.org",
            time=SENT,
            action=MailAction.USER_CONFIRMATION.value,
            subject="Confirm your address",
            message="Hello Uwe,\n\nplease confirm that this is your address.\n\n"
            "The code is (hidden)\n\nThe code works once, for a day.\n",
            html="<p>please confirm that this is your address.</p>"
            "<p>The code is <code>(hidden)</code></p><p>The code works once, for a day.</p>",
            key="user-confirmation: user 10: 10",
            secret="verify-email",  # noqa: S106 - what the token is for
            secret_of=10,
            user_id=10,
            **_sent(),
        ),
        Mail(
            id=2,
            recipient="organizer@example.org",
            time=SENT,
            action=MailAction.EVENT_ROLE.value,
            subject="You are Organizer of Open Tech Summit",
            message="Hello Omar,\n\nyou are now Organizer of Open Tech Summit.\n",
            html="<p>you are now Organizer of Open Tech Summit.</p>",
            key="event-role: role 2: 4",
            user_id=4,
            **_sent(),
        ),
    ]


def _settings() -> list[Record]:
    mails = [
        MessageSetting(id=id_, action=action.value, **_made())
        for id_, action in enumerate(MailAction, start=1)
    ]
    notices = [
        NotificationSetting(id=id_, type=kind.value, **_made())
        for id_, kind in enumerate(NotificationType, start=1)
    ]
    return [*mails, *notices]


def _notifications() -> list[Record]:
    return [
        _role(1, user=4, key="event-role: role 2: 4", role="organizer", title="Organizer"),
        _role(2, user=5, key="event-role: role 3: 5", role="coorganizer", title="Co-organizer"),
        _role(
            3,
            user=4,
            key="event-role: role 99: 4",
            role="moderator",
            title="Moderator",
            is_read=True,
            received_at=SENT - timedelta(days=1),
        ),
        Notification(
            id=4,
            user_id=9,
            title="Accepted: Soldering for Everybody",
            message="good news: your session “Soldering for Everybody” is accepted for"
            " Open Tech Summit.",
            content={
                "type": "session_state_change",
                "target_type": "Session",
                "target_id": 1,
                "target_action": "accepted",
                "actors": [_OWNER],
                "event": _SUMMIT,
                "session": {"id": "1", "title": "Soldering for Everybody"},
            },
            received_at=SENT,
            key="session-accepted: session 1 change 2: 9",
            **_made(),
        ),
    ]


def _role(id_: int, *, user: int, key: str, role: str, title: str, **more: Any) -> Notification:
    values: dict[str, Any] = {
        "title": f"You are {title} of Open Tech Summit",
        "message": f"you are now {title} of Open Tech Summit.",
        "content": {
            "type": "event_role",
            "target_type": "Event",
            "target_id": 1,
            "target_action": role,
            "actors": [_OWNER],
            "event": _SUMMIT,
        },
        "received_at": SENT,
    }
    return Notification(id=id_, user_id=user, key=key, **(values | more), **_made())


def _switches() -> list[Record]:
    return [
        EmailNotification(id=1, user_id=4, event_id=1, new_paper=False, **_made()),
        EmailNotification(id=2, user_id=5, event_id=1, **_made()),
        EmailNotification(id=3, user_id=11, event_id=2, **_made()),
        EmailNotification(id=4, user_id=3, event_id=3, **_made()),
        EmailNotification(id=6, user_id=9, event_id=2, **_made()),
        EmailNotification(id=5, user_id=6, event_id=1, deleted_at=SENT, **_made()),
    ]


def _sent() -> dict[str, datetime]:
    return {"sent_at": SENT, **_made()}


def _made() -> dict[str, datetime]:
    return {"created_at": SENT, "modified_at": SENT}
