"""Mails that are asked for once more: for whom, how often, and never of what was not sold."""

from __future__ import annotations

from typing import Any

import pytest

from openevent.areas.orders.world import IDENTIFIERS
from tests.areas.communication.post import Post, Postbox
from tests.areas.documents import fault

PLACED, OPEN, CANCELLED = IDENTIFIERS[2], IDENTIFIERS[3], IDENTIFIERS[4]


@pytest.fixture
def box() -> Postbox:
    """Where the mails arrive."""
    return Postbox()


@pytest.fixture
def post(engine: Any, settings: Any, box: Postbox) -> Post:
    """The jobs of the server."""
    return Post(engine, settings, box, "")


def resend(client: Any, order: Any = PLACED, as_: str | None = "coorganizer") -> Any:
    """Ask for the mails of an order, as published clients do."""
    body = {"data": {"order": order, "user": "somebody@example.org"}}
    return client.rpc("/v1/orders/resend-email", body, as_=as_)


def receipts(client: Any, order: Any = PLACED, as_: str | None = "registrar") -> Any:
    """Ask for the receipts of an order, as published clients do."""
    return client.rpc("/v1/attendees/send-receipt", {"order-identifier": order}, as_=as_)


def test_the_mails_of_an_order_come_again_once_for_each_time_they_are_asked_for(
    client: Any, post: Post, box: Postbox
) -> None:
    for _ in range(2):
        assert resend(client).json["status"] is True
        post.happen(times=2)
    assert sorted(mail.recipient for mail in box.mails) == sorted(
        2 * ["registered@example.org", "ida@example.net"]
    )
    assert [len(mail.attachments) for mail in box.mails if mail.recipient[0] == "r"] == [2, 2]


def test_receipts_go_to_attendees_alone(client: Any, post: Post, box: Postbox) -> None:
    assert receipts(client).json == {"message": "receipt sent to attendees"}
    post.happen(times=2)
    assert {mail.recipient for mail in box.mails} == {"rahel@example.org", "ida@example.net"}
    assert [len(mail.attachments) for mail in box.mails] == [1, 1]


@pytest.mark.parametrize(
    ("ask", "caller", "status"),
    [
        *((resend, caller, 200) for caller in ("owner", "organizer", "coorganizer", "admin")),
        *((resend, caller, 403) for caller in ("registered",)),
        *((resend, caller, 404) for caller in ("registrar", "moderator", "other-owner")),
        *((receipts, caller, 200) for caller in ("registered", "registrar", "organizer", "admin")),
        *((receipts, caller, 403) for caller in ("moderator", "track-organizer")),
        *((receipts, caller, 404) for caller in ("unverified", "other-owner")),
        *((ask, None, 401) for ask in (resend, receipts)),
    ],
)
def test_who_may_ask(client: Any, post: Post, ask: Any, caller: str | None, status: int) -> None:
    assert ask(client, as_=caller).status_code == status
    wanted = post.query("SELECT id FROM outbox")
    assert bool(wanted) == (status == 200), "who is refused brings nothing about"


@pytest.mark.parametrize("ask", [resend, receipts])
def test_what_is_not_sold_is_not_sent(client: Any, post: Post, ask: Any) -> None:
    for order in (OPEN, CANCELLED):
        assert fault(ask(client, order, as_="organizer"))[:2] == (409, "not-sold")
    assert ask(client, "2", as_="organizer").status_code == 404
    for order in (None, 2, "", "x" * 101, ["2"]):
        assert ask(client, order, as_="owner").status_code == 422
    assert post.query("SELECT id FROM outbox") == []


def test_nobody_is_flooded_with_mails_however_many_ask(client: Any, post: Post) -> None:
    assert [resend(client).status_code for _ in range(6)] == [200] * 5 + [429]
    answers = [receipts(client, as_="registered") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    late = receipts(client, as_="organizer")
    assert late.status_code == 429, "ten an hour about one order, whoever asks"
    assert int(late.headers["Retry-After"]) > 60


def test_a_resent_request_with_its_key_sends_once(client: Any, post: Post, box: Postbox) -> None:
    body = {"order-identifier": PLACED}
    for _ in range(2):
        answer = client.rpc(
            "/v1/attendees/send-receipt",
            body,
            as_="registered",
            headers={"Idempotency-Key": "again-1"},
        )
        assert answer.status_code == 200
    post.happen()
    assert len(box.mails) == 2
