"""Sending mails that are written: what a mail becomes on its way out.

Between the SMTP server's "250 OK" and the mark that a mail was sent lie a few
milliseconds that no protocol can close: a worker killed inside them sends the mail a
second time, with the same Message-ID.

Mails that carry a single-use token are stored with ``HIDDEN`` in its place. The token is
made in the transaction that sends: neither the outbox, nor Redis, nor the table ``mails``
ever holds one. Papers are made then too: a ticket that was issued anew meanwhile is sent
as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from sqlalchemy import exists, select

from openevent.areas.communication.models import Mail
from openevent.areas.communication.operations.rendering import HIDDEN
from openevent.areas.communication.rules import Paper
from openevent.areas.identity.models import TokenPurpose, User
from openevent.areas.identity.operations.mailed_tokens import issue_token
from openevent.areas.invoices.papers import event_invoice_file, order_invoice_file
from openevent.areas.passes.operations import attendee_ticket_file, order_tickets_file
from openevent.areas.speakers.operations import invites as speaker_invites
from openevent.areas.teams.operations import group_roles, invites
from openevent.services.mailer import Attachment, OutgoingMail
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

#: Who makes a paper, from the id of what it is of: its file name and its bytes.
PAPERS: Final[Mapping[str, Callable[[UnitOfWork, int], tuple[str, bytes] | None]]] = {
    "order-tickets": order_tickets_file,
    "attendee-ticket": attendee_ticket_file,
    "order-invoice": order_invoice_file,
    "event-invoice": event_invoice_file,
}


def outgoing(work: UnitOfWork, mail: Mail) -> OutgoingMail | None:
    """Return a stored mail as it is sent, a new token in its place, its papers as they are.

    ``None``, if it is no longer wanted: the account is blocked or deleted, the invitation
    was withdrawn, the order was cancelled.
    """
    if mail.user_id is not None and not _may_be_written_to(work, mail.user_id):
        return None
    text, html = mail.message, mail.html
    if mail.secret is not None and mail.secret_of is not None:
        token = ISSUERS[mail.secret](work, mail.secret_of)
        if token is None:
            return None
        text, html = text.replace(HIDDEN, token), html.replace(HIDDEN, token)
    files = [_file(work, Paper.kept(paper)) for paper in mail.papers]
    attachments = tuple(file for file in files if file is not None)
    if len(attachments) < len(files):
        return None
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
        attachments=attachments,
    )


def _file(work: UnitOfWork, paper: Paper) -> Attachment | None:
    made = PAPERS[paper.name](work, paper.of)
    return made and Attachment(name=made[0], content=made[1])


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
