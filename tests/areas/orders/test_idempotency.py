"""A write that is sent twice with one key happens once, whatever happens in between."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.settings import Settings
from tests.areas.documents import document, fault
from tests.areas.orders.shop import buy, change, faults_in_the_books
from tests.conftest import Client

KEY = {"Idempotency-Key": "2f1b7c8e-one-of-mine"}


def _orders(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM orders WHERE id > 1000")) or 0)


def test_same_request_happens_once_and_is_answered_alike(client: Client, engine: Engine) -> None:
    first, again = (buy(client, 1, headers=KEY) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _orders(engine) == 1
    assert faults_in_the_books(engine) == []


def test_creation_and_change_of_resources_are_repeated_too(client: Client, engine: Engine) -> None:
    tag = document("ticket-tag", None, {"name": "Twice"}, event=("event", 1))
    answers = [client.post("/v1/ticket-tags", tag, as_="organizer", headers=KEY) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    gone = [
        client.delete("/v1/ticket-tags/1001", as_="organizer", headers={"Idempotency-Key": "gone"})
        for _ in range(2)
    ]
    assert [a.status_code for a in gone] == [200, 200]


def test_same_key_with_another_request_is_422(client: Client, engine: Engine) -> None:
    assert buy(client, 1, headers=KEY).status_code == 200
    assert fault(buy(client, 2, headers=KEY))[:2] == (422, "idempotency-key-reused")
    assert _orders(engine) == 1


def test_keys_belong_to_their_user(client: Client, engine: Engine) -> None:
    for who in ("registered", "coorganizer"):
        assert buy(client, 1, as_=who, headers=KEY).status_code == 200
    assert _orders(engine) == 2


def test_refusal_is_not_kept(client: Client, engine: Engine) -> None:
    assert buy(client, (1, 11), headers=KEY).status_code == 422
    assert buy(client, 1, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\x7f"])
def test_malformed_key_is_400(client: Client, key: str) -> None:
    answer = buy(client, 1, headers={"Idempotency-Key": key})
    assert fault(answer)[:2] == (400, "idempotency-key-malformed")


def test_key_of_yesterday_is_forgotten(client: Client, engine: Engine) -> None:
    assert buy(client, 1, headers=KEY).status_code == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE kept_answers SET created_at = now() - interval '25 h'"))
    assert buy(client, 1, headers=KEY).status_code == 200
    assert _orders(engine) == 2


def test_request_that_is_still_running_is_409_with_retry_after(
    client: Client, engine: Engine
) -> None:
    with engine.begin() as connection:
        # Somebody holds the ticket: the first request waits for it.
        connection.execute(text("SELECT 1 FROM tickets WHERE id = 1 FOR UPDATE"))
        first: list[Any] = []
        runner = threading.Thread(target=lambda: first.append(buy(client, 1, headers=KEY)))
        runner.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not connection.scalar(waiting):
            pass
        meanwhile = buy(client, 1, headers=KEY)
    runner.join()
    assert fault(meanwhile)[:2] == (409, "idempotency-key-in-flight")
    assert meanwhile.headers["Retry-After"] == "1"
    assert first[0].status_code == 200
    assert buy(client, 1, headers=KEY).content == first[0].content
    assert _orders(engine) == 1


def test_server_killed_between_commit_and_answer_has_not_sold_twice(
    client: Client, engine: Engine, settings: Settings
) -> None:
    names = ("database_url", "redis_url", "secret_key", "rate_limits", "dispatch")
    given = {name: getattr(settings, name) for name in names} | {"data_dir": str(settings.data_dir)}
    command = [sys.executable, "-m", "tests.areas.orders.doomed"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(given))
        server.stdin.close()
        there = http.client.HTTPConnection("127.0.0.1", int(server.stdout.readline()), timeout=30)
        headers = {
            **KEY,
            "Authorization": f"JWT {client.token('registered')}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"tickets": [{"id": "1", "quantity": 1}]})
        there.request("POST", "/v1/orders/create-order", body, headers)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            there.getresponse()
        assert server.wait() == -9
    assert _orders(engine) == 1, "it was committed, and nobody was told"
    again = buy(client, 1, headers=KEY)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _orders(engine) == 1
    assert change(client, again.json["data"]["id"], status="completed").status_code == 200
    assert faults_in_the_books(engine) == []
