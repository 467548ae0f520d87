"""Handing mails to a real SMTP server, and to a folder where there is none."""

from __future__ import annotations

import dataclasses
import smtplib
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from openevent.services.mailer import (
    MailRefused,
    OutgoingMail,
    SMTPMailer,
    StoredMailer,
    make_mailer,
)
from openevent.settings import Settings, SettingsError

SENDER = "Open Event <noreply@example.org>"
MAIL = OutgoingMail(
    key="mail-7",
    recipient="ann@example.org",
    subject="Grüße\r\nBcc: everybody@example.org",
    text="Hello Ann,\n\nthe code is abc.\n",
    html="<p>the code is <code>abc</code>.</p>",
    written_at=datetime(2030, 5, 1, 9, 0, tzinfo=UTC),
)


class Post:
    """What the SMTP server does with a mail: keeps it, or gives the wanted answer."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.recipient_answer = self.data_answer = "250 OK"

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
        _, _, envelope, address, _ = given
        envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(given[2])
        return self.data_answer


@pytest.fixture
def post() -> Post:
    """The SMTP server's post."""
    return Post()


Connect = Callable[..., SMTPMailer]


@pytest.fixture
def connect(post: Post) -> Iterator[Connect]:
    """Start an SMTP server and return a mailer that is connected to it."""
    servers: list[Controller] = []

    def start(*, username: str = "", **options: Any) -> SMTPMailer:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = Controller(post, hostname="127.0.0.1", port=port, **options)
        server.start()
        servers.append(server)
        return SMTPMailer(
            host="127.0.0.1",
            port=port,
            secure=False,
            sender=SENDER,
            username=username,
            password="secret",
            timeout_s=2,
        )

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def authority() -> trustme.CA:
    """Somebody who signs certificates."""
    return trustme.CA()


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    """Return what a server with a certificate of the authority uses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def received(post: Post) -> Any:
    """Return the one mail that the server has."""
    (envelope,) = post.envelopes
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=policy.default)


def test_a_mail_arrives_as_it_was_written(connect: Connect, post: Post) -> None:
    connect().send(MAIL)
    (envelope,) = post.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@example.org", ["ann@example.org"])
    mail = received(post)
    assert mail["From"] == SENDER
    assert mail["To"] == "ann@example.org"
    assert mail["Message-ID"] == "<mail-7@example.org>"
    assert mail["Date"] == "Wed, 01 May 2030 09:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.iter_parts()
    assert text.get_content().splitlines() == MAIL.text.splitlines()
    assert html.get_content().strip() == MAIL.html


def test_a_line_break_in_a_subject_makes_no_header(connect: Connect, post: Post) -> None:
    connect().send(MAIL)
    assert received(post)["Subject"] == "Grüße Bcc: everybody@example.org"
    assert received(post)["Bcc"] is None


@pytest.mark.parametrize("at", ["recipient_answer", "data_answer"])
def test_a_permanent_refusal_is_for_good(connect: Connect, post: Post, at: str) -> None:
    setattr(post, at, "550 5.1.1 no such mailbox")
    with pytest.raises(MailRefused, match="no such mailbox"):
        connect().send(MAIL)


@pytest.mark.parametrize("at", ["recipient_answer", "data_answer"])
def test_a_temporary_refusal_may_pass(connect: Connect, post: Post, at: str) -> None:
    setattr(post, at, "451 4.3.0 greylisted")
    with pytest.raises(smtplib.SMTPException):
        connect().send(MAIL)


def test_a_password_is_not_sent_in_the_clear(connect: Connect, post: Post) -> None:
    tried = []

    def check(*given: Any) -> AuthResult:
        tried.append(given)
        return AuthResult(success=True)

    mailer = connect(username="ann", authenticator=check, auth_require_tls=False)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mailer.send(MAIL)
    assert tried == []
    assert post.envelopes == []


def test_over_an_encrypted_connection_we_log_in(
    connect: Connect, post: Post, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        tried.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    mailer = connect(
        username="ann",
        authenticator=check,
        auth_required=True,
        tls_context=server_side(authority),
    )
    with authority.cert_pem.tempfile() as trusted:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        mailer.send(MAIL)
        assert tried == [(b"ann", b"secret")]
        assert len(post.envelopes) == 1
        wrong = dataclasses.replace(mailer, password="wrong")
        # Ours to repair, after which the mail can go: not refused for good.
        with pytest.raises(smtplib.SMTPAuthenticationError):
            wrong.send(MAIL)


def test_smtps_is_encrypted_from_the_start(
    connect: Connect, post: Post, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = connect(ssl_context=server_side(authority))
    with authority.cert_pem.tempfile() as trusted:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        dataclasses.replace(plain, secure=True).send(MAIL)
    assert len(post.envelopes) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(
    connect: Connect, post: Post, authority: trustme.CA
) -> None:
    mailer = connect(tls_context=server_side(authority))
    with pytest.raises(ssl.SSLCertVerificationError):
        mailer.send(MAIL)
    assert post.envelopes == []


def test_a_server_that_is_away_is_an_error_that_passes(connect: Connect) -> None:
    gone = dataclasses.replace(connect(), port=9)
    with pytest.raises(ConnectionRefusedError):
        gone.send(MAIL)


def test_without_a_server_mails_are_files_that_only_this_user_reads(tmp_path: Path) -> None:
    mailer = make_mailer(Settings(data_dir=tmp_path, mail_from=SENDER))
    assert isinstance(mailer, StoredMailer)
    mailer.send(MAIL)
    mailer.send(MAIL)  # the same again: one file
    (path,) = (tmp_path / "mails").iterdir()
    assert path.name == "mail-7.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "the code is abc" in path.read_text()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, False, "", "")),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, "", "")),
        ("smtp://a%40b:p%2Fw@[::1]:2525", ("::1", 2525, False, "a@b", "p/w")),
    ],
)
def test_smtp_urls(url: str, expected: tuple[object, ...]) -> None:
    mailer = make_mailer(Settings(smtp_url=url))
    assert isinstance(mailer, SMTPMailer)
    found = (mailer.host, mailer.port, mailer.secure, mailer.username, mailer.password)
    assert found == expected


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_a_url_that_is_none_of_smtp_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENEVENT_SMTP_URL must be like"):
        make_mailer(Settings(smtp_url=url))
