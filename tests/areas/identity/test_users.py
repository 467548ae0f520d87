"""Accounts over JSON:API: registering, who sees what, who changes what."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openevent.areas.identity.schemas import UserSchema
from openevent.jsonapi.schema import dasherize
from tests.areas.documents import document, fault, ids, included

Run = Callable[..., list[Any]]
Recorded = Callable[[], set[str]]

#: What everybody may know of somebody with a public profile.
PUBLIC = {
    "avatar-url", "deleted-at", "facebook-url", "first-name", "google-plus-url", "icon-image-url",
    "image-placeholder",
    "instagram-url", "is-profile-public", "last-name", "original-image-url", "public-name",
    "small-image-url", "thumbnail-image-url", "twitter-url",
}  # fmt: skip
EVERYTHING = {dasherize(n) for n, f in UserSchema.attributes().items() if not f.load_only}
PROTECTED = {
    "is-admin": "super-admin",
    "is-verified": "admin",
    "is-blocked": "admin",
    "is-sales-admin": "admin",
    "is-marketer": "admin",
    "was-registered-with-order": "admin",
}


def register(client: Any, email: str = "new@example.org", **more: Any) -> Any:
    attributes = {"email": email, "password": "a long password"} | more
    return client.post("/v1/users", document("user", None, attributes))


def attributes(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = answer.json["data"]["attributes"]
    return read


# -- registering ------------------------------------------------------------------------


def test_anybody_registers_and_reads_their_account(client: Any, recorded: Recorded) -> None:
    answer = register(client, " New@Example.org ", **{"first-name": "Nora", "last-name": "Berg"})
    assert answer.status_code == 201
    id_ = answer.json["data"]["id"]
    assert answer.headers["location"].endswith(f"/v1/users/{id_}")
    shown = attributes(answer)
    assert set(shown) == EVERYTHING
    assert (shown["email"], shown["is-verified"]) == ("New@Example.org", False)
    assert recorded() == {"UserRegistered"}
    body = {"email": "new@example.org", "password": "a long password"}
    assert client.rpc("/auth/session", body).status_code == 200


def test_password_never_comes_back(client: Any) -> None:
    answer = register(client)
    assert "password" not in answer.text
    assert "argon2" not in answer.text
    asked = ("fields[user]=password,email", "fields[user]=password-hash")
    for query in ("sort=password", "sort=password-hash", *asked):
        assert client.get(f"/v1/users?{query}", as_="admin").status_code == 400
    for name in ("password", "password-hash"):
        filtered = f'/v1/users?filter=[{{"name":"{name}","op":"like","val":"%"}}]'
        assert client.get(filtered, as_="super-admin").status_code == 400


@pytest.mark.parametrize("email", ["owner@example.org", "OWNER@example.org", " owner@example.org"])
def test_taken_address_is_409(client: Any, email: str, recorded: Recorded) -> None:
    assert fault(register(client, email)) == (409, "email-taken", "/data/attributes/email")
    assert recorded() == set()


def test_address_of_a_deleted_account_is_free(client: Any) -> None:
    assert register(client, "deleted@example.org").status_code == 201


def test_of_many_registrations_at_once_one_gets_through(client: Any, run: Run) -> None:
    emails = ["twin@example.org", "Twin@example.org", "TWIN@EXAMPLE.ORG", "twin@Example.org"]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda e: register(client, e).status_code, emails))
    assert sorted(statuses) == [201, 409, 409, 409]
    assert run("SELECT count(*) FROM users WHERE lower(email) = 'twin@example.org'")[0][0] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "no address"),
        ("email", "x" * 250 + "@example.org"),
        ("email", None),
        ("password", "1234567"),
        ("password", "x" * 129),
        ("password", None),
        ("first-name", "x" * 256),
        ("avatar-url", "javascript:alert(1)"),
        ("facebook-url", "no url"),
    ],
)
def test_bad_value_is_422_with_its_pointer(client: Any, name: str, value: Any) -> None:
    status, _, pointer = fault(register(client, **{name: value}))
    assert (status, pointer) == (422, f"/data/attributes/{name}")


@pytest.mark.parametrize("missing", ["email", "password"])
def test_address_and_password_are_required(client: Any, missing: str) -> None:
    given = {"email": "new@example.org", "password": "a long password"}
    del given[missing]
    answer = client.post("/v1/users", document("user", None, given))
    assert fault(answer)[::2] == (422, f"/data/attributes/{missing}")


@pytest.mark.parametrize("password", ["x" * 8, "x" * 64, "x" * 128, "pässwörter ☃"])
def test_good_password_is_accepted_whole(client: Any, password: str) -> None:
    assert register(client, password=password).status_code == 201
    for tried, status in ((password, 200), (password[:-1], 401)):
        body = {"email": "new@example.org", "password": tried}
        assert client.rpc("/auth/session", body).status_code == status


@pytest.mark.parametrize("name", PROTECTED)
def test_nobody_registers_as_more_than_they_are(client: Any, name: str, recorded: Recorded) -> None:
    answer = register(client, **{name: True})
    assert fault(answer)[::2] == (403, f"/data/attributes/{name}")
    assert recorded() == set()
    assert register(client, **{name: False}).status_code == 201


@pytest.mark.parametrize("name", ["is-super-admin", "is-user-owner", "created-at", "facebook-id"])
def test_read_only_attributes_are_ignored(client: Any, name: str) -> None:
    answer = register(client, **{name: True})
    assert answer.status_code == 201
    assert attributes(answer)[name] is not True


# -- reading -----------------------------------------------------------------------------

VISIBLE = {
    # user 6 is track organizer of event 1, without a public profile; 11 has a public one;
    # 9 and 11 have bought at event 1, whose owner sees its buyers.
    6: {
        "anonymous": None, "registered": None, "other-owner": None, "moderator": None,
        "track-organizer": "self", "coorganizer": "team", "organizer": "team", "owner": "team",
        "admin": "self", "super-admin": "self",
    },
    9: {"anonymous": None, "registered": "self", "owner": "team", "admin": "self"},
    11: {
        "anonymous": "public", "registered": "public", "other-owner": "self",
        "owner": "team", "admin": "self", "super-admin": "self",
    },
    12: {"anonymous": None, "owner": None, "admin": "self"},
    13: {"anonymous": None, "owner": None, "admin": None, "super-admin": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "who", "tier"),
    [(id_, who, tier) for id_, row in VISIBLE.items() for who, tier in row.items()],
)
def test_everybody_sees_what_they_may_of_somebody(
    client: Any, id_: int, who: str, tier: str | None
) -> None:
    answer = client.get(f"/v1/users/{id_}", as_=None if who == "anonymous" else who)
    if tier is None:
        assert answer.status_code == 404
        return
    shown = {"public": PUBLIC, "team": PUBLIC | {"email"}, "self": EVERYTHING}[tier]
    assert set(attributes(answer)) == shown


def test_blocked_account_has_no_public_profile(client: Any, run: Run) -> None:
    run("UPDATE users SET is_profile_public = true WHERE id = 12")
    assert client.get("/v1/users/12").status_code == 404
    assert client.get("/v1/users/12", as_="owner").status_code == 404


def test_team_of_a_deleted_event_sees_nobody_by_it(client: Any, run: Run) -> None:
    run("INSERT INTO users_events_roles (event_id, user_id, role_id) VALUES (4, 2, 4)")
    assert client.get("/v1/users/2", as_="owner").status_code == 404
    run("UPDATE users_events_roles SET event_id = 3 WHERE user_id = 2")
    assert client.get("/v1/users/2", as_="owner").status_code == 200


def test_included_people_show_no_more_than_their_own_route(client: Any) -> None:
    path = "/v1/events/1/users-events-roles?include=user"
    answer = client.get(path, as_="coorganizer")
    shown = {r["id"]: set(r["attributes"]) for r in answer.json["included"]}
    assert shown["6"] == PUBLIC | {"email"}
    assert shown["5"] == EVERYTHING


@pytest.mark.parametrize("who", ["registered", "owner", "organizer", "other-owner"])
def test_list_of_users_is_for_staff(client: Any, who: str) -> None:
    assert client.get("/v1/users").status_code == 401
    assert client.get("/v1/users", as_=who).status_code == 403


def test_staff_finds_users(client: Any) -> None:
    answer = client.get("/v1/users?sort=-created-at,id&page[size]=5", as_="admin")
    assert answer.json["meta"]["count"] == 12
    assert ids(answer) == ["1", "2", "3", "4", "5"]
    found = '/v1/users?filter=[{"name":"email","op":"ilike","val":"track%"}]'
    assert ids(client.get(found, as_="admin")) == ["6"]


def test_flags_tell_which_roles_somebody_has(client: Any, run: Run) -> None:
    shown = attributes(client.get("/v1/users/4", as_="organizer"))
    flags = {name for name, value in shown.items() if name.startswith("is-user-") and value}
    assert flags == {"is-user-organizer"}
    run("UPDATE users_events_roles SET event_id = 4 WHERE id = 2")
    shown = attributes(client.get("/v1/users/4", as_="organizer"))
    assert not shown["is-user-organizer"]


def test_events_of_a_user_by_role(client: Any) -> None:
    def events(path: str, who: str | None) -> list[str]:
        return ids(client.get(f"/v1/users/{path}?page[size]=0&sort=id", as_=who))

    assert events("3/events", "owner") == ["1", "3"]
    assert events("3/owner-events", "owner") == ["1", "3"]
    assert events("3/organizer-events", "owner") == []
    assert events("4/organizer-events", "organizer") == ["1"]
    assert events("5/coorganizer-events", "coorganizer") == ["1"]
    assert events("6/track-organizer-events", "track-organizer") == ["1"]
    assert events("7/moderator-events", "moderator") == ["1"]
    assert events("8/registrar-events", "registrar") == ["1"]
    assert events("3/events", None) == ["1"]
    assert client.get("/v1/users/4/events").status_code == 404


def test_somebody_with_two_roles_on_an_event_has_it_once(client: Any, run: Run) -> None:
    run("INSERT INTO users_events_roles (event_id, user_id, role_id) VALUES (1, 7, 6)")
    answer = client.get("/v1/users/7/events", as_="moderator")
    assert ids(answer) == ["1"]
    assert answer.json["meta"]["count"] == 1
    assert included(client.get("/v1/users/7?include=events", as_="moderator")) == {("event", "1")}


# -- changing ----------------------------------------------------------------------------


def test_everybody_changes_their_own_account(client: Any) -> None:
    given = {"first-name": "Roxana", "details": "Hello", "is-profile-public": True}
    answer = client.patch("/v1/users/9", document("user", 9, given), as_="registered")
    assert answer.status_code == 200
    shown = attributes(answer)
    assert {name: shown[name] for name in given} == given
    assert shown["last-name"] == "Tesfaye"


@pytest.mark.parametrize("who", ["owner", "registered"])
def test_nobody_changes_or_deletes_somebody_else(client: Any, who: str) -> None:
    sent = document("user", 11, {"first-name": "Mallory"})
    assert client.patch("/v1/users/11", sent, as_=who).status_code == 403
    assert client.delete("/v1/users/11", as_=who).status_code == 403
    assert client.patch("/v1/users/6", document("user", 6), as_="other-owner").status_code == 404
    assert client.patch("/v1/users/11", sent).status_code == 401


@pytest.mark.parametrize("name", PROTECTED)
def test_only_staff_sets_protected_attributes(client: Any, name: str) -> None:
    present = attributes(client.get("/v1/users/9", as_="registered"))[name]
    other = document("user", 9, {name: not present})
    refusal = client.patch("/v1/users/9", other, as_="registered")
    assert fault(refusal)[::2] == (403, f"/data/attributes/{name}")
    allowed = {"admin", "super-admin"} if PROTECTED[name] == "admin" else {"super-admin"}
    for who in ("admin", "super-admin"):
        answer = client.patch("/v1/users/9", other, as_=who)
        assert answer.status_code == (200 if who in allowed else 403)


def test_whole_account_can_be_sent_back(client: Any, run: Run) -> None:
    shown = client.get("/v1/users/9", as_="registered").json["data"]
    shown["attributes"]["last-name"] = "T."
    del shown["links"]
    answer = client.patch("/v1/users/9", {"data": shown}, as_="registered")
    assert answer.status_code == 200
    assert attributes(answer)["is-verified"] is True
    assert run("SELECT is_verified FROM users WHERE id = 9")[0].is_verified


def test_is_admin_is_assigned_not_toggled(client: Any) -> None:
    for value in (True, True, False, False):
        sent = document("user", 9, {"is-admin": value})
        answer = client.patch("/v1/users/9", sent, as_="super-admin")
        assert attributes(answer)["is-admin"] is value


def test_admin_changes_no_super_admin(client: Any) -> None:
    for given in ({"email": "mallory@example.org"}, {"is-blocked": True}, {"first-name": "M"}):
        answer = client.patch("/v1/users/1", document("user", 1, given), as_="admin")
        assert answer.status_code == 403
    assert client.delete("/v1/users/1", as_="admin").status_code == 403
    assert client.delete("/v1/users/1", as_="super-admin").status_code == 403


def test_another_address_is_unverified_until_its_mail_is_read(
    client: Any, recorded: Recorded
) -> None:
    sent = document("user", 9, {"email": "rahel.t@example.org"})
    shown = attributes(client.patch("/v1/users/9", sent, as_="registered"))
    assert (shown["email"], shown["is-verified"]) == ("rahel.t@example.org", False)
    assert recorded() == {"EmailChanged"}


def test_another_spelling_of_the_address_stays_verified(client: Any, recorded: Recorded) -> None:
    sent = document("user", 9, {"email": "Registered@Example.org"})
    shown = attributes(client.patch("/v1/users/9", sent, as_="registered"))
    assert (shown["email"], shown["is-verified"]) == ("Registered@Example.org", True)
    assert recorded() == set()


def test_address_of_somebody_else_is_409(client: Any) -> None:
    sent = document("user", 9, {"email": "Owner@example.org"})
    answer = client.patch("/v1/users/9", sent, as_="registered")
    assert fault(answer) == (409, "email-taken", "/data/attributes/email")


@pytest.mark.parametrize("given", [{"email": "r@example.org"}, {"password": "another password"}])
def test_address_and_password_need_a_fresh_token(client: Any, given: dict[str, str]) -> None:
    stale = client.signer.access(9, expires_in=60, fresh=False)
    answer = client.patch(
        "/v1/users/9", document("user", 9, given), headers={"Authorization": f"JWT {stale}"}
    )
    assert fault(answer)[:2] == (401, "fresh-token-required")


def test_password_in_a_document_ends_older_tokens(client: Any, recorded: Recorded) -> None:
    sent = document("user", 9, {"password": "another password"})
    assert client.patch("/v1/users/9", sent, as_="registered").status_code == 200
    assert recorded() == {"PasswordChanged"}
    assert client.get("/v1/users/9", as_="registered").status_code == 401


def test_staff_sets_nobody_elses_password(client: Any) -> None:
    sent = document("user", 9, {"password": "another password"})
    for who in ("admin", "super-admin"):
        assert client.patch("/v1/users/9", sent, as_=who).status_code == 403


# -- deleting ----------------------------------------------------------------------------


def test_deleted_account_disappears_and_frees_its_address(client: Any) -> None:
    answer = client.delete("/v1/users/9", as_="registered")
    assert answer.json["meta"]["message"] == "Object successfully deleted"
    assert client.get("/v1/users/9", as_="admin").status_code == 404
    assert register(client, "registered@example.org").status_code == 201
    restore = document("user", 9, {"deleted-at": None})
    assert client.patch("/v1/users/9", restore, as_="admin").status_code == 409


def test_deleted_account_can_be_restored_by_staff(client: Any) -> None:
    assert client.delete("/v1/users/9", as_="admin").status_code == 200
    restore = document("user", 9, {"deleted-at": None})
    assert client.patch("/v1/users/9", restore, as_="admin").status_code == 200
    assert client.get("/v1/users/9", as_="admin").status_code == 200


@pytest.mark.parametrize("id_", [3, 4, 8, 11])
def test_people_with_live_event_roles_cannot_be_deleted(client: Any, id_: int) -> None:
    assert fault(client.delete(f"/v1/users/{id_}", as_="admin"))[:2] == (403, "has-event-roles")


def test_roles_on_deleted_events_do_not_keep_an_account(client: Any, run: Run) -> None:
    run("UPDATE events SET deleted_at = now() WHERE id = 2")
    run("UPDATE groups SET deleted_at = now() WHERE id = 2")
    assert client.delete("/v1/users/11", as_="other-owner").status_code == 200
