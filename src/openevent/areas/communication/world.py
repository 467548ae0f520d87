"""The communication area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.communication.models import Mail, MailAction
from openevent.db.base import Record

SENT = datetime(2029, 11, 5, 8, 5, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    return [
        Mail(
            id=1,
            recipient="unverified@example.org",
            time=SENT,
            action=MailAction.USER_CONFIRMATION.value,
            subject="Confirm your address",
            message="Hello,\n\nplease confirm that this is your address.\n\n"
            "The code is (hidden)\nIt works once, for a day.\n",
            html="<p>please confirm that this is your address.</p>"
            "<p>The code is <code>(hidden)</code>. It works once, for a day.</p>",
            key="confirmation of user 10",
            secret="verify-email",  # noqa: S106 - what the token is for
            user_id=10,
            **_sent(),
        ),
        Mail(
            id=2,
            recipient="organizer@example.org",
            time=SENT,
            action=MailAction.EVENT_ROLE.value,
            subject="You are Organizer of Open Tech Summit",
            message="Hello,\n\nyou are now Organizer of Open Tech Summit.\n",
            html="<p>you are now <strong>Organizer</strong> of Open Tech Summit.</p>",
            key="role 2",
            user_id=4,
            **_sent(),
        ),
    ]


def _sent() -> dict[str, datetime]:
    return {"sent_at": SENT, "created_at": SENT, "modified_at": SENT}
