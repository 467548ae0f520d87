"""Sending mails that are written: what a mail becomes on its way out.

Between the SMTP server's "250 OK" and the mark that a mail was sent lie a few
milliseconds that no protocol can close: a worker killed inside them sends the mail a
second time, with the same Message-ID.

Mails that carry a single-use token are stored with ``HIDDEN`` in its place. The token is
made in the transaction that sends: neither the outbox, nor Redis, nor the table ``mails``
ever holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from sqlalchemy import exists, select

from openevent.areas.communication.models import Mail
from openevent.areas.communication.operations.rendering import HIDDEN
from openevent.areas.identity.models import TokenPurpose, User
from openevent.areas.identity.operations.mailed_tokens import issue_token
from openevent.areas.speakers.operations import invites as speaker_invites
from openevent.areas.teams.operations import group_roles, invites
from openevent.services.mailer import OutgoingMail
from openevent.work.unit import UnitOfWork


def _issue(purpose: TokenPurpose, work: UnitOfWork, user_id: int) -> str:
    return issue_token(work, user_id, purpose)


#: Who makes the token of a purpose, from the id of what it opens.
ISSUERS: Final[Mapping[str, Callable[[UnitOfWork, int], str | None]]] = {
    **{purpose.value: partial(_issue, purpose) for purpose in TokenPurpose},
    "role-invite": invites.issue_token,
    "speaker-invite": speaker_invites.issue_token,
    "group-invite": group_roles.issue_token,
}


def outgoing(work: UnitOfWork, mail: Mail) -> OutgoingMail | None:
    """Return a stored mail as it is sent, a new token in its place.

    ``None``, if it is no longer wanted: the account is blocked or deleted, the invitation
    was withdrawn.
    """
    if mail.user_id is not None and not _may_be_written_to(work, mail.user_id):
        return None
    text, html = mail.message, mail.html
    if mail.secret is not None and mail.secret_of is not None:
        token = ISSUERS[mail.secret](work, mail.secret_of)
        if token is None:
            return None
        text, html = text.replace(HIDDEN, token), html.replace(HIDDEN, token)
    return OutgoingMail(
        key=f"mail-{mail.id}",
        recipient=mail.recipient,
        subject=mail.subject,
        text=text,
        html=html,
        written_at=mail.time,
        language=mail.language,
        reply_to=mail.reply_to or "",
        unsubscribe_url=mail.unsubscribe_url or "",
    )


def _may_be_written_to(work: UnitOfWork, user_id: int) -> bool:
    return bool(
        work.db.scalar(
            select(
                exists().where(
                    User.id == user_id, User.deleted_at.is_(None), User.is_blocked.is_(False)
                )
            )
        )
    )
