"""Custom system roles and panels: linked by staff, seen by who has them."""

from __future__ import annotations

from typing import Any

from tests.areas.documents import document, fault, ids, linkage


def test_role_is_made_with_its_panels_and_given_to_users(client: Any) -> None:
    sent = document("custom-system-role", None, {"name": "Press Team"})
    sent["data"]["relationships"] = {
        "panel-permissions": {"data": [linkage("panel-permission", 3)]},
        "users": {"data": [linkage("user", 11)]},
    }
    made = client.post("/v1/custom-system-roles", sent, as_="admin")
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    assert ids(client.get("/v1/users/11/custom-system-roles", as_="other-owner")) == [id_]
    panels = client.get(f"/v1/custom-system-roles/{id_}/panel-permissions", as_="other-owner")
    assert ids(panels) == ["3"]
    assert client.get("/v1/panel-permissions/3", as_="other-owner").status_code == 200
    assert client.get("/v1/panel-permissions/1", as_="other-owner").status_code == 404


def test_links_are_written_from_both_sides(client: Any) -> None:
    path = "/v1/custom-system-roles/1/relationships/panel-permissions"
    more = {"data": [linkage("panel-permission", 5)]}
    assert client.post(path, more, as_="admin").status_code == 200
    assert ids(client.get("/v1/custom-system-roles/1/panel-permissions?sort=id", as_="admin")) == [
        *("1", "3", "5")
    ]
    path = "/v1/panel-permissions/5/relationships/custom-system-roles"
    fewer = {"data": [linkage("custom-system-role", 2)]}
    assert client.patch(path, fewer, as_="admin").status_code == 200
    assert ids(client.get("/v1/custom-system-roles/1/panel-permissions?sort=id", as_="admin")) == [
        *("1", "3")
    ]


def test_role_gives_nothing_but_the_sight_of_its_panels(client: Any) -> None:
    """A system role is for front ends: the server asks for admins all the same."""
    assert ids(client.get("/v1/users/9/custom-system-roles", as_="registered")) == ["1"]
    assert client.get("/v1/custom-system-roles", as_="registered").status_code == 403
    assert client.get("/v1/users", as_="registered").status_code == 403
    for who, status in (("registered", 403), ("organizer", 404)):
        path = "/v1/custom-system-roles/1/relationships/users"
        sent = {"data": [linkage("user", 4)]}
        assert client.post(path, sent, as_=who).status_code == status
        assert client.delete("/v1/custom-system-roles/1", as_=who).status_code == status
    assert client.get("/v1/custom-system-roles/1", as_="owner").status_code == 404
    assert client.get("/v1/users/9/custom-system-roles", as_="owner").json.get("data", []) == []


def test_user_does_not_take_a_system_role(client: Any) -> None:
    sent = document("user", 9, {"first-name": "Rahel"})
    taken = {"custom-system-roles": {"data": [linkage("custom-system-role", 2)]}}
    sent["data"]["relationships"] = taken
    path = "/v1/users/9/relationships/custom-system-roles"
    before = client.get(path, as_="admin").json["data"]
    assert client.patch("/v1/users/9", sent, as_="registered").status_code == 200
    assert client.get(path, as_="admin").json["data"] == before
    assert client.post(path, taken["custom-system-roles"], as_="admin").status_code == 405


def test_deleting_a_role_or_a_panel_takes_the_links_along(client: Any) -> None:
    assert client.delete("/v1/panel-permissions/3", as_="admin").status_code == 200
    panels = client.get("/v1/custom-system-roles/1/panel-permissions", as_="registered")
    assert ids(panels) == ["1"]
    assert client.delete("/v1/custom-system-roles/1", as_="admin").status_code == 200
    assert client.get("/v1/panel-permissions/1", as_="registered").status_code == 404
    assert ids(client.get("/v1/users/9/custom-system-roles", as_="registered")) == []


def test_names_are_unique(client: Any) -> None:
    renamed = document("panel-permission", 1, {"panel-name": "events"})
    assert fault(client.patch("/v1/panel-permissions/1", renamed, as_="admin"))[0] == 409
