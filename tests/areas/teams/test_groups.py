"""Groups: who runs them and what that means for their events, following, announcing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openevent.areas.teams.domain_events import EventAnnounced, GroupContacted, GroupRoleInvited
from openevent.areas.teams.operations import group_roles
from openevent.areas.teams.world import GROUP_INVITE_TOKEN
from openevent.work.unit import DomainEvent, UnitOfWork
from tests.areas.documents import document, fault, ids, linkage

Run = Callable[..., list[Any]]
Recorded = list[DomainEvent]

OWNER, ORGANIZER, COORGANIZER, TRACK_ORGANIZER, MODERATOR, REGISTRAR = range(1, 7)
ACCEPT = "/v1/users-groups-roles/accept-invite"
ANNOUNCE = "/v1/groups/1/events/{}/announce"


def join(run: Run, user: int, role: int, *, group: int = 1, accepted: bool = True) -> None:
    """Give somebody a role in a group."""
    run(
        "INSERT INTO users_groups_roles (group_id, user_id, role_id, email, accepted)"
        " VALUES (:group, :user, :role, :email, :accepted)",
        group=group,
        user=user if accepted else None,
        role=role,
        email=f"member-{user}@example.org",
        accepted=accepted,
    )


def put(client: Any, who: str, event: int, group: int | None) -> Any:
    """Put an event into a group, or take it out of its own."""
    sent = document("event", event, group=group and ("group", group))
    return client.patch(f"/v1/events/{event}", sent, as_=who)


def rename(client: Any, who: str, event: int = 1) -> int:
    sent = document("event", event, {"name": f"Named by {who}"})
    return int(client.patch(f"/v1/events/{event}", sent, as_=who).status_code)


# -- what a role in a group means on its events ---------------------------------------------


@pytest.mark.parametrize("role", [OWNER, ORGANIZER, COORGANIZER])
def test_role_in_a_group_runs_its_events(client: Any, run: Run, role: int) -> None:
    """The predecessor asked whether the group had any organizer, not whether it was the caller."""
    run("UPDATE events SET group_id = 1 WHERE id = 3")
    assert client.get("/v1/events/3", as_="registered").status_code == 404
    join(run, 9, role)
    for event in (1, 3):
        assert rename(client, "registered", event) == 200
    assert "bank-details" in client.get("/v1/events/1", as_="registered").json["data"]["attributes"]
    assert ids(client.get("/v1/events?sort=id", as_="registered")) == ["1", "2", "3"]
    assert len(ids(client.get("/v1/events/1/users-events-roles", as_="registered"))) == 6
    assert len(ids(client.get("/v1/events/1/role-invites", as_="registered"))) == 5
    assert client.get("/v1/users/6", as_="registered").status_code == 200
    assert client.get("/v1/users/6", as_="other-owner").status_code == 404


@pytest.mark.parametrize("role", [TRACK_ORGANIZER, MODERATOR, REGISTRAR])
def test_lesser_role_in_a_group_sees_its_drafts_and_changes_nothing(
    client: Any, run: Run, role: int
) -> None:
    run("UPDATE events SET group_id = 1 WHERE id = 3")
    join(run, 9, role)
    assert client.get("/v1/events/3", as_="registered").status_code == 200
    assert rename(client, "registered") == 403
    shown = client.get("/v1/events/1", as_="registered").json["data"]["attributes"]
    assert "bank-details" not in shown


def test_owner_of_a_group_owns_none_of_its_events(client: Any, run: Run) -> None:
    join(run, 9, OWNER)
    sent = document(
        "role-invite", None, {"email": "ada@example.org"}, event=("event", 1), role=("role", OWNER)
    )
    assert client.post("/v1/role-invites", sent, as_="registered").status_code == 403
    assert fault(put(client, "registered", 1, None))[:2] == (403, "owner-only")


def test_nothing_is_gained_without_the_group(client: Any, run: Run) -> None:
    join(run, 9, ORGANIZER, accepted=False)
    join(run, 10, ORGANIZER, group=2)
    for who in ("registered", "unverified"):
        assert rename(client, who) == 403
    join(run, 7, COORGANIZER)
    assert rename(client, "moderator") == 200
    assert put(client, "owner", 1, None).status_code == 200
    assert rename(client, "moderator") == 403


def test_deleted_group_lets_go_of_its_events(client: Any, run: Run) -> None:
    join(run, 9, ORGANIZER)
    assert client.delete("/v1/groups/1", as_="organizer").status_code == 403
    assert client.delete("/v1/groups/1", as_="owner").status_code == 200
    assert client.get("/v1/events/1/group").json["data"] is None
    assert rename(client, "registered") == 403
    assert client.get("/v1/users-groups-roles/2", as_="organizer").status_code == 404
    assert client.get("/v1/user-follow-groups/1", as_="registered").status_code == 404


# -- events of a group ---------------------------------------------------------------------------


def test_only_who_owns_the_event_and_runs_the_group_puts_it_there(client: Any, run: Run) -> None:
    assert fault(put(client, "organizer", 1, None))[:2] == (403, "owner-only")
    assert fault(put(client, "owner", 3, 2))[:2] == (403, "not-your-group")
    assert put(client, "owner", 3, 3).status_code == 404
    assert put(client, "owner", 3, 1).status_code == 200
    join(run, 11, ORGANIZER)
    assert put(client, "other-owner", 2, 1).status_code == 200
    sent = {"data": linkage("group", 1)}
    assert client.patch("/v1/events/1/relationships/group", sent, as_="owner").status_code == 405


def test_event_is_made_in_a_group_by_who_runs_it(client: Any) -> None:
    attributes = {
        "name": "Winter Summit",
        "starts-at": "2031-12-01T09:00:00Z",
        "ends-at": "2031-12-02T17:00:00Z",
        "timezone": "Europe/Berlin",
    }
    sent = document("event", None, attributes, group=("group", 1))
    assert fault(client.post("/v1/events", sent, as_="registered"))[:2] == (403, "not-your-group")
    assert client.post("/v1/events", sent, as_="organizer").status_code == 201


def test_group_lists_its_events_without_drafts_and_private_ones(client: Any, run: Run) -> None:
    run("UPDATE events SET group_id = 1 WHERE id IN (2, 3)")
    path = "/v1/groups/1/events?sort=id"
    assert ids(client.get(path)) == ["1", "2"]
    run("UPDATE events SET privacy = 'private' WHERE id = 2")
    assert ids(client.get(path)) == ["1"]
    assert ids(client.get(path, as_="owner")) == ["1", "3"]


def test_event_that_gets_a_new_owner_leaves_its_group(
    client: Any, run: Run, mail_token: Callable[[int], str]
) -> None:
    sent = document(
        "role-invite",
        None,
        {"email": "moderator@example.org"},
        event=("event", 1),
        role=("role", OWNER),
    )
    made = client.post("/v1/role-invites", sent, as_="owner")
    token = mail_token(int(made.json["data"]["id"]))
    accepted = client.rpc(
        "/v1/role_invites/accept-invite", {"data": {"token": token}}, as_="moderator"
    )
    assert accepted.status_code == 200
    assert client.get("/v1/events/1/group").json["data"] is None
    assert client.get("/v1/events/1/owner").json["data"] is None  # No public profile.
    assert client.get("/v1/events/1/owner", as_="owner").json["data"]["id"] == "7"


# -- groups and their people ---------------------------------------------------------------------


def test_verified_user_makes_a_group_and_owns_it(client: Any, run: Run) -> None:
    sent = document("group", None, {"name": "Makers", "about": "<b>We</b><script>x</script>"})
    refused = client.post("/v1/groups", sent, as_="unverified")
    assert fault(refused)[:2] == (403, "unverified-user")
    made = client.post("/v1/groups", sent, as_="registered")
    assert made.json["data"]["attributes"]["about"] == "<b>We</b>"
    id_ = made.json["data"]["id"]
    assert client.get(f"/v1/groups/{id_}/user", as_="registered").json["data"]["id"] == "9"
    roles = client.get(f"/v1/groups/{id_}/users-groups-roles?include=role", as_="registered")
    assert roles.json["included"][0]["attributes"]["name"] == "owner"
    assert ids(client.get("/v1/users/9/groups", as_="registered")) == [id_]


def test_who_owns_a_group_is_not_deleted(client: Any, run: Run) -> None:
    run("UPDATE groups SET user_id = 9 WHERE id = 2")
    assert fault(client.delete("/v1/users/9", as_="registered"))[:2] == (403, "owns-group")


def test_invitation_to_a_group_is_accepted_once_by_the_invited(
    client: Any, run: Run, recorded: Recorded, work: UnitOfWork
) -> None:
    sent = document(
        "users-groups-role",
        None,
        {"email": "Unverified@Example.org "},
        group=("group", 2),
        role=("role", COORGANIZER),
    )
    made = client.post("/v1/users-groups-roles", sent, as_="other-owner")
    assert made.status_code == 201
    assert recorded == [GroupRoleInvited(1001, mail=1)]
    assert rename(client, "unverified", 2) == 403
    token = group_roles.issue_token(work, 1001)
    work.db.commit()
    assert client.rpc(ACCEPT, {"data": {"token": token}}, as_="registered").status_code == 403
    with ThreadPoolExecutor(4) as pool:
        codes = pool.map(
            lambda _: client.rpc(ACCEPT, {"data": {"token": token}}, as_="unverified").status_code,
            range(4),
        )
        assert sorted(codes) == [200, 409, 409, 409]
    assert rename(client, "unverified", 2) == 200
    assert run("SELECT is_verified FROM users WHERE id = 10") == [(True,)]
    assert group_roles.issue_token(work, 1001) is None


@pytest.mark.parametrize("email", ["ada@example.org", "moderator@example.org"])
def test_group_invites_whom_it_does_not_have(client: Any, run: Run, email: str) -> None:
    sent = document(
        "users-groups-role", None, {"email": email}, group=("group", 1), role=("role", ORGANIZER)
    )
    assert client.post("/v1/users-groups-roles", sent, as_="owner").status_code == 201
    assert client.post("/v1/users-groups-roles", sent, as_="owner").status_code == 409
    run("UPDATE users SET email = 'olive@example.org' WHERE id = 3")
    sent["data"]["attributes"]["email"] = "olive@example.org"
    assert client.post("/v1/users-groups-roles", sent, as_="owner").status_code == 409


def test_resending_kills_the_old_token_of_a_group(
    client: Any, recorded: Recorded, run: Run
) -> None:
    path = "/v1/group-role-invites/{}/resend-invite"
    assert client.rpc(path.format(3), {}, as_="owner").status_code == 200
    assert recorded == [GroupRoleInvited(3, mail=2)]
    answer = client.rpc(ACCEPT, {"data": {"token": GROUP_INVITE_TOKEN}}, as_="registered")
    assert answer.status_code == 404
    assert client.rpc(path.format(2), {}, as_="owner").status_code == 409


def test_group_roles_are_laid_down_and_taken_away_but_the_owners(client: Any, run: Run) -> None:
    for who in ("owner", "admin"):
        refused = client.delete("/v1/users-groups-roles/1", as_=who)
        assert fault(refused)[:2] == (403, "owner-stays")
    assert client.delete("/v1/users-groups-roles/2", as_="organizer").status_code == 200
    assert client.delete("/v1/groups/1", as_="organizer").status_code == 403
    join(run, 9, REGISTRAR)
    assert client.delete("/v1/users-groups-roles/3", as_="registered").status_code == 403
    assert client.delete("/v1/users-groups-roles/3", as_="owner").status_code == 200


def test_group_role_is_never_repointed(client: Any) -> None:
    for name, other in (("role", linkage("role", OWNER)), ("user", linkage("user", 9))):
        path = f"/v1/users-groups-roles/3/relationships/{name}"
        assert client.patch(path, {"data": other}, as_="owner").status_code == 405


# -- followers -----------------------------------------------------------------------------------


def follow(client: Any, who: str, group: int) -> Any:
    sent = document("user-follow-group", None, group=("group", group))
    return client.post("/v1/user-follow-groups", sent, as_=who)


def followers(client: Any, group: int = 1) -> int:
    found = client.get(f"/v1/groups/{group}").json["data"]["attributes"]["follower-count"]
    return int(found)


def test_group_is_followed_once_and_counted(client: Any) -> None:
    assert fault(follow(client, "registered", 1))[:2] == (409, "followed-already")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: follow(client, "coorganizer", 1), range(4)))
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
    assert followers(client) == 3
    id_ = next(a.json["data"]["id"] for a in made if a.status_code == 201)
    assert client.delete(f"/v1/user-follow-groups/{id_}", as_="coorganizer").status_code == 200
    assert followers(client) == 2


def test_who_follows_is_known_to_the_follower_and_the_group(client: Any) -> None:
    path = "/v1/groups/1/followers?sort=id"
    assert ids(client.get(path, as_="registered")) == ["1"]
    assert ids(client.get(path, as_="owner")) == ["1", "2"]
    assert ids(client.get(path)) == []
    assert ids(client.get("/v1/users/3/followed-groups", as_="registered")) == []


def test_caller_finds_the_own_following_of_a_group(client: Any) -> None:
    for who, found in (("registered", "1"), ("organizer", "2"), ("owner", None), (None, None)):
        answer = client.get("/v1/groups/1/follower", as_=who)
        assert (answer.json["data"] or {}).get("id") == found
    listed = client.get("/v1/groups?include=follower", as_="organizer").json
    assert [resource["id"] for resource in listed["included"]] == ["2"]


# -- announcing and writing -----------------------------------------------------------------------


def test_event_is_announced_once_even_at_the_same_moment(
    client: Any, recorded: Recorded, run: Run
) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = pool.map(
            lambda n: (
                client.rpc(
                    ANNOUNCE.format("a5b1c2d3" if n % 2 else 1), {}, as_="organizer"
                ).status_code
            ),
            range(4),
        )
        assert sorted(codes) == [200, 409, 409, 409]
    announced = [event for event in recorded if isinstance(event, EventAnnounced)]
    assert announced == [EventAnnounced(event_id=1, group_id=1)]
    assert client.get("/v1/events/1").json["data"]["attributes"]["is-announced"] is True


def test_event_in_another_group_may_be_announced_anew(client: Any, run: Run) -> None:
    join(run, 11, ORGANIZER)
    assert put(client, "other-owner", 2, 1).status_code == 200
    assert client.rpc(ANNOUNCE.format(2), {}, as_="owner").status_code == 200


@pytest.mark.parametrize(
    ("state", "starts_at", "code"),
    [
        ("draft", "2030-05-01Z", "not-published"),
        ("published", "2020-05-01Z", "not-upcoming"),
    ],
)
def test_only_upcoming_published_events_are_announced(
    client: Any, run: Run, recorded: Recorded, state: str, starts_at: str, code: str
) -> None:
    moved = "starts_at = :start, ends_at = CAST(:start AS timestamptz) + interval '1 day'"
    run(f"UPDATE events SET state = :state, {moved} WHERE id = 1", state=state, start=starts_at)  # noqa: S608
    assert fault(client.rpc(ANNOUNCE.format(1), {}, as_="owner"))[:2] == (409, code)
    assert recorded == []
    assert run("SELECT is_announced FROM events WHERE id = 1") == [(False,)]


@pytest.mark.parametrize("key", ["2", "b6c2d3e4", "9999", "99999999999999999999", "nonsense"])
def test_event_of_others_is_not_announced(client: Any, recorded: Recorded, key: str) -> None:
    assert client.rpc(ANNOUNCE.format(key), {}, as_="owner").status_code == 404
    assert client.get(ANNOUNCE.format(1), as_="owner").status_code == 405
    assert recorded == []


def test_nobody_marks_an_event_as_announced(client: Any) -> None:
    sent = document("event", 2, {"is-announced": False})
    shown = client.patch("/v1/events/2", sent, as_="other-owner").json["data"]["attributes"]
    assert shown["is-announced"] is True


def test_message_to_a_group_is_passed_on(client: Any, recorded: Recorded) -> None:
    path = "/v1/groups/1/contact-organizer"
    assert client.rpc(path, {"email": " Hello? "}, as_="registered").json == {"success": True}
    assert recorded == [GroupContacted(group_id=1, user_id=9, message="Hello?")]
    for message in ("", " ", None, 5, "x" * 5001):
        assert client.rpc(path, {"email": message}, as_="registered").status_code == 400
    assert (
        client.rpc("/v1/groups/3/contact-organizer", {"email": "?"}, as_="owner").status_code == 404
    )
    assert len(recorded) == 1
