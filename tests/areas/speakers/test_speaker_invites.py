"""Invitations to speak, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.speakers.domain_events import SpeakerInvited
from openevent.areas.speakers.operations import invites
from openevent.db.engine import session_factory
from openevent.errors import Conflict
from openevent.services.rate_limits import MemoryStore, RateLimits
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault, ids

TOKEN = {"data": {"token": "demo-speaker-invite-token"}}


def invite(client: Any, who: str, email: str = "grace@example.net", session: int = 1) -> Any:
    to_one = {"event": ("event", 1), "session": ("session", session)}
    sent = document("speaker-invite", None, {"email": email}, **to_one)
    return client.post("/v1/speaker-invites", sent, as_=who)


def answer(client: Any, word: str, who: str | None = "registered", id_: int = 1) -> Any:
    return client.rpc(f"/v1/speaker-invites/{id_}/{word}-invite", TOKEN, as_=who)


def run(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(sql))


def token_of(engine: Engine, invite_id: int) -> str | None:
    """What the job that sends the mail does."""
    work = UnitOfWork(open_db=session_factory(engine))
    try:
        token = invites.issue_token(work, invite_id)
        work.db.commit()
        return token
    finally:
        work.close()


def test_who_is_invited_speaks_with_the_profile_they_have(client: Any, engine: Engine) -> None:
    answered = answer(client, "accept")
    assert answered.status_code == 200, answered.text
    assert answered.json["speaker"] == 1
    assert ids(client.get("/v1/sessions/2/speakers")) == ["1", "2"]
    status = client.get("/v1/speaker-invites/1", as_="registered").json["data"]["attributes"]
    assert status["status"] == "accepted"
    assert fault(answer(client, "accept"))[:2] == (409, "invite-accepted")
    assert client.delete("/v1/speaker-invites/1", as_="owner").status_code == 409


def test_nobody_accepts_to_speak_in_two_places(client: Any, engine: Engine) -> None:
    run(
        engine,
        "UPDATE sessions s SET starts_at = o.starts_at, ends_at = o.ends_at,"
        " microlocation_id = NULL FROM sessions o"
        " WHERE s.id = 2 AND o.id = 3",
    )
    refused = answer(client, "accept")
    assert fault(refused)[:2] == (409, "speaker-taken")
    assert "meta" not in refused.json["errors"][0], "what is in the way is the team's to know"
    assert ids(client.get("/v1/sessions/2/speakers")) == ["2"]
    invited = client.get("/v1/speaker-invites/1", as_="registered").json["data"]["attributes"]
    assert invited["status"] == "pending"


def test_who_is_invited_without_a_profile_gets_one(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE speakers SET deleted_at = now() WHERE id = 1")
    speaker = answer(client, "accept").json["speaker"]
    shown = client.get(f"/v1/speakers/{speaker}", as_="registered").json["data"]
    assert shown["attributes"]["email"] == "registered@example.org"
    assert shown["relationships"]["user"]["data"]["id"] == "9"


def test_token_works_once_also_for_two_at_once(client: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: answer(client, "accept").status_code, range(4))
        assert sorted(answers) == [200, 409, 409, 409]
    assert ids(client.get("/v1/sessions/2/speakers")) == ["1", "2"]


def test_rejection_is_final(client: Any) -> None:
    assert answer(client, "reject").json == {"success": True}
    assert fault(answer(client, "accept"))[:2] == (409, "invite-rejected")
    assert ids(client.get("/v1/sessions/2/speakers")) == ["2"]
    assert client.delete("/v1/speaker-invites/1", as_="owner").status_code == 200


def test_only_the_invited_and_verified_address_answers(client: Any, engine: Engine) -> None:
    for word in ("accept", "reject"):
        for who in ("owner", "admin", "unverified"):
            assert fault(answer(client, word, who))[:2] == (403, "other-address")
        assert answer(client, word, None).status_code == 401
        assert answer(client, word, id_=3).status_code == 404, "another invitation's token"
        assert client.get(f"/v1/speaker-invites/1/{word}-invite").status_code == 405
    run(engine, "UPDATE users SET is_verified = false WHERE id = 9")
    assert fault(answer(client, "accept"))[:2] == (403, "unverified-user")
    assert ids(client.get("/v1/sessions/2/speakers")) == ["2"]


def test_speakers_and_organizers_invite(client: Any) -> None:
    made = invite(client, "registered")
    assert made.status_code == 201
    assert made.json["data"]["attributes"] == {"email": "grace@example.net", "status": "pending"}
    for who in ("moderator", "other-owner", "unverified"):
        assert invite(client, who, "x@example.net").status_code == 403
    listed = ids(client.get("/v1/sessions/1/speaker-invites", as_="owner"))
    assert listed == ["2", made.json["data"]["id"]]


def test_address_is_invited_once_at_a_time(client: Any) -> None:
    assert invite(client, "coorganizer").status_code == 201
    assert fault(invite(client, "coorganizer", "GRACE@example.net"))[:2] == (409, "invited-already")
    assert invite(client, "coorganizer", session=4).status_code == 201
    assert fault(invite(client, "coorganizer", "Ada@example.net"))[:2] == (409, "speaks-already")
    with ThreadPoolExecutor(4) as pool:
        racing = pool.map(
            lambda _: invite(client, "coorganizer", "t@example.net").status_code, range(4)
        )
        assert sorted(racing) == [201, 409, 409, 409]


def test_session_of_another_event_is_refused(client: Any) -> None:
    assert fault(invite(client, "admin", session=7))[:2] == (422, "other-event")


def test_mail_sent_again_makes_the_old_token_void(client: Any, engine: Engine) -> None:
    path = "/v1/speaker-invites/1/resend-invite"
    assert client.rpc(path, {}, as_="organizer").json["status"] is True
    assert answer(client, "accept").status_code == 404
    token = token_of(engine, 1)
    sent = {"data": {"token": token}}
    accepted = client.rpc("/v1/speaker-invites/1/accept-invite", sent, as_="registered")
    assert accepted.status_code == 200
    assert token_of(engine, 1) is None, "nobody is mailed a token for what is over"
    assert client.rpc(path, {}, as_="organizer").status_code == 409
    with engine.connect() as connection:
        kept = connection.scalar(text("SELECT hash FROM speaker_invites WHERE id = 1"))
    assert token is not None
    assert token.encode() not in kept


def test_each_mail_is_asked_for_once(engine: Engine) -> None:
    work = UnitOfWork(
        open_db=session_factory(engine),
        principal=Principal(id=4, is_verified=True),
        ports={RateLimits: RateLimits(MemoryStore())},
    )
    values = {"email": "grace@example.net", "event_id": 1, "session_id": 1}
    made = invites.invite(work, dict(values))
    invites.resend(work, made)
    assert work.recorded == [SpeakerInvited(made.id, mail=1), SpeakerInvited(made.id, mail=2)]
    with pytest.raises(Conflict):
        invites.invite(work, dict(values))
    assert len(work.recorded) == 2, "who is refused tells nobody"
    work.close()


def test_invitations_are_seen_by_whom_they_concern(client: Any) -> None:
    path = "/v1/events/1/speaker-invites"
    assert ids(client.get(path, as_="coorganizer")) == ["1", "2", "3"]
    # Invited to one session, speaking in the other two.
    assert ids(client.get(path, as_="registered")) == ["1", "2", "3"]
    assert ids(client.get(path, as_="moderator")) == ["3"]
    assert ids(client.get(path)) == ids(client.get(path, as_="other-owner")) == []
    assert client.get("/v1/speaker-invites/2", as_="moderator").status_code == 404
