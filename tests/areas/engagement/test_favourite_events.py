"""Events that users mark, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.areas.documents import document, fault, ids


def mark(client: Any, event: int = 2, who: str | None = "registered", **to_one: Any) -> Any:
    sent = document("user-favourite-event", None, {}, event=("event", event), **to_one)
    return client.post("/v1/user-favourite-events", sent, as_=who)


def test_event_is_marked_once_unmarked_and_marked_again(client: Any) -> None:
    made = mark(client).json["data"]
    assert made["relationships"]["user"]["data"]["id"] == "9"
    assert fault(mark(client))[:2] == (409, "duplicate")
    path = f"/v1/user-favourite-events/{made['id']}"
    assert client.delete(path, as_="registered").status_code == 200
    assert client.get(path, as_="registered").status_code == 404
    assert mark(client).status_code == 201


def test_of_marks_made_at_once_one_is_made(client: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: mark(client).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]


def test_everybody_sees_the_own_ones_only(client: Any) -> None:
    path = "/v1/user-favourite-events"
    assert client.get(path).status_code == 401
    assert ids(client.get(path, as_="registered")) == ["1"]
    assert ids(client.get(path, as_="moderator")) == []
    assert ids(client.get(path, as_="admin")) == ["1", "2", "3"]
    assert ids(client.get("/v1/users/9/user-favourite-events", as_="registered")) == ["1"]
    assert ids(client.get("/v1/users/11/user-favourite-events", as_="registered")) == []
    assert client.delete(f"{path}/2", as_="registered").status_code == 404
    assert client.delete(f"{path}/1", as_="owner").status_code == 404


def test_nobody_marks_for_others(client: Any) -> None:
    assert mark(client, who="registered", user=("user", 3)).status_code == 403
    assert mark(client, who="registered", user=("user", 9)).status_code == 201
    assert mark(client, who="admin", user=("user", 3)).status_code == 201
    assert mark(client, who=None).status_code == 401


def test_event_that_one_does_not_see_is_not_marked(client: Any) -> None:
    for event in (3, 4, 9999):
        assert mark(client, event).status_code == 404
    assert mark(client, 3, "owner").status_code == 409, "the owner sees the draft, and marked it"
