"""Tickets in hand over HTTP: who gets the codes, issuing anew, keys and their rotation."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from openevent.areas.orders.world import IDENTIFIERS
from openevent.areas.passes.operations import rotate_keys
from openevent.areas.passes.queries import current_revisions, public_keys
from openevent.services.signing import Claims, Refusal, verify
from openevent.services.signing_vault import KeyVault
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document
from tests.conftest import SECRET_KEY, Client

DURING = datetime(2030, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def keys_of(client: Client) -> dict[str, bytes]:
    """Return the public keys as a scanner loads them."""
    return {
        key["kid"]: base64.urlsafe_b64decode(key["x"] + "=")
        for key in client.get("/v1/ticket-keys").json["keys"]
    }


@pytest.mark.parametrize("caller", ["registered", "coorganizer", "organizer", "owner", "admin"])
def test_the_attendee_the_buyer_and_who_runs_the_event_get_a_ticket(
    client: Client, caller: str
) -> None:
    shown = client.get("/v1/attendees/4/pass", as_=caller).json
    assert shown["qr"] == f"{IDENTIFIERS[2]}-4"
    claims = verify(shown["signed"], keys_of(client), DURING, event_id=1)
    assert isinstance(claims, Claims)
    assert (claims.attendee_id, claims.ticket_id, claims.revision) == (4, 2, 1)
    assert claims.order_identifier == IDENTIFIERS[2]


@pytest.mark.parametrize("caller", ["unverified", "registrar", "moderator", "other-owner"])
def test_nobody_else_gets_it_not_even_who_lets_visitors_in(client: Client, caller: str) -> None:
    assert client.get("/v1/attendees/4/pass", as_=caller).status_code == 404
    assert client.rpc("/v1/attendees/4/pass", {}, as_=caller).status_code == 404


def test_what_is_not_sold_has_no_ticket(client: Client) -> None:
    refused = client.get("/v1/attendees/6/pass", as_="other-owner")
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "not-sold")
    assert client.get("/v1/attendees/7/pass", as_="unverified").status_code == 404, "cancelled"


def test_a_ticket_that_is_issued_anew_revokes_the_one_before(client: Client, db: Session) -> None:
    old = client.get("/v1/attendees/4/pass", as_="registered").json["signed"]
    anew = client.rpc("/v1/attendees/4/pass", {}, as_="organizer").json
    assert anew["revision"] == 2
    keys, revisions = keys_of(client), current_revisions(db, 1)
    assert verify(old, keys, DURING, event_id=1, revisions=revisions) is Refusal.REVOKED
    assert isinstance(verify(anew["signed"], keys, DURING, revisions=revisions), Claims)
    assert client.rpc("/v1/attendees/4/pass", {}, as_="organizer").json["revision"] == 3


def test_cancelling_an_order_revokes_its_tickets(client: Client, db: Session) -> None:
    signed = client.get("/v1/attendees/4/pass", as_="registered").json["signed"]
    assert current_revisions(db, 1, [4]) == {4: 1}
    db.rollback()
    cancelled = document("order", 2, {"status": "cancelled"})
    assert client.patch("/v1/orders/2", cancelled, as_="organizer").status_code == 200
    revisions = current_revisions(db, 1)
    assert verify(signed, keys_of(client), DURING, revisions=revisions) is Refusal.REVOKED


def test_a_moved_event_is_in_the_signed_form(client: Client) -> None:
    moved = document("event", 1, {"ends-at": "2030-05-10T17:00:00Z"})
    assert client.patch("/v1/events/1", moved, as_="organizer").status_code == 200
    shown = client.get("/v1/attendees/4/pass", as_="registered").json
    assert shown["valid_until"] == "2030-05-11T17:00:00Z"


def test_keys_are_public_cacheable_and_the_same_until_they_are_rotated(client: Client) -> None:
    first = client.get("/v1/ticket-keys")
    assert "public" in first.headers["Cache-Control"]
    again = client.get("/v1/ticket-keys", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Content-Type"] == "application/jwk-set+json"
    assert [*first.json["keys"][0]] == ["kty", "crv", "use", "alg", "kid", "x"], "no private part"


def test_a_rotated_key_signs_nothing_new_and_verifies_what_it_signed(
    client: Client, db: Session
) -> None:
    old = client.get("/v1/attendees/4/pass", as_="registered").json
    ports = {KeyVault: KeyVault(SECRET_KEY)}
    new = rotate_keys(UnitOfWork(open_db=lambda: db, ports=ports))
    db.commit()
    shown = client.get("/v1/attendees/4/pass", as_="registered").json
    assert shown["key_id"] == new != old["key_id"]
    keys = keys_of(client)
    assert list(keys) == [new, old["key_id"]]
    assert isinstance(verify(old["signed"], keys, DURING), Claims)
    assert keys == public_keys(db)


def test_the_database_has_one_key_that_signs(client: Client, engine: Engine) -> None:
    client.get("/v1/ticket-keys")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT is_current, sealed_key FROM ticket_keys")).all()
    assert [row.is_current for row in rows] == [True]
