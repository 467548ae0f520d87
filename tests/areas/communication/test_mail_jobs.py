"""From what happens to people to the mails that they get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from openevent.areas.communication.domain_events import MailWritten
from openevent.areas.identity.domain_events import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    RoleGranted,
    UserRegistered,
    VerificationRequested,
)
from openevent.areas.identity.world import PRINCIPALS
from openevent.services.mailer import MailRefused
from openevent.settings import Settings
from openevent.work.unit import DomainEvent
from tests.areas.communication.post import CODE, Post, Postbox

UNVERIFIED, REGISTERED, DELETED = (
    PRINCIPALS["unverified"],
    PRINCIPALS["registered"],
    13,
)


def register(client: Any) -> Any:
    """Register somebody over HTTP and return the answer."""
    attributes = {"email": "new@example.org", "password": "correct horse", "first-name": "Nia"}
    return client.post("/v1/users", {"data": {"type": "user", "attributes": attributes}})


def test_who_registers_gets_a_mail_whose_code_verifies_the_address(
    client: Any, post: Post, box: Postbox
) -> None:
    assert register(client).status_code == 201
    post.happen()
    (mail,) = box.mails
    assert (mail.recipient, mail.subject) == ("new@example.org", "Confirm your address")
    assert "Hello Nia," in mail.text
    answer = client.rpc("/v1/auth/verify-email", {"data": {"token": box.code}})
    assert answer.status_code == 200
    assert post.query("SELECT is_verified FROM users WHERE email = 'new@example.org'") == [(True,)]


def test_a_password_can_be_reset_with_the_mailed_code(
    client: Any, post: Post, box: Postbox
) -> None:
    asked = client.rpc("/v1/auth/reset-password", {"data": {"email": "registered@example.org"}})
    assert asked.status_code == 200
    post.happen()
    body = {"data": {"token": box.code, "password": "a new password"}}
    assert client.rpc("/v1/auth/reset-password", body, method="PATCH").status_code == 200
    post.happen()
    assert [mail.subject for mail in box.mails] == [
        "Set a new password",
        "Your password was changed",
    ]


def test_no_stored_thing_holds_a_code(post: Post, box: Postbox) -> None:
    post.happen(UserRegistered(user_id=REGISTERED), PasswordResetRequested(user_id=REGISTERED))
    codes = {CODE.search(mail.text)[1] for mail in box.mails}  # type: ignore[index]
    assert len(codes) == 2
    for table in ("mails", "outbox", "dead_letters", "single_use_tokens"):
        rows = orjson.dumps([list(row) for row in post.query(f"TABLE {table}")], default=str)
        assert not any(code.encode() in rows for code in codes)
    assert all("The code is (hidden)" in mail.message for mail in post.stored())
    assert all(code in mail.html for code, mail in ((box.code, box.mails[-1]),))


def test_an_account_is_welcomed_once(post: Post, box: Postbox) -> None:
    post.happen(UserRegistered(user_id=REGISTERED))
    post.happen(UserRegistered(user_id=REGISTERED))
    assert len(box.mails) == len(post.stored()) == 1


def test_a_code_that_is_asked_for_again_comes_again(post: Post, box: Postbox) -> None:
    post.happen(VerificationRequested(user_id=UNVERIFIED))
    post.happen(VerificationRequested(user_id=UNVERIFIED))
    assert [mail.recipient for mail in box.mails] == ["unverified@example.org"] * 2


def test_who_is_verified_needs_no_code(post: Post, box: Postbox) -> None:
    post.happen(VerificationRequested(user_id=REGISTERED))
    assert box.mails == []


def test_a_changed_address_is_told_to_both(post: Post, box: Postbox) -> None:
    post.happen(EmailChanged(user_id=UNVERIFIED, old_email="before@example.org"))
    assert {(mail.recipient, mail.subject) for mail in box.mails} == {
        ("before@example.org", "The address of your account has changed"),
        ("unverified@example.org", "Confirm your address"),
    }


def test_a_role_is_announced_once(post: Post, box: Postbox) -> None:
    for _ in range(2):
        post.happen(RoleGranted(users_events_roles_id=3))
    (mail,) = box.mails
    assert mail.recipient == "coorganizer@example.org"
    assert "of Open Tech Summit" in mail.text


def test_a_role_on_an_event_that_is_deleted_is_not_announced(post: Post, box: Postbox) -> None:
    post.happen(RoleGranted(users_events_roles_id=9))
    assert box.mails == []


def events_of(user_id: int, grant_id: int) -> list[DomainEvent]:
    """Return one of each event that a mail answers."""
    return [
        UserRegistered(user_id=user_id),
        VerificationRequested(user_id=user_id),
        EmailChanged(user_id=user_id, old_email="before@example.org"),
        PasswordResetRequested(user_id=user_id),
        PasswordChanged(user_id=user_id),
        RoleGranted(users_events_roles_id=grant_id),
    ]


@pytest.mark.parametrize("user_id", [DELETED, 999_999])
def test_jobs_about_what_is_gone_return_quietly(post: Post, box: Postbox, user_id: int) -> None:
    post.happen(*events_of(user_id, 999_999), MailWritten(mail_id=999_999))
    assert box.mails == []
    assert post.stored() == []


def test_every_mail_job_run_twice_leaves_the_same_state(post: Post, box: Postbox) -> None:
    post.happen(*events_of(UNVERIFIED, 4), times=2)
    # Two for the changed address, and none for the welcome, which the world's mail 1 is.
    assert len(box.mails) == len(post.stored()) == 6
    assert len({mail.key for mail in box.mails}) == 6


def test_names_cannot_write_html_or_headers(post: Post, box: Postbox) -> None:
    post.query("UPDATE users SET public_name = E'<b>Eve</b>\\nBcc: all@example.org' WHERE id = 10")
    post.happen(VerificationRequested(user_id=UNVERIFIED))
    (mail,) = box.mails
    assert "Hello &lt;b&gt;Eve&lt;/b&gt; Bcc: all@example.org," in mail.html
    assert "Hello <b>Eve</b> Bcc: all@example.org,\n" in mail.text


def test_a_mail_refused_for_good_is_not_tried_again(post: Post, box: Postbox) -> None:
    box.refusal = MailRefused("550 no such mailbox")
    post.happen(PasswordChanged(user_id=REGISTERED))
    (mail,) = post.stored()
    assert (mail.sent_at, mail.refused) == (None, "550 no such mailbox")


def test_a_mail_that_fails_for_now_leaves_no_code_behind(post: Post, box: Postbox) -> None:
    before = post.query("SELECT count(*) FROM single_use_tokens")
    box.refusal = ConnectionRefusedError("no mail server")
    with pytest.raises(ConnectionRefusedError):
        post.happen(PasswordResetRequested(user_id=REGISTERED))
    assert post.query("SELECT count(*) FROM single_use_tokens") == before
    box.refusal = None
    post.happen()
    assert len(box.mails) == 1


def test_a_code_is_not_sent_to_an_account_that_was_deleted_meanwhile(
    post: Post, box: Postbox
) -> None:
    box.refusal = ConnectionRefusedError("no mail server")
    with pytest.raises(ConnectionRefusedError):
        post.happen(PasswordResetRequested(user_id=REGISTERED))
    post.query("UPDATE users SET deleted_at = now() WHERE id = 9")
    box.refusal = None
    post.happen()
    assert box.mails == []
    assert [mail.refused for mail in post.stored()] == ["it is no longer wanted"]


@pytest.mark.parametrize(
    ("event", "page"),
    [(UserRegistered, "verify"), (PasswordResetRequested, "reset-password")],
)
def test_with_a_front_end_mails_have_a_link(
    engine: Engine,
    settings: Settings,
    box: Postbox,
    event: Callable[..., DomainEvent],
    page: str,
) -> None:
    post = Post(engine, settings, box, "https://eventyay.example/")
    post.happen(event(user_id=REGISTERED))
    (mail,) = box.mails
    link = f"https://eventyay.example/{page}?token={box.code}"
    assert f"Open {link}\n" in mail.text
    assert f'href="{link}"' in mail.html
