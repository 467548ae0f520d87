"""Who hears of what, how often, in which language; and who does not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from openevent.areas.communication.kinds import KINDS
from openevent.areas.communication.operations import mailing
from openevent.areas.events.domain_events import EventChanged, EventPublished
from openevent.areas.identity.domain_events import PasswordChanged, RoleGranted, RoleRemoved
from openevent.areas.programme.domain_events import (
    SessionNotified,
    SessionScheduled,
    SessionStateChanged,
    SessionSubmitted,
)
from openevent.areas.speakers.domain_events import SpeakerInviteAccepted, SpeakerInvited
from openevent.areas.teams.domain_events import (
    EventAnnounced,
    GroupContacted,
    GroupRoleInvited,
    RoleInvited,
)
from openevent.work.unit import DomainEvent, UnitOfWork
from tests.areas.communication.post import CODE, Post, Postbox

TEAM = {3, 4, 5, 6, 7, 8}
PUBLISHED = EventPublished(event_id=1)
SUBMITTED = SessionSubmitted(session_id=4)


def moved(key: str = "k1", user_id: int | None = 4, **more: Any) -> EventChanged:
    """Return that event 1 is at another place."""
    values = {"event_id": 1, "changed": ("location_name",), "changed_at": "2029-12-01T10:00:00Z"}
    return EventChanged(key=key, user_id=user_id, **(values | more))


def state(new: str, **more: Any) -> SessionStateChanged:
    """Return that session 4, of user 9, came into a state."""
    values = {"session_id": 4, "old": "pending", "send_email": True, "user_id": 4}
    return SessionStateChanged(new=new, **(values | more))


def told(post: Post) -> list[int]:
    """Return who was notified inside the application since the world was loaded."""
    found = post.query("SELECT user_id FROM notifications WHERE id > 1000 ORDER BY user_id")
    return [user_id for (user_id,) in found]


def written_to(post: Post) -> list[int | None]:
    """Return which accounts were written to."""
    return sorted((mail.user_id for mail in post.stored()), key=lambda id_: id_ or 0)


def test_a_team_hears_once_that_its_event_is_published(post: Post, box: Postbox) -> None:
    post.happen(PUBLISHED, PUBLISHED, times=2)
    assert set(written_to(post)) == set(told(post)) == TEAM
    assert len(box.mails) == len(told(post)) == len(TEAM)
    assert all(mail.subject == "Open Tech Summit is published" for mail in box.mails)
    assert "2030, 11:00\u202fAM (Europe/Berlin)" in box.mails[0].text


def test_many_recipients_are_written_to_in_batches_each_once(
    post: Post, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 2)
    post.happen(PUBLISHED, times=2)
    assert Counter(mail.recipient for mail in box.mails).most_common(1)[0][1] == 1
    assert set(written_to(post)) == set(told(post)) == TEAM


def test_those_who_are_concerned_hear_that_an_event_has_moved(post: Post, box: Postbox) -> None:
    post.happen(moved())
    # The team but for who moved it, and 9 and 11, who like it.
    assert written_to(post) == told(post) == [3, 5, 6, 7, 8, 9, 11]
    assert "Where: " in box.mails[0].text


@pytest.mark.parametrize(
    "event",
    [
        moved(changed=("name", "description")),
        moved(event_id=3),
        moved(event_id=4),
        moved(event_id=999_999),
        EventPublished(event_id=3),
        EventPublished(event_id=4),
    ],
)
def test_nobody_hears_of_other_changes_or_of_what_is_not_public(
    post: Post, box: Postbox, event: DomainEvent
) -> None:
    post.happen(event)
    assert (box.mails, told(post)) == ([], [])


def test_an_event_that_is_over_moves_nobody(post: Post, box: Postbox) -> None:
    post.query(
        "UPDATE events SET starts_at = now() - interval '2 days',"
        " ends_at = now() - interval '1 day' WHERE id = 1"
    )
    post.happen(moved())
    assert box.mails == []


def test_blocked_and_deleted_accounts_hear_nothing(post: Post, box: Postbox) -> None:
    post.query("UPDATE users SET is_blocked = true WHERE id = 5")
    post.query("UPDATE users SET deleted_at = now() WHERE id = 6")
    post.happen(PUBLISHED, PasswordChanged(user_id=12))
    post.happen(RoleInvited(invite_id=invite_to(post, "blocked@example.org"), mail=1))
    assert set(written_to(post)) == set(told(post)) == TEAM - {5, 6}
    assert not {mail.recipient for mail in box.mails} & {"blocked@example.org"}


def test_a_mail_to_somebody_who_is_blocked_meanwhile_is_not_sent(post: Post, box: Postbox) -> None:
    box.refusal = ConnectionRefusedError("no mail server")
    with pytest.raises(ConnectionRefusedError):
        post.happen(PasswordChanged(user_id=9))
    post.query("UPDATE users SET is_blocked = true WHERE id = 9")
    box.refusal = None
    post.happen()
    assert box.mails == []
    assert [mail.refused for mail in post.stored()] == ["it is no longer wanted"]


def test_nothing_is_written_when_the_change_is_rolled_back(post: Post, box: Postbox) -> None:
    work = UnitOfWork(open_db=post.open_db)
    work.db.connection()
    work.record(PUBLISHED)
    work.close()
    post.happen()
    assert (box.mails, told(post), post.query("TABLE outbox")) == ([], [], [])


def test_a_switch_turns_off_a_persons_mail_and_not_the_notification(
    post: Post, box: Postbox
) -> None:
    post.happen(SUBMITTED)
    # The world's organizer, 4, wants no mails about new papers.
    assert written_to(post) == [3]
    assert told(post) == [3, 4]
    assert box.mails[0].subject == "New session for Open Tech Summit: Batteries from Potatoes"


def test_a_switch_of_another_event_or_a_deleted_one_switches_nothing(
    post: Post, box: Postbox
) -> None:
    post.query("UPDATE email_notifications SET event_id = 2 WHERE id = 1")
    post.happen(SUBMITTED)
    post.query("DELETE FROM mails WHERE id > 2")
    assert len(box.mails) == 2
    post.query("UPDATE email_notifications SET event_id = 1, deleted_at = now() WHERE id = 1")
    post.happen(SUBMITTED)
    assert len(box.mails) == 4


def test_no_switch_is_one_that_is_on_and_so_is_null(post: Post, box: Postbox) -> None:
    post.query("UPDATE email_notifications SET new_paper = NULL WHERE id = 1")
    post.happen(SUBMITTED)
    assert written_to(post) == [3, 4]


def test_admins_switch_off_a_kind_of_mail_or_of_notification(post: Post, box: Postbox) -> None:
    post.query("UPDATE message_settings SET enabled = false WHERE action = 'event_published'")
    post.happen(PUBLISHED)
    assert (box.mails, set(told(post))) == ([], TEAM)
    post.query("UPDATE notification_settings SET enabled = false WHERE type = 'event_changed'")
    post.happen(moved())
    assert len(box.mails) == 7
    assert len(told(post)) == len(TEAM)
    post.query("UPDATE message_settings SET enabled = false")
    post.query("UPDATE notification_settings SET enabled = false")
    post.happen(SUBMITTED, PasswordChanged(user_id=9))
    assert len(box.mails) == 7


def test_everybody_reads_their_own_language(post: Post, box: Postbox) -> None:
    post.query("UPDATE users SET language_prefrence = 'de-AT' WHERE id = 3")
    post.query("UPDATE users SET language_prefrence = 'ar' WHERE id = 4")
    post.query("UPDATE users SET language_prefrence = 'tlh' WHERE id = 5")
    post.happen(PUBLISHED)
    mails = {mail.recipient.partition("@")[0]: mail for mail in box.mails}
    assert mails["owner"].subject == "Open Tech Summit ist veröffentlicht"
    assert "Hallo Olivia Brandt," in mails["owner"].text
    assert "Mittwoch, 1. Mai 2030" in mails["owner"].html
    assert mails["organizer"].subject == "نُشرت \u2068Open Tech Summit\u2069"
    assert '<html lang="ar" dir="rtl">' in mails["organizer"].html
    assert mails["coorganizer"].language == "en"
    titles = dict(post.query("SELECT user_id, title FROM notifications WHERE id > 1000"))
    assert titles[3] == mails["owner"].subject


def test_such_mails_can_be_ended_with_one_click(post: Post, box: Postbox) -> None:
    post.happen(PUBLISHED, PasswordChanged(user_id=9))
    *of_team, account = box.mails
    assert all(m.unsubscribe_url.startswith("https://api.example/v1/unsubscribe/") for m in of_team)
    assert all(m.unsubscribe_url in m.text and m.unsubscribe_url in m.html for m in of_team)
    assert account.unsubscribe_url == ""


@pytest.mark.parametrize(
    ("new", "subject"),
    [
        ("accepted", "Accepted: Batteries from Potatoes"),
        ("rejected", "Not accepted: Batteries from Potatoes"),
        ("confirmed", "Confirmed: Batteries from Potatoes"),
        ("canceled", "Cancelled: Batteries from Potatoes"),
        ("withdrawn", "Withdrawn: Batteries from Potatoes"),
        ("pending", None),
        ("draft", None),
    ],
)
def test_a_proposer_hears_of_the_states_that_matter(
    post: Post, box: Postbox, new: str, subject: str | None
) -> None:
    post.query("DELETE FROM speakers_sessions WHERE session_id = 4")
    post.happen(state(new, send_email=False))
    assert box.mails == []
    post.happen(state(new), state(new), times=2)
    assert [mail.subject for mail in box.mails] == ([subject] if subject else [])
    assert told(post) == ([9] if subject else [])


def test_a_state_that_comes_again_is_told_again(post: Post, box: Postbox) -> None:
    post.query("DELETE FROM speakers_sessions WHERE session_id = 4")
    for _ in range(2):
        post.query(
            "INSERT INTO session_state_changes (session_id, old_state, new_state, changed_at)"
            " VALUES (4, 'pending', 'accepted', now())"
        )
        post.happen(state("accepted"))
    assert len(box.mails) == 2


def test_a_place_in_the_schedule_is_told_and_its_loss(post: Post, box: Postbox) -> None:
    post.happen(SessionScheduled(session_id=1, key="a"), SessionScheduled(session_id=1, key="a"))
    (mail,) = (mail for mail in box.mails if mail.recipient == "registered@example.org")
    assert mail.subject == "When and where: Soldering for Everybody"
    assert "11:00\u202fAM (Europe/Berlin)" in mail.text
    assert "Room: Workshop Room" in mail.text
    box.mails.clear()
    post.query("UPDATE sessions SET starts_at = NULL, ends_at = NULL WHERE id = 1")
    post.happen(SessionScheduled(session_id=1, key="b"))
    assert {mail.subject for mail in box.mails} == {"Without a place: Soldering for Everybody"}


def test_a_message_is_passed_on_with_its_markup_and_nothing_that_runs(
    post: Post, box: Postbox
) -> None:
    post.happen(
        SessionNotified(
            session_id=1,
            subject="About\r\nyour <b>slides</b>",
            message="<p>Please send <b>them</b>.</p><p>Soon.</p><script>alert(1)</script>",
            bcc=("boss@example.org", "REGISTERED@example.org"),
            key="a",
        ),
        times=2,
    )
    mails = {mail.recipient: mail for mail in box.mails}
    assert {"registered@example.org", "boss@example.org"} <= mails.keys()
    assert len(mails) == len(box.mails)
    mail = mails["boss@example.org"]
    assert mail.subject == "About your <b>slides</b>"
    assert "<p>Please send <b>them</b>.</p>" in mail.html
    assert "script" not in mail.html
    assert "> Please send them.\n> Soon.\n" in mail.text
    assert "registered@example.org" not in mail.text


def test_without_a_message_the_state_is_told_again(post: Post, box: Postbox) -> None:
    note = SessionNotified(session_id=1, subject=None, message=None, bcc=(), key="a")
    post.happen(note)
    assert {mail.subject for mail in box.mails} == {"Accepted: Soldering for Everybody"}


def test_nobody_hears_of_a_session_that_is_gone(post: Post, box: Postbox) -> None:
    for id_ in (6, 999_999):
        post.happen(
            SessionSubmitted(session_id=id_),
            state("accepted", session_id=id_),
            SessionScheduled(session_id=id_, key="a"),
            SessionNotified(session_id=id_, subject=None, message=None, bcc=(), key="a"),
        )
    assert (box.mails, told(post)) == ([], [])


def invite_to(post: Post, email: str) -> int:
    """Return a new invitation to moderate event 1."""
    insert = (
        "INSERT INTO role_invites (email, role_name, role_id, event_id, inviter_id)"
        " SELECT '{}', name, id, 1, 4 FROM roles WHERE name = 'moderator' RETURNING id"
    )
    ((id_,),) = post.query(insert.format(email))
    return int(id_)


def test_an_invitation_is_mailed_with_a_token_that_is_stored_nowhere(
    client: Any, post: Post, box: Postbox
) -> None:
    invite = 1  # of the world, to user 9
    post.query("UPDATE role_invites SET inviter_id = 4 WHERE id = 1")
    post.happen(RoleInvited(invite_id=invite, mail=1), RoleInvited(invite_id=invite, mail=1))
    (mail,) = box.mails
    assert mail.subject == "You are invited to be Moderator of Open Tech Summit"
    assert told(post) == [9]
    code = CODE.search(mail.text)
    assert code is not None
    for table in ("mails", "outbox", "notifications", "role_invites"):
        assert code[1] not in str(post.query(f"TABLE {table}"))
    body = {"data": {"token": code[1]}}
    answer = client.rpc("/v1/role_invites/accept-invite", body, as_="registered")
    assert answer.status_code == 200, answer.text
    box.mails.clear()
    post.happen()
    # The owner, and who invited.
    assert {mail.recipient for mail in box.mails} == {"owner@example.org", "organizer@example.org"}
    assert {mail.subject for mail in box.mails} == {
        "Rahel Tesfaye is now Moderator of Open Tech Summit"
    }


def test_an_invitation_goes_to_who_has_no_account_too_and_not_once_it_is_withdrawn(
    post: Post, box: Postbox
) -> None:
    invite = invite_to(post, "stranger@example.org")
    post.happen(RoleInvited(invite_id=invite, mail=1))
    assert [mail.recipient for mail in box.mails] == ["stranger@example.org"]
    assert box.mails[0].text.startswith("Hello,\n")
    assert told(post) == []
    box.refusal = ConnectionRefusedError("no mail server")
    with pytest.raises(ConnectionRefusedError):
        post.happen(RoleInvited(invite_id=invite, mail=2))
    post.query("DELETE FROM role_invites WHERE email = 'stranger@example.org'")
    box.refusal = None
    post.happen()
    assert len(box.mails) == 1


def test_somebody_hears_that_a_role_is_taken_away(post: Post, box: Postbox) -> None:
    post.happen(RoleRemoved(event_id=1, user_id=9, role_id=5), times=2)
    assert [mail.subject for mail in box.mails] == [
        "You are no longer Moderator of Open Tech Summit"
    ]


def test_a_new_role_brings_switches_and_keeps_those_that_are_there(post: Post) -> None:
    before = post.query("SELECT * FROM email_notifications WHERE user_id = 4")
    post.happen(RoleGranted(users_events_roles_id=2), RoleGranted(users_events_roles_id=6), times=2)
    assert post.query("SELECT * FROM email_notifications WHERE user_id = 4") == before
    assert post.query(
        "SELECT next_event, new_paper FROM email_notifications WHERE user_id = 8"
    ) == [(True, True)]


def test_a_notification_says_to_programs_what_happened(client: Any, post: Post) -> None:
    post.happen(state("accepted"))
    answer = client.get("/v1/users/9/notifications?filter[is-read]=false", as_="registered")
    (notice,) = (
        notice["attributes"]
        for notice in answer.json["data"]
        if notice["attributes"]["content"]["target_id"] == 4
    )
    assert notice["title"] == "Accepted: Batteries from Potatoes"
    content = notice["content"]
    assert (content["type"], content["target_type"]) == ("session_state_change", "Session")
    assert (content["target_id"], content["target_action"]) == (4, "accepted")
    assert [actor["first_name"] for actor in content["actors"]] == ["Omar"]
    assert content["session"] == {"id": "4", "title": "Batteries from Potatoes"}
    assert content["event"]["identifier"] == "a5b1c2d3"
    assert "email" not in str(content)


def test_all_notifications_are_read_at_once_and_nobody_elses(client: Any, post: Post) -> None:
    post.happen(PUBLISHED)
    answer = client.rpc("/v1/notifications/mark-all-read", {}, as_="organizer")
    assert answer.json == {"read": 2}
    assert client.rpc("/v1/notifications/mark-all-read", {}, as_="organizer").json == {"read": 0}
    assert post.query("SELECT count(*) FROM notifications WHERE NOT is_read AND user_id = 4") == [
        (0,)
    ]
    assert post.query("SELECT count(*) FROM notifications WHERE NOT is_read AND user_id = 3") == [
        (1,)
    ]


def test_kinds_that_notify_can_be_told_apart() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(message for kind in KINDS for message in kind.messages)


def group_with(post: Post, *followers: int) -> int:
    """Return a new group of user 4 that has event 1 and these followers."""
    ((id_,),) = post.query("INSERT INTO groups (name, user_id) VALUES ('Makers', 4) RETURNING id")
    own = "INSERT INTO users_groups_roles (email, accepted, group_id, role_id, user_id) SELECT"
    post.query(
        own + f" 'organizer@example.org', true, {id_}, id, 4 FROM roles WHERE name = 'owner'"
    )
    for user_id in followers:
        follow = "INSERT INTO user_follow_groups (group_id, user_id) VALUES ({}, {})"
        post.query(follow.format(id_, user_id))
    return int(id_)


def test_each_follower_hears_once_of_an_announced_event_and_can_unfollow(
    client: Any, post: Post, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = group_with(post, 5, 9, 10, 12, 13)
    monkeypatch.setattr(mailing, "BATCH", 2)
    announced = EventAnnounced(event_id=1, group_id=group)
    post.happen(announced, announced, times=2)
    assert written_to(post) == told(post) == [5, 9, 10]
    assert {mail.subject for mail in box.mails} == {"Makers announces Open Tech Summit"}
    (mail,) = (mail for mail in box.mails if mail.recipient == "registered@example.org")
    path = mail.unsubscribe_url.removeprefix("https://api.example")
    assert client.post(path).status_code == 200
    followers = post.query("SELECT group_id, user_id FROM user_follow_groups")
    assert {user_id for id_, user_id in followers if id_ == group} == {5, 10, 12, 13}


def test_a_group_is_asked_and_who_asks_gets_a_copy(post: Post, box: Postbox) -> None:
    group = group_with(post, 5)
    post.happen(GroupContacted(group_id=group, user_id=9, message="May I join?"), times=2)
    assert {(mail.recipient, mail.reply_to) for mail in box.mails} == {
        ("organizer@example.org", "registered@example.org"),
        ("registered@example.org", ""),
    }
    assert len(box.mails) == 2
    assert all("> May I join?" in mail.text for mail in box.mails)


def test_an_invitation_to_a_group_carries_a_token(post: Post, box: Postbox) -> None:
    group = group_with(post)
    insert = (
        "INSERT INTO users_groups_roles (email, group_id, role_id)"
        " SELECT 'stranger@example.org', {}, id FROM roles WHERE name = 'organizer' RETURNING id"
    )
    ((invite,),) = post.query(insert.format(group))
    invited = GroupRoleInvited(users_groups_role_id=invite, mail=1)
    post.happen(invited, invited)
    (mail,) = box.mails
    assert mail.subject == "You are invited to be Organizer of Makers"
    assert CODE.search(mail.text) is not None
    assert "(hidden)" not in mail.text + mail.html


def test_who_is_invited_to_speak_gets_a_token_and_who_proposed_hears_of_it(
    post: Post, box: Postbox
) -> None:
    insert = (
        "INSERT INTO speaker_invites (email, event_id, session_id)"
        " VALUES ('stranger@example.org', 1, 4) RETURNING id"
    )
    ((invite,),) = post.query(insert)
    post.happen(SpeakerInvited(invite_id=invite, mail=1), times=2)
    (mail,) = box.mails
    assert mail.subject == "You are invited to speak at Open Tech Summit"
    assert CODE.search(mail.text) is not None
    box.mails.clear()
    post.happen(
        SpeakerInviteAccepted(invite_id=invite, session_id=4, speaker_id=2, user_id=11), times=2
    )
    assert [(mail.recipient, mail.subject) for mail in box.mails] == [
        ("registered@example.org", "Oskar Nilsen speaks in Batteries from Potatoes")
    ]


def test_speakers_hear_of_their_session_whether_or_not_they_have_an_account(
    post: Post, box: Postbox
) -> None:
    post.query("DELETE FROM speakers_sessions WHERE session_id = 4")
    post.query("UPDATE sessions SET creator_id = 3 WHERE id = 4")
    post.query(
        "INSERT INTO speakers_sessions (speaker_id, session_id, event_id)"
        " VALUES (1, 4, 1), (2, 4, 1)"
    )
    post.happen(state("accepted"), times=2)
    assert sorted(mail.recipient for mail in box.mails) == [
        "ada@example.net",
        "owner@example.org",
        "registered@example.org",
    ]
