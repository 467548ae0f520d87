"""Handing mails over: the port, SMTP, and one that only logs."""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from openevent.settings import Settings, SettingsError

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A PDF that comes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail to one address, in plain text and, beside it, HTML.

    ``key`` is the same for every attempt at the same mail: it makes the Message-ID, by
    which a recipient's server or mail program recognises a duplicate (RFC 5322 § 3.6.4).
    ``unsubscribe_url`` takes a POST that ends mails like it (RFC 8058).
    """

    key: str
    recipient: str
    subject: str
    text: str
    html: str
    written_at: datetime
    language: str = "en"
    reply_to: str = ""
    unsubscribe_url: str = ""
    attachments: tuple[Attachment, ...] = ()


class MailRefused(Exception):  # noqa: N818 - what happened, not what went wrong with us
    """The mail will never be taken, however often it is tried (SMTP 5xx, RFC 5321 § 4.2.1)."""


class Mailer(Protocol):
    """Hands a mail over to whoever delivers it."""

    def send(self, mail: OutgoingMail) -> None:
        """Return when the mail is handed over.

        Raises ``MailRefused`` when trying again is pointless; anything else may pass.
        """


@dataclass(frozen=True, slots=True)
class StoredMailer:
    """Delivers nothing: writes the mail to a file that only this user can read, and logs it.

    What is in a mail is never logged; it may hold a code that opens an account.
    """

    folder: Path
    sender: str

    def send(self, mail: OutgoingMail) -> None:
        """Write ``<key>.eml``; the same mail again replaces it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{mail.key}.eml"
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:  # of mode 0600
            file.write(message_of(mail, self.sender).as_bytes())
        Path(file.name).replace(path)
        logger.info("A mail (%s) was stored, not sent: %s", mail.subject, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class SMTPMailer:
    """Hands mails to an SMTP server (RFC 5321), one connection a mail.

    ``smtps`` is TLS from the start; with ``smtp`` the connection is encrypted when the
    server offers it (STARTTLS, RFC 3207), and a password is sent over no other.
    """

    host: str
    port: int
    secure: bool
    sender: str
    username: str = ""
    password: str = ""
    timeout_s: float = 10.0

    @classmethod
    def from_url(cls, url: str, sender: str) -> SMTPMailer:
        """Return the mailer of ``smtp://user:password@host:port`` or ``smtps://...``."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError("OPENEVENT_SMTP_URL must be like smtp://user:password@host:port")
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if secure else 587),
            secure=secure,
            sender=sender,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def send(self, mail: OutgoingMail) -> None:
        """Hand the mail over; the server has it when this returns."""
        message = message_of(mail, self.sender)
        try:
            with self._connect() as server:
                server.send_message(message, parseaddr(self.sender)[1], [mail.recipient])
        except smtplib.SMTPRecipientsRefused as ex:
            code, answer = next(iter(ex.recipients.values()))
            _refuse(code, answer, ex)
            raise
        except smtplib.SMTPResponseException as ex:
            # A wrong password is ours to repair, after which the mail can go: not for good.
            if not isinstance(ex, smtplib.SMTPAuthenticationError):
                _refuse(ex.smtp_code, ex.smtp_error, ex)
            raise

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            self._log_in(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        encrypted = self.secure
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if not self.username:
            return
        if not encrypted:
            raise smtplib.SMTPNotSupportedError("the password needs an encrypted server")
        server.login(self.username, self.password)


def message_of(mail: OutgoingMail, sender: str) -> EmailMessage:
    """Return the mail as RFC 5322 and MIME write it."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage()
    message["Message-ID"] = f"<{mail.key}@{domain}>"
    message["Date"] = format_datetime(mail.written_at)
    message["From"] = sender
    message["To"] = mail.recipient
    # A line break in a header would be the start of another header.
    message["Subject"] = " ".join(mail.subject.split())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 § 5: no out-of-office answers
    message["Content-Language"] = mail.language  # RFC 3282
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"  # RFC 2369, RFC 8058
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for file in mail.attachments:
        message.add_attachment(
            file.content, maintype="application", subtype="pdf", filename=file.name
        )
    return message


def _refuse(code: int, answer: bytes | str, cause: Exception) -> None:
    """Raise ``MailRefused`` for a permanent answer; a temporary one (4xx) passes."""
    if 500 <= code < 600:
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        raise MailRefused(f"{code} {text}") from cause


def make_mailer(settings: Settings) -> Mailer:
    """Return the mailer that the settings ask for."""
    if not settings.smtp_url:
        return StoredMailer(settings.data_dir / "mails", settings.mail_from)
    return SMTPMailer.from_url(settings.smtp_url, settings.mail_from)
