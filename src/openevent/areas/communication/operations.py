"""Writing mails: from a kind of mail and what it is about to a row that waits to be sent.

Exactly once: the row is written under a unique key (or in the transaction that strikes
the delivery off the outbox, which comes to the same), sending it is a job of its own
that marks it. Between the SMTP server's "250 OK" and that mark lie a few milliseconds
that no protocol can close: a worker killed inside them sends the mail a second time,
with the same Message-ID.

Mails that carry a single-use token are stored with ``HIDDEN`` in its place. The token is
made in the transaction that sends (``reveal``): neither the outbox, nor Redis, nor the
table ``mails`` ever holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.communication.domain_events import MailWritten
from openevent.areas.communication.models import Mail, MailAction
from openevent.areas.identity.models import TokenPurpose
from openevent.areas.identity.operations.mailed_tokens import issue_token
from openevent.services.frontend import Frontend
from openevent.work.unit import UnitOfWork

#: What a stored mail has where the sent one has a token.
HIDDEN = "(hidden)"

_TEMPLATES = Environment(
    loader=PackageLoader("openevent.areas.communication", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,  # a forgotten value fails the job instead of leaving a gap
    keep_trailing_newline=True,
    trim_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to write: to whom, which kind, and what its templates need.

    ``key`` names the occasion of a mail that must not be written twice.
    """

    action: MailAction
    recipient: str
    subject: str
    values: dict[str, Any]
    user_id: int | None = None
    key: str | None = None
    secret: TokenPurpose | None = None


#: The front end's pages that take a token.
_PAGES = {TokenPurpose.VERIFY_EMAIL: "verify", TokenPurpose.RESET_PASSWORD: "reset-password"}


def write_mail(work: UnitOfWork, letter: Letter) -> None:
    """Store a mail, once per key, and have it sent."""
    values = letter.values | {"subject": letter.subject}
    if letter.secret is not None:
        link = work.port(Frontend).link(_PAGES[letter.secret], token=HIDDEN)
        values |= {"token": HIDDEN, "link": link}
    statement = (
        insert(Mail)
        .values(
            recipient=letter.recipient,
            time=work.now(),
            action=letter.action.value,
            subject=letter.subject,
            message=_TEMPLATES.get_template(f"{letter.action}.txt").render(values),
            html=_TEMPLATES.get_template(f"{letter.action}.html").render(values),
            key=letter.key,
            secret=letter.secret and letter.secret.value,
            user_id=letter.user_id,
        )
        .on_conflict_do_nothing()
        .returning(Mail.id)
    )
    mail_id = work.db.execute(statement).scalar()
    if mail_id is not None:
        work.record(MailWritten(mail_id=mail_id))


def reveal(work: UnitOfWork, mail: Mail) -> tuple[str, str]:
    """Return a mail's text and HTML as they are sent, a new token in its place."""
    if mail.secret is None or mail.user_id is None:
        return mail.message, mail.html
    token = issue_token(work, mail.user_id, mail.secret)
    return mail.message.replace(HIDDEN, token), mail.html.replace(HIDDEN, token)
