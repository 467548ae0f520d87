"""The list of mails: for admins, to read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import ids


def test_admins_read_mails_the_latest_first(client: Any, engine: Any) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mails SET time = time + interval '1 hour' WHERE id = 2")
    assert ids(client.get("/v1/mails", as_="admin")) == ["2", "1"]
    shown = client.get("/v1/mails/2", as_="super-admin").json["data"]
    assert shown["attributes"] == {
        "recipient": "organizer@example.org",
        "time": shown["attributes"]["time"],
        "action": "event_role",
        "subject": "You are Organizer of Open Tech Summit",
        "message": "Hello Omar,\n\nyou are now Organizer of Open Tech Summit.\n",
    }


@pytest.mark.parametrize("who", ["owner", "organizer", "registered", "unverified"])
def test_nobody_else_reads_mails(client: Any, who: str) -> None:
    assert client.get("/v1/mails", as_=who).status_code == 403
    # Not even one's own: there is none for whoever may see none.
    assert client.get("/v1/mails/2", as_=who).status_code == 404


def test_mails_are_not_for_strangers(client: Any) -> None:
    assert client.get("/v1/mails").status_code == 401
    assert client.get("/v1/mails/1").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_nobody_writes_mails(client: Any, method: str) -> None:
    path = "/v1/mails" if method == "POST" else "/v1/mails/1"
    answer = client.request(method, path, {"data": {"type": "mail"}}, as_="super-admin")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("header", "sent", "kept"),
    [
        ("de-AT, en;q=0.5", {}, "de-AT"),
        ("de", {"language-prefrence": "ar"}, "ar"),
        (None, {}, None),
    ],
)
def test_who_registers_reads_what_their_browser_asks_for(
    client: Any, header: str | None, sent: dict[str, str], kept: str | None
) -> None:
    attributes = {"email": "new@example.org", "password": "correct horse", **sent}
    answer = client.post(
        "/v1/users",
        {"data": {"type": "user", "attributes": attributes}},
        headers={"Accept-Language": header} if header else {},
    )
    assert answer.json["data"]["attributes"]["language-prefrence"] == kept
