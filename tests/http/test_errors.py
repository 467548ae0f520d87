"""Whatever goes wrong, a client reads an error document, and the next request is answered."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from openevent.areas.identity.operations import logins
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.reader import Plan
from openevent.jsonapi.writer import Writer
from openevent.work.outbox import Outbox
from tests.answered import broken_on_purpose
from tests.conftest import Client
from tests.http.test_negotiation import rows_of
from tests.jsonapi.catalogue import REGISTRY
from tests.jsonapi.samples import creation

FAQ = creation(REGISTRY["faq"])
CHANGE = {"data": {"type": "faq", "id": "1", "attributes": {"answer": "Changed."}}}


def _raise(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (psycopg.OperationalError("server closed the connection"), 503, "unavailable"),
        (OperationalError("SELECT", {}, psycopg.OperationalError("gone")), 503, "unavailable"),
        (pg.AdminShutdown("terminating connection"), 503, "unavailable"),
        (pg.QueryCanceled("statement timeout"), 503, "unavailable"),
        (pg.DeadlockDetected("deadlock"), 503, "unavailable"),
        (pg.SerializationFailure("could not serialize"), 503, "unavailable"),
        (PoolTimeout("QueuePool limit"), 503, "unavailable"),
        (StaleDataError("0 were matched"), 409, "conflict"),
        (pg.UniqueViolation("uq"), 409, "duplicate"),
        (IntegrityError("INSERT", {}, pg.UniqueViolation("uq")), 409, "duplicate"),
        (pg.ForeignKeyViolation("fk"), 409, "conflict"),
        (pg.CheckViolation("ck"), 422, "invalid"),
        (pg.NotNullViolation("nn"), 422, "invalid"),
        (pg.NumericValueOutOfRange("22003"), 422, "invalid"),
        (pg.SyntaxError("secret table"), 500, "internal-error"),
        (RuntimeError("secret"), 500, "internal-error"),
        (KeyError("secret"), 500, "internal-error"),
        (RecursionError("secret"), 500, "internal-error"),
        (UnicodeEncodeError("utf-8", "secret", 0, 1, "x"), 500, "internal-error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_failure_is_told_in_general_and_logged_in_full(
    client: Client,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
) -> None:
    before = rows_of(engine)
    with (
        broken_on_purpose(),
        monkeypatch.context() as broken,
        caplog.at_level(logging.WARNING),
    ):
        broken.setattr(Plan, "document", _raise(error))
        read = client.get("/v1/events", headers={"X-Request-ID": "request-1"})
        # The change is made already when the answer fails: it must not stay.
        written = client.patch("/v1/faqs/1", CHANGE, as_="organizer")
    for answer in (read, written):
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert "Location" not in answer.headers
        assert [e["code"] for e in answer.json["errors"]] == [code]
        for secret in ("secret", "SELECT", "Traceback", "psycopg", "QueuePool"):
            assert secret not in answer.text
    if status == 503:
        assert int(read.headers["Retry-After"]) >= 1
    if status == 500:
        assert "request-1" in read.json["errors"][0]["detail"]
        assert any(record.exc_info for record in caplog.records)
    assert rows_of(engine) == before
    assert client.get("/v1/faqs/1").json["data"]["attributes"]["answer"] != "Changed."


def test_rpc_routes_fail_in_their_own_shape(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, status in ((RuntimeError("secret"), 500), (pg.AdminShutdown("secret"), 503)):
        with monkeypatch.context() as broken:
            broken.setattr(logins, "is_registered", _raise(error))
            answer = client.rpc("/v1/users/check_email", {"email": "x@example.org"})
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json["error"] == answer.json["errors"][0]["detail"]
        assert "secret" not in answer.text


def test_failures_use_up_no_connections(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "create", _raise(RuntimeError("broken")))
        for _ in range(40):
            assert client.post("/v1/faqs", FAQ, as_="organizer").status_code == 500
    for _ in range(40):
        broken_document = client.patch("/v1/faqs/1", {"data": {}}, as_="organizer")
        assert broken_document.status_code == 422
    assert client.post("/v1/faqs", FAQ, as_="organizer").status_code == 201


def test_failure_of_the_commit_is_a_failure_of_the_request(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes after the commit: a client that reads 201 can rely on it."""
    before = rows_of(engine)
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "commit", _raise(pg.AdminShutdown("gone")))
        answer = client.post("/v1/faqs", FAQ, as_="organizer")
    assert answer.status_code == 503
    assert "Location" not in answer.headers
    assert rows_of(engine) == before


def test_token_is_checked_before_anything_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Plan, "document", _raise(AssertionError("read")))
        answer = client.get("/v1/events", headers={"Authorization": "JWT nonsense"})
    assert answer.status_code == 401
