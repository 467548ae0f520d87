"""Further addresses, which are private, and user permissions, which staff keeps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, ids, linkage


def add(client: Any, who: str | None, user: int = 9, **attributes: Any) -> Any:
    given = {"email-address": "rahel@club.example"} | attributes
    sent = document("user-email", None, given, user=("user", user))
    return client.post("/v1/user-emails", sent, as_=who)


def test_addresses_are_between_their_user_and_staff(client: Any) -> None:
    for who in ("registered", "admin"):
        assert client.get("/v1/user-emails/1", as_=who).status_code == 200
        assert ids(client.get("/v1/users/9/alternate-emails", as_=who)) == ["1", "2"]
    for who in ("owner", "other-owner"):
        assert client.get("/v1/user-emails/1", as_=who).status_code == 404
        assert client.delete("/v1/user-emails/1", as_=who).status_code == 404
    assert client.get("/v1/user-emails/1").status_code == 401
    # The profile of user 3 is public, the address 3 in it is not.
    assert ids(client.get("/v1/users/3/alternate-emails", as_="registered")) == []
    shown = client.get("/v1/users/3?include=alternate-emails", as_="registered")
    assert shown.json["included"] == []


def test_lists_of_addresses(client: Any) -> None:
    assert ids(client.get("/v1/user-emails", as_="registered")) == ["1", "2"]
    assert client.get("/v1/user-emails").status_code == 401
    assert ids(client.get("/v1/admin/user-emails", as_="admin")) == ["1", "2", "3"]
    assert client.get("/v1/admin/user-emails", as_="registered").status_code == 403
    assert client.get("/v1/admin/user-emails").status_code == 401


def test_everybody_adds_addresses_to_their_own_account(client: Any) -> None:
    answer = add(client, "registered", type="work")
    assert answer.status_code == 201
    shown = answer.json["data"]["attributes"]
    assert (shown["email-address"], shown["type"], shown["user-id"]) == (
        "rahel@club.example",
        "work",
        9,
    )
    assert add(client, "admin", **{"email-address": "r@admin.example"}).status_code == 201


@pytest.mark.parametrize("who", ["owner", "other-owner"])
def test_nobody_adds_addresses_to_somebody_else(client: Any, who: str) -> None:
    # The account is not for everybody to see; the owner of an event sees its buyers.
    assert add(client, who).status_code == (403 if who == "owner" else 404)
    assert add(client, who, user=3 if who == "other-owner" else 11).status_code == 403
    assert add(client, None).status_code == 401


def test_address_is_in_an_account_once(client: Any) -> None:
    taken = {"email-address": "Rahel@Example.NET"}
    assert add(client, "registered", **taken).status_code == 409
    assert add(client, "owner", user=3, **taken).status_code == 201
    renamed = document("user-email", 2, taken)
    assert client.patch("/v1/user-emails/2", renamed, as_="registered").status_code == 409
    assert client.delete("/v1/user-emails/1", as_="registered").status_code == 200
    assert add(client, "registered", **taken).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"), [("email-address", "no address"), ("type", "secret"), ("type", None)]
)
def test_bad_value_is_422(client: Any, name: str, value: Any) -> None:
    answer = add(client, "registered", **{name: value})
    assert fault(answer)[::2] == (422, f"/data/attributes/{name}")


def test_address_stays_with_its_account(client: Any) -> None:
    moved = document("user-email", 1, user=("user", 3))
    assert client.patch("/v1/user-emails/1", moved, as_="registered").status_code == 403
    assert client.patch("/v1/user-emails/1", moved, as_="admin").status_code == 403
    path = "/v1/user-emails/1/relationships/user"
    assert client.patch(path, {"data": linkage("user", 3)}, as_="admin").status_code == 405
    kind = document("user-email", 1, {"type": "office"}, user=("user", 9))
    assert client.patch("/v1/user-emails/1", kind, as_="registered").status_code == 200


@pytest.mark.parametrize("who", [None, "registered", "admin"])
def test_everybody_reads_permissions(client: Any, who: str | None) -> None:
    assert ids(client.get("/v1/user-permissions", as_=who)) == ["1", "2"]
    assert client.get("/v1/user-permissions/1", as_=who).status_code == 200


def test_staff_keeps_permissions(client: Any) -> None:
    given = {"name": "create_group", "unverified-user": True}
    made = client.post(
        "/v1/user-permissions", document("user-permission", None, given), as_="admin"
    )
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    path = f"/v1/user-permissions/{id_}"
    changed = document("user-permission", id_, {"unverified-user": False})
    assert client.patch(path, changed, as_="admin").status_code == 200
    assert client.delete(path, as_="admin").status_code == 200
    assert client.get(path, as_="admin").status_code == 404


@pytest.mark.parametrize("who", ["owner", "registered", None])
def test_nobody_else_keeps_permissions(client: Any, who: str | None) -> None:
    status = 403 if who else 401
    sent = document("user-permission", None, {"name": "create_group"})
    assert client.post("/v1/user-permissions", sent, as_=who).status_code == status
    changed = document("user-permission", 1, {"anonymous-user": True})
    assert client.patch("/v1/user-permissions/1", changed, as_=who).status_code == status
    assert client.delete("/v1/user-permissions/1", as_=who).status_code == status


def test_permission_names_are_unique_among_live_ones(client: Any) -> None:
    sent = document("user-permission", None, {"name": "publish_event"})
    assert client.post("/v1/user-permissions", sent, as_="admin").status_code == 409
    assert client.delete("/v1/user-permissions/1", as_="admin").status_code == 200
    assert client.post("/v1/user-permissions", sent, as_="admin").status_code == 201
