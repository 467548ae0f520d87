"""Sessions that users mark, and how many do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.areas.documents import document, fault, ids

PEOPLE = ("owner", "organizer", "coorganizer", "track-organizer", "moderator", "registrar")


def mark(client: Any, who: str | None = "registered", session: int = 2, **to_one: Any) -> Any:
    sent = document("user-favourite-session", None, {}, session=("session", session), **to_one)
    return client.post("/v1/user-favourite-sessions", sent, as_=who)


def count(client: Any, session: int = 2) -> int:
    shown = client.get(f"/v1/sessions/{session}").json["data"]["attributes"]
    return int(shown["favourite-count"])


def test_session_is_marked_once_and_counts_it(client: Any) -> None:
    made = mark(client).json["data"]["id"]
    assert fault(mark(client))[:2] == (409, "duplicate")
    assert count(client) == 1
    assert client.delete(f"/v1/user-favourite-sessions/{made}", as_="registered").status_code == 200
    assert count(client) == 0
    assert mark(client).status_code == 201


def test_count_is_right_after_many_at_once(client: Any) -> None:
    def twice(who: str) -> int:
        made = mark(client, who)
        mark(client, who)
        path = made.headers["Location"]
        if who in PEOPLE[:3]:
            assert client.delete(path, as_=who).status_code == 200
        return made.status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(twice, PEOPLE)) == {201}
    assert count(client) == 3


def test_mark_removed_twice_at_once_counts_once(client: Any) -> None:
    path = mark(client).headers["Location"]
    mark(client, "owner")
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: client.delete(path, as_="registered").status_code, range(4))
        assert sorted(answers) == [200, 404, 404, 404]
    assert count(client) == 1


def test_everybody_sees_the_own_ones_only(client: Any) -> None:
    mark(client, "owner", 1)
    for path in ("/v1/user-favourite-sessions", "/v1/users/9/user-favourite-sessions"):
        assert ids(client.get(path, as_="registered")) == ["1"]
    for path in ("/v1/events/1", "/v1/sessions/1"):
        assert ids(client.get(f"{path}/user-favourite-sessions", as_="registered")) == ["1"]
        assert ids(client.get(f"{path}/user-favourite-sessions")) == []
        shown = client.get(f"{path}/user-favourite-sessions", as_="admin")
        assert len(ids(shown)) == 2
    assert client.delete("/v1/user-favourite-sessions/1", as_="owner").status_code == 404


def test_front_end_learns_which_sessions_are_the_callers_favourites(client: Any) -> None:
    mark(client, "admin", 1)
    path = "/v1/events/1/sessions?include=track,speakers,session-type,favourite&sort=starts-at,id"
    for who, own in ((None, []), ("owner", []), ("registered", ["1"]), ("admin", ["1001"])):
        shown = client.get(path, as_=who).json
        found = [x["id"] for x in shown["included"] if x["type"] == "user-favourite-session"]
        assert found == own
        linked = {x["id"]: x["relationships"]["favourite"]["data"] for x in shown["data"]}
        assert bool(linked["1"]) is bool(own)
        assert linked["2"] is None
        related = client.get("/v1/sessions/1/favourite", as_=who).json["data"]
        assert bool(related) is bool(own)


def test_session_that_one_does_not_see_is_not_marked(client: Any) -> None:
    for session in (4, 5, 6, 8, 9999):
        assert mark(client, "other-owner", session).status_code == 404
    assert mark(client, None).status_code == 401
    assert mark(client, "owner", user=("user", 4)).status_code == 403
