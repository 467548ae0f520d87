"""Invitations to a role on an event: who invites whom, and what accepting means."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openevent.areas.identity.domain_events import RoleRemoved
from openevent.areas.teams.domain_events import RoleInviteAccepted, RoleInvited
from openevent.areas.teams.world import (
    DECLINED_INVITE_TOKEN,
    EXPIRED_INVITE_TOKEN,
    ROLE_INVITE_TOKEN,
)
from openevent.work.unit import DomainEvent
from tests.areas.documents import document, fault, ids, linkage

Run = Callable[..., list[Any]]
Recorded = list[DomainEvent]
MailToken = Callable[[int], str]

#: Roles by name in the demo world.
OWNER, ORGANIZER, COORGANIZER, TRACK_ORGANIZER, MODERATOR, REGISTRAR = range(1, 7)

RESEND = "/v1/role-invites/{}/resend-invite"
ACCEPT = "/v1/role_invites/accept-invite"
DECLINE = "/v1/role_invites/decline-invite"
ADDRESS = "/v1/role_invites/user"


def invite(
    client: Any, who: str | None, email: str, role: int = REGISTRAR, *, event: int = 1
) -> Any:
    sent = document(
        "role-invite", None, {"email": email}, event=("event", event), role=("role", role)
    )
    return client.post("/v1/role-invites", sent, as_=who)


def answer(client: Any, path: str, token: str | None, who: str | None = None) -> Any:
    return client.rpc(path, {"data": {"token": token}}, as_=who)


def grants(run: Run, event: int = 1) -> set[tuple[int, str]]:
    """Return who has which role on an event."""
    found = run(
        "SELECT g.user_id, r.name FROM users_events_roles g JOIN roles r ON r.id = g.role_id"
        " WHERE g.event_id = :event",
        event=event,
    )
    return {(row.user_id, row.name) for row in found}


def invited_to_own(client: Any, mail_token: MailToken, email: str, who: str = "owner") -> str:
    """Invite somebody to own event 1 and return the mailed token."""
    made = invite(client, who, email, OWNER)
    assert made.status_code == 201, made.text
    return mail_token(int(made.json["data"]["id"]))


# -- inviting ------------------------------------------------------------------------------


def test_invitation_is_pending_without_a_token_until_its_mail_is_sent(
    client: Any, run: Run, recorded: Recorded, mail_token: MailToken
) -> None:
    made = invite(client, "organizer", "ada@example.org", COORGANIZER)
    assert made.status_code == 201
    attributes = made.json["data"]["attributes"]
    assert attributes["status"] == "pending"
    assert attributes["role-name"] == "coorganizer"
    assert attributes["expires-at"] is None
    assert recorded == [RoleInvited(1001, mail=1)]
    (row,) = run("SELECT hash, inviter_id FROM role_invites WHERE id = 1001")
    assert (row.hash, row.inviter_id) == (None, 4)

    token = mail_token(1001)
    assert len(token) >= 43
    (row,) = run("SELECT hash FROM role_invites WHERE id = 1001")
    assert token.encode() not in bytes(row.hash)
    assert token not in client.get("/v1/role-invites/1001", as_="owner").text


def test_invitation_is_never_repointed(client: Any) -> None:
    """The predecessor let anybody point an invitation at another role or event."""
    for name, other in (("role", linkage("role", OWNER)), ("event", linkage("event", 2))):
        path = f"/v1/role-invites/1/relationships/{name}"
        assert client.patch(path, {"data": other}, as_="owner").status_code == 405
        assert client.patch(path, {"data": other}).status_code == 405
    changed = document("role-invite", 1, {"status": "accepted"})
    assert client.patch("/v1/role-invites/1", changed, as_="owner").status_code == 405


def test_status_in_a_document_accepts_nothing(client: Any, run: Run) -> None:
    sent = document(
        "role-invite",
        None,
        {"email": "other-owner@example.org", "status": "accepted", "hash": "known"},
        event=("event", 1),
        role=("role", REGISTRAR),
    )
    made = client.post("/v1/role-invites", sent, as_="organizer")
    assert made.json["data"]["attributes"]["status"] == "pending"
    assert (11, "registrar") not in grants(run)


@pytest.mark.parametrize(
    "email", ["newcomer@example.org", "Newcomer@Example.ORG", " newcomer@example.org "]
)
def test_address_has_one_open_invitation_to_an_event(client: Any, email: str) -> None:
    refused = invite(client, "organizer", email)
    assert fault(refused) == (409, "invited-already", "/data/attributes/email")
    assert invite(client, "owner", email, event=3).status_code == 201


def test_who_declined_may_be_invited_again(client: Any) -> None:
    assert invite(client, "organizer", "other-owner@example.org").status_code == 201


@pytest.mark.parametrize("email", ["moderator@example.org", "OWNER@example.org"])
def test_who_has_a_role_is_not_invited(client: Any, email: str, recorded: Recorded) -> None:
    assert fault(invite(client, "organizer", email))[:2] == (409, "has-role")
    assert recorded == []


def test_invitations_at_the_same_moment_leave_one(client: Any, run: Run) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: invite(client, "owner", "ada@example.org"), range(4)))
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
    assert len(run("SELECT 1 FROM role_invites WHERE email = 'ada@example.org'")) == 1


def test_mails_to_one_address_are_limited_whoever_sends_them(client: Any) -> None:
    for n in range(10):
        assert (
            client.rpc(RESEND.format(2), {}, as_="owner" if n % 2 else "admin").status_code == 200
        )
    refused = client.rpc(RESEND.format(2), {}, as_="organizer")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert client.rpc(RESEND.format(1), {}, as_="organizer").status_code == 200


# -- the token -------------------------------------------------------------------------------


def test_resending_kills_the_old_token_at_once(
    client: Any, mail_token: MailToken, recorded: Recorded
) -> None:
    assert client.rpc(RESEND.format(1), {}, as_="organizer").status_code == 200
    assert answer(client, ACCEPT, ROLE_INVITE_TOKEN, "registered").status_code == 404
    assert answer(client, ADDRESS, ROLE_INVITE_TOKEN).status_code == 404
    assert recorded == [RoleInvited(1, mail=2)]
    first, second = mail_token(1), mail_token(1)
    assert answer(client, ACCEPT, first, "registered").status_code == 404
    assert answer(client, ACCEPT, second, "registered").status_code == 200


def test_token_is_not_made_for_what_is_no_longer_wanted(client: Any, mail_token: MailToken) -> None:
    assert mail_token(3) is None  # Accepted.
    assert mail_token(5) is None  # Declined.
    assert client.delete("/v1/role-invites/1", as_="owner").status_code == 200
    assert mail_token(1) is None


def test_expired_invitation_is_gone_until_it_is_sent_again(
    client: Any, mail_token: MailToken, run: Run
) -> None:
    before = grants(run)
    for path in (ACCEPT, DECLINE, ADDRESS):
        refused = answer(client, path, EXPIRED_INVITE_TOKEN, "unverified")
        assert fault(refused)[:2] == (410, "invite-expired")
    assert grants(run) == before
    assert client.rpc(RESEND.format(4), {}, as_="organizer").status_code == 200
    assert answer(client, ACCEPT, mail_token(4), "unverified").status_code == 200


# -- accepting -------------------------------------------------------------------------------


def test_accepting_gives_the_role_once_and_verifies_the_address(
    client: Any, run: Run, recorded: Recorded, mail_token: MailToken
) -> None:
    run("UPDATE role_invites SET expires_at = '2099-01-01Z' WHERE id = 4")
    accepted = answer(client, ACCEPT, EXPIRED_INVITE_TOKEN, "unverified")
    assert accepted.json == {
        "email": "unverified@example.org",
        "event": 1,
        "event_identifier": "a5b1c2d3",
        "name": "Uwe Petersen",
        "role": "registrar",
    }
    accepted_once = [RoleInviteAccepted(4, event_id=1, user_id=10, role_id=REGISTRAR)]
    assert (10, "registrar") in grants(run)
    assert run("SELECT is_verified FROM users WHERE id = 10") == [(True,)]
    assert recorded == accepted_once
    again = answer(client, ACCEPT, EXPIRED_INVITE_TOKEN, "unverified")
    assert fault(again)[:2] == (409, "invite-accepted")
    assert recorded == accepted_once


@pytest.mark.parametrize("who", ["other-owner", "owner", "admin", "super-admin"])
def test_nobody_else_answers_an_invitation(
    client: Any, run: Run, recorded: Recorded, who: str
) -> None:
    before = grants(run)
    for path in (ACCEPT, DECLINE):
        refused = answer(client, path, ROLE_INVITE_TOKEN, who)
        assert fault(refused)[:2] == (403, "other-address")
        assert answer(client, path, ROLE_INVITE_TOKEN).status_code == 401
    assert (grants(run), recorded) == (before, [])
    assert run("SELECT status FROM role_invites WHERE id = 1") == [("pending",)]


def test_token_tells_strangers_the_address_and_no_more(client: Any) -> None:
    assert answer(client, ADDRESS, ROLE_INVITE_TOKEN).json == {"email": "registered@example.org"}
    assert answer(client, ADDRESS, "guessed").status_code == 404
    assert client.rpc(ADDRESS, {"data": {"token": 5}}).status_code == 400
    assert client.rpc(ADDRESS, {}).status_code == 400


def test_token_accepted_twice_at_once_gives_one_role(client: Any, run: Run) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = pool.map(
            lambda _: answer(client, ACCEPT, ROLE_INVITE_TOKEN, "registered").status_code, range(8)
        )
        assert sorted(codes) == [200] + [409] * 7
    held = run("SELECT 1 FROM users_events_roles WHERE event_id = 1 AND user_id = 9")
    assert len(held) == 1


def test_invitation_to_a_deleted_event_is_gone_with_it(client: Any, run: Run) -> None:
    run("UPDATE events SET deleted_at = now() WHERE id = 1")
    assert answer(client, ACCEPT, ROLE_INVITE_TOKEN, "registered").status_code == 404
    assert answer(client, ADDRESS, ROLE_INVITE_TOKEN).status_code == 404


def test_accepting_is_for_who_got_the_role_meanwhile_too(client: Any, run: Run) -> None:
    run(
        "INSERT INTO users_events_roles (event_id, user_id, role_id) VALUES (1, 9, :role)",
        role=MODERATOR,
    )
    assert answer(client, ACCEPT, ROLE_INVITE_TOKEN, "registered").status_code == 200
    assert len(run("SELECT 1 FROM users_events_roles WHERE event_id = 1 AND user_id = 9")) == 1


def test_declining_gives_nothing_and_ends_the_token(
    client: Any, run: Run, recorded: Recorded
) -> None:
    assert answer(client, DECLINE, ROLE_INVITE_TOKEN, "registered").json == {"success": True}
    refused = answer(client, ACCEPT, ROLE_INVITE_TOKEN, "registered")
    assert fault(refused)[:2] == (409, "invite-declined")
    assert 9 not in {user for user, _ in grants(run)}
    assert recorded == []
    assert answer(client, ADDRESS, DECLINED_INVITE_TOKEN).status_code == 409


def test_role_taken_away_takes_its_invitation_along(client: Any, recorded: Recorded) -> None:
    assert fault(client.delete("/v1/role-invites/3", as_="owner"))[:2] == (409, "invite-accepted")
    assert client.delete("/v1/users-events-roles/2", as_="owner").status_code == 200
    assert client.get("/v1/role-invites/3", as_="owner").status_code == 404
    assert recorded == [RoleRemoved(event_id=1, user_id=4, role_id=ORGANIZER)]
    assert invite(client, "owner", "organizer@example.org").status_code == 201


# -- who owns an event -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["organizer", "coorganizer", "other-owner"])
def test_only_the_owner_invites_a_new_owner(client: Any, who: str, mail_token: MailToken) -> None:
    refused = invite(client, who, "registered@example.net", OWNER)
    assert refused.status_code == 403
    invited_to_own(client, mail_token, "ada@example.org")
    if who == "organizer":
        assert fault(client.delete("/v1/role-invites/1001", as_=who))[:2] == (403, "owner-only")
        assert client.rpc(RESEND.format(1001), {}, as_=who).status_code == 403
    assert client.get("/v1/role-invites/1001", as_="owner").status_code == 200


def test_new_owner_makes_the_old_one_an_organizer(
    client: Any, run: Run, mail_token: MailToken
) -> None:
    token = invited_to_own(client, mail_token, "coorganizer@example.org")
    assert answer(client, ACCEPT, token, "coorganizer").status_code == 200
    found = grants(run)
    assert {(5, "owner"), (3, "organizer")} <= found
    assert not {(3, "owner"), (5, "coorganizer")} & found
    assert ids(client.get("/v1/users/5/owner-events", as_="coorganizer")) == ["1"]
    assert invite(client, "owner", "ada@example.org", OWNER).status_code == 403
    assert invite(client, "coorganizer", "ada@example.org", OWNER).status_code == 201


def test_invitation_to_own_replaces_the_one_before(
    client: Any, mail_token: MailToken, run: Run
) -> None:
    first = invited_to_own(client, mail_token, "other-owner@example.org")
    second = invited_to_own(client, mail_token, "organizer@example.org", "admin")
    assert answer(client, ACCEPT, first, "other-owner").status_code == 404
    assert answer(client, ACCEPT, second, "organizer").status_code == 200
    assert {user for user, role in grants(run) if role == "owner"} == {4}


def test_event_keeps_exactly_one_owner_when_two_take_it_at_once(
    client: Any, run: Run, mail_token: MailToken
) -> None:
    """Two open invitations cannot be made over HTTP, so the second is put there."""
    first = invited_to_own(client, mail_token, "other-owner@example.org")
    run("DROP INDEX uq_role_invites_event_id_owner")
    try:
        run(
            "INSERT INTO role_invites (id, email, role_name, role_id, event_id)"
            " VALUES (2000, 'coorganizer@example.org', 'owner', 1, 1)"
        )
        second = mail_token(2000)
        pairs = [(first, "other-owner"), (second, "coorganizer")] * 2
        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(lambda pair: answer(client, ACCEPT, *pair).status_code, pairs))
    finally:
        run("DELETE FROM role_invites")
        run(
            "CREATE UNIQUE INDEX uq_role_invites_event_id_owner ON role_invites (event_id)"
            " WHERE status = 'pending' AND role_name = 'owner'"
        )
    assert set(codes) <= {200, 409}
    assert 1 <= codes.count(200) <= 2
    assert len(run("SELECT 1 FROM users_events_roles WHERE event_id = 1 AND is_owner")) == 1


def test_second_owner_is_refused_by_the_database(run: Run) -> None:
    with pytest.raises(Exception, match="uq_users_events_roles_event_id_owner"):
        run(
            "INSERT INTO users_events_roles (event_id, user_id, role_id) VALUES (1, 9, :role)",
            role=OWNER,
        )
    with pytest.raises(Exception, match="uq_users_events_roles_event_id_owner"):
        run("UPDATE users_events_roles SET role_id = :role WHERE id = 2", role=OWNER)
