"""Roles: the kinds there are, who has which on an event, and who decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.areas.documents import document, fault, ids, linkage

Run = Callable[..., list[Any]]
Recorded = Callable[[], set[str]]

#: Roles by name in the demo world.
OWNER, ORGANIZER, COORGANIZER, TRACK_ORGANIZER, MODERATOR, REGISTRAR = range(1, 7)

STRANGERS = ["registered", "other-owner"]
TEAM_WITHOUT_ACCESS = ["track-organizer", "moderator", "registrar"]


def grant(
    client: Any, who: str | None, *, user: int = 11, role: int = COORGANIZER, event: int = 1
) -> Any:
    sent = document(
        "users-events-roles", None, event=("event", event), user=("user", user), role=("role", role)
    )
    return client.post("/v1/users-events-roles", sent, as_=who)


def change(client: Any, who: str, id_: int, **to_one: tuple[str, int]) -> Any:
    sent = document("users-events-roles", id_, **to_one)
    return client.patch(f"/v1/users-events-roles/{id_}", sent, as_=who)


# -- kinds of role -----------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "registered"])
def test_everybody_reads_the_kinds_of_role(client: Any, who: str | None) -> None:
    answer = client.get("/v1/roles", as_=who)
    names = [role["attributes"]["name"] for role in answer.json["data"]]
    assert names == [
        "owner",
        "organizer",
        "coorganizer",
        "track_organizer",
        "moderator",
        "registrar",
        "volunteer",
        "usher",
    ]
    assert client.get("/v1/roles/2", as_=who).status_code == 200


def test_staff_keeps_the_kinds_of_role(client: Any) -> None:
    made = client.post("/v1/roles", document("role", None, {"name": "photographer"}), as_="admin")
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    renamed = document("role", id_, {"name": "steward", "title-name": "Steward"})
    assert client.patch(f"/v1/roles/{id_}", renamed, as_="admin").status_code == 200
    assert client.delete(f"/v1/roles/{id_}", as_="admin").status_code == 200
    assert client.get(f"/v1/roles/{id_}").status_code == 404


@pytest.mark.parametrize("who", ["owner", "registered"])
def test_nobody_else_keeps_them(client: Any, who: str) -> None:
    made = document("role", None, {"name": "photographer"})
    assert client.post("/v1/roles", made, as_=who).status_code == 403
    assert client.post("/v1/roles", made).status_code == 401
    titled = document("role", 2, {"title-name": "Boss"})
    assert client.patch("/v1/roles/2", titled, as_=who).status_code == 403
    assert client.delete("/v1/roles/2", as_=who).status_code == 403


def test_built_in_roles_keep_their_names_and_stay(client: Any) -> None:
    renamed = document("role", ORGANIZER, {"name": "boss"})
    assert fault(client.patch("/v1/roles/2", renamed, as_="admin"))[:2] == (403, "built-in-role")
    assert fault(client.delete("/v1/roles/2", as_="super-admin"))[:2] == (403, "built-in-role")
    titled = document("role", ORGANIZER, {"title-name": "Boss"})
    assert client.patch("/v1/roles/2", titled, as_="admin").status_code == 200


def test_role_names_are_unique_and_roles_in_use_stay(client: Any) -> None:
    twice = document("role", None, {"name": "owner"})
    assert client.post("/v1/roles", twice, as_="admin").status_code == 409
    assert fault(client.delete("/v1/roles/8", as_="admin"))[:2] == (409, "role-in-use")


# -- who sees who has which role ------------------------------------------------------------


@pytest.mark.parametrize("who", ["coorganizer", "organizer", "owner", "admin"])
def test_who_runs_an_event_sees_its_roles(client: Any, who: str) -> None:
    answer = client.get("/v1/events/1/users-events-roles?page[size]=0", as_=who)
    assert ids(answer) == ["1", "2", "3", "4", "5", "6"]
    assert client.get("/v1/users-events-roles/5", as_=who).status_code == 200
    for related, type_ in (("user", "user"), ("role", "role"), ("event", "event")):
        answer = client.get(f"/v1/users-events-roles/5/{related}", as_=who)
        assert answer.json["data"]["type"] == type_


@pytest.mark.parametrize("who", [*STRANGERS, "organizer", None])
def test_others_do_not_see_them(client: Any, who: str | None) -> None:
    id_ = 7 if who == "organizer" else 2 if who != "other-owner" else 5
    status = 401 if who is None else 404
    for path in ("", "/user", "/role", "/event", "/relationships/role", "/relationships/user"):
        assert client.get(f"/v1/users-events-roles/{id_}{path}", as_=who).status_code == status


def test_everybody_sees_their_own_role_and_no_other(client: Any) -> None:
    assert client.get("/v1/users-events-roles/4", as_="track-organizer").status_code == 200
    assert client.get("/v1/users-events-roles/5", as_="track-organizer").status_code == 404
    own = client.get("/v1/events/1/users-events-roles", as_="track-organizer")
    assert ids(own) == ["4"]


def test_roles_on_a_deleted_event_are_gone(client: Any) -> None:
    assert client.get("/v1/users-events-roles/9", as_="owner").status_code == 404
    assert change(client, "owner", 9, role=("role", ORGANIZER)).status_code == 404


# -- who decides ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["organizer", "owner", "admin"])
@pytest.mark.parametrize("role", [ORGANIZER, COORGANIZER, TRACK_ORGANIZER, MODERATOR, REGISTRAR])
def test_organizers_grant_every_role_but_the_owners(
    client: Any, who: str, role: int, recorded: Recorded
) -> None:
    answer = grant(client, who, role=role)
    assert answer.status_code == 201
    assert recorded() == {"RoleGranted"}
    events = client.get("/v1/users/11/events?sort=id", as_="other-owner")
    assert ids(events) == ["1", "2"]


@pytest.mark.parametrize("who", ["coorganizer", *TEAM_WITHOUT_ACCESS, *STRANGERS])
def test_others_grant_nothing(client: Any, who: str, recorded: Recorded) -> None:
    assert grant(client, who).status_code == 403
    assert grant(client, None).status_code == 401
    assert recorded() == set()


def test_nobody_grants_ownership(client: Any) -> None:
    for who in ("owner", "organizer", "admin", "super-admin"):
        assert fault(grant(client, who, role=OWNER))[:2] == (403, "owner-stays")


def test_granting_what_is_not_there_or_not_seen_is_404(client: Any) -> None:
    assert grant(client, "owner", user=2).status_code == 404  # No public profile.
    assert grant(client, "owner", user=13).status_code == 404  # Deleted.
    assert grant(client, "owner", role=99).status_code == 404
    assert grant(client, "owner", event=4).status_code == 404  # Deleted.
    assert grant(client, "organizer", event=3).status_code == 404  # A draft of others.
    assert grant(client, "owner", event=2).status_code == 403


def test_role_is_granted_once_and_several_may_be_held(client: Any) -> None:
    assert grant(client, "owner", user=6, role=REGISTRAR).status_code == 201
    assert fault(grant(client, "owner", user=6, role=REGISTRAR))[:2] == (409, "role-held")


@pytest.mark.parametrize("who", ["organizer", "owner", "admin"])
def test_organizers_change_and_revoke_roles(client: Any, who: str, recorded: Recorded) -> None:
    assert change(client, who, 6, role=("role", MODERATOR)).status_code == 200
    assert recorded() == {"RoleGranted"}
    assert client.delete("/v1/users-events-roles/6", as_=who).status_code == 200
    assert client.get("/v1/users-events-roles/6", as_="owner").status_code == 404


@pytest.mark.parametrize("who", ["coorganizer", "moderator"])
def test_others_change_and_revoke_none(client: Any, who: str) -> None:
    status = 403 if who == "coorganizer" else 404
    assert change(client, who, 6, role=("role", MODERATOR)).status_code == status
    assert client.delete("/v1/users-events-roles/6", as_=who).status_code == status


def test_nobody_raises_themselves(client: Any) -> None:
    assert change(client, "track-organizer", 4, role=("role", ORGANIZER)).status_code == 403
    raised = {"data": linkage("role", ORGANIZER)}
    path = "/v1/users-events-roles/4/relationships/role"
    assert client.patch(path, raised, as_="track-organizer").status_code == 403
    assert client.patch(path, raised, as_="registered").status_code == 404
    assert client.patch(path, raised).status_code == 401
    assert client.patch(path, raised, as_="organizer").status_code == 200


def test_everybody_may_lay_down_their_role(client: Any) -> None:
    assert client.delete("/v1/users-events-roles/4", as_="track-organizer").status_code == 200
    assert client.get("/v1/users/6", as_="owner").status_code == 404


@pytest.mark.parametrize("who", ["owner", "organizer", "admin", "super-admin"])
def test_owner_is_neither_removed_nor_changed(client: Any, who: str) -> None:
    refusals = (
        client.delete("/v1/users-events-roles/1", as_=who),
        change(client, who, 1, role=("role", ORGANIZER)),
        change(client, who, 2, role=("role", OWNER)),
        client.patch(
            "/v1/users-events-roles/1/relationships/role",
            {"data": linkage("role", ORGANIZER)},
            as_=who,
        ),
    )
    assert {fault(answer)[:2] for answer in refusals} == {(403, "owner-stays")}


def test_role_stays_with_its_person_and_its_event(client: Any) -> None:
    assert change(client, "owner", 6, user=("user", 11)).status_code == 403
    assert change(client, "owner", 6, event=("event", 3)).status_code == 403
    for name, other in (("user", linkage("user", 11)), ("event", linkage("event", 3))):
        path = f"/v1/users-events-roles/6/relationships/{name}"
        assert client.patch(path, {"data": other}, as_="owner").status_code == 405


def test_whole_grant_can_be_sent_back(client: Any, recorded: Recorded) -> None:
    shown = client.get("/v1/users-events-roles/1", as_="owner").json["data"]
    assert client.patch("/v1/users-events-roles/1", {"data": shown}, as_="owner").status_code == 200
    assert recorded() == set()
