"""Mails that somebody asks for, and mails that somebody wants no more of."""

from __future__ import annotations

from typing import Any

import pytest

from openevent.areas.events.domain_events import EventPublished
from openevent.areas.programme.domain_events import SessionSubmitted
from openevent.services.unsubscribing import UnsubscribeLinks
from tests.areas.communication.post import Post, Postbox
from tests.conftest import SECRET_KEY

LINKS = UnsubscribeLinks(SECRET_KEY, "https://api.example")
CONTACT = "/v1/events/{}/contact-organizer"


def path_of(url: str) -> str:
    """Return the path of a link in a mail."""
    return url.removeprefix("https://api.example")


def test_a_question_reaches_those_who_run_the_event_and_a_copy_who_asks(
    client: Any, post: Post, box: Postbox
) -> None:
    question = {"email": "When does it open?\n<b>Early</b>?"}
    for event in ("1", "a5b1c2d3"):
        assert client.rpc(CONTACT.format(event), question, as_="registered").status_code == 200
    post.happen(times=2)
    asked = [mail for mail in box.mails if mail.recipient != "registered@example.org"]
    copies = [mail for mail in box.mails if mail.recipient == "registered@example.org"]
    assert len(asked) == 2 * 3
    assert len(copies) == 2
    assert {mail.recipient for mail in asked} == {
        "owner@example.org",
        "organizer@example.org",
        "coorganizer@example.org",
    }
    assert {mail.reply_to for mail in asked} == {"registered@example.org"}
    assert {mail.reply_to for mail in copies} == {""}
    assert all("When does it open?<br>&lt;b&gt;Early&lt;/b&gt;?" in mail.html for mail in box.mails)
    assert all("> When does it open?\n> " in mail.text for mail in box.mails)
    assert not any("owner@example.org" in mail.text for mail in copies)


@pytest.mark.parametrize(
    ("event", "body", "who", "status"),
    [
        ("3", {"email": "x"}, "registered", 404),
        ("4", {"email": "x"}, "registered", 404),
        ("9" * 30, {"email": "x"}, "registered", 404),
        ("1", {"email": " "}, "registered", 400),
        ("1", {"email": ["x"]}, "registered", 400),
        ("1", {"email": "x" * 5001}, "registered", 400),
        ("1", {}, "registered", 400),
        ("1", {"email": "x"}, None, 401),
    ],
)
def test_a_question_that_cannot_be_passed_on_is_refused(
    client: Any, post: Post, event: str, body: Any, who: str | None, status: int
) -> None:
    assert client.rpc(CONTACT.format(event), body, as_=who).status_code == status
    assert post.query("TABLE outbox") == []


def test_a_test_mail_is_sent_to_an_address_without_an_account(
    client: Any, post: Post, box: Postbox
) -> None:
    answer = client.rpc("/v1/test-mail", {"recipient": "x@example.net"}, as_="admin")
    assert answer.status_code == 200
    post.happen()
    assert [(mail.recipient, mail.subject) for mail in box.mails] == [
        ("x@example.net", "A test mail")
    ]
    assert box.mails[0].unsubscribe_url == ""


def test_the_link_in_a_mail_ends_such_mails_about_that_event(
    client: Any, post: Post, box: Postbox
) -> None:
    post.happen(EventPublished(event_id=1))
    (mail,) = (mail for mail in box.mails if mail.recipient == "moderator@example.org")
    path = path_of(mail.unsubscribe_url)
    page = client.get(path, headers={"Accept-Language": "de"})
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<form method="post">' in page.text
    assert 'lang="de"' in page.text
    assert post.query("SELECT * FROM email_notifications WHERE user_id = 7") == []
    for _ in range(2):  # as a mail program does it (RFC 8058 § 3.1)
        answer = client.post(
            path,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 200
    assert post.query(
        "SELECT event_id, next_event, new_paper FROM email_notifications WHERE user_id = 7"
    ) == [(1, False, True)]
    box.mails.clear()
    post.query("DELETE FROM mails WHERE id > 2")
    post.happen(EventPublished(event_id=1))
    assert "moderator@example.org" not in {mail.recipient for mail in box.mails}
    assert len(box.mails) == 5


def test_the_link_changes_the_switches_that_are_there(client: Any, post: Post) -> None:
    post.happen(SessionSubmitted(session_id=4))
    assert client.post(path_of(LINKS.url(5, "event/1/new_paper"))).status_code == 200
    assert post.query(
        "SELECT new_paper, next_event, version FROM email_notifications WHERE user_id = 5"
    ) == [(False, True, 2)]


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "x" * 2000,
        UnsubscribeLinks("another key, as long as keys have to be", "").url(5, "event/1/new_paper"),
        LINKS.url(5, "event/999999/new_paper"),
        LINKS.url(999_999, "event/1/new_paper"),
        LINKS.url(5, "planet/1"),
    ],
)
def test_other_links_end_nothing(client: Any, post: Post, token: str) -> None:
    before = post.query("SELECT * FROM email_notifications ORDER BY id")
    answer = client.post(f"/v1/unsubscribe/{token.rpartition('/')[2]}")
    assert answer.status_code == 404
    assert post.query("SELECT * FROM email_notifications ORDER BY id") == before


def test_such_a_link_logs_nobody_in(client: Any) -> None:
    token = LINKS.url(1, "event/1/new_paper").rpartition("/")[2]
    answer = client.get("/v1/notifications", headers={"Authorization": f"JWT {token}"})
    assert answer.status_code == 401
    access = client.token("organizer")
    assert client.post(f"/v1/unsubscribe/{access}").status_code == 404
