"""Sessions over HTTP: who sees them, who changes what, how far they come."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from openevent.areas.programme.models import SessionStateChange
from openevent.work.outbox import OutboxRow
from tests.areas.documents import document, fault, ids
from tests.conftest import Client

EVENT = ("event", 1)
SLOT = {"starts-at": "2030-05-03T09:00:00Z", "ends-at": "2030-05-03T10:00:00Z"}


def submit(client: Client, who: str | None = "registered", event: int = 1, **more: Any) -> Any:
    to_one = more.pop("to_one", {})
    sent = document("session", None, {"title": "Kites", **more}, event=("event", event), **to_one)
    return client.post("/v1/sessions", sent, as_=who)


def change(client: Client, id_: int | str, who: str, **more: Any) -> Any:
    to_one = more.pop("to_one", {})
    attributes = {name.replace("_", "-"): value for name, value in more.items()}
    sent = document("session", id_, attributes, **to_one)
    return client.patch(f"/v1/sessions/{id_}", sent, as_=who)


def shown(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    attributes: dict[str, Any] = answer.json["data"]["attributes"]
    return attributes


# -- who sees them -------------------------------------------------------------------------


def test_outsiders_see_the_programme_and_nothing_else(client: Client) -> None:
    for who in (None, "other-owner", "unverified"):
        assert ids(client.get("/v1/events/1/sessions?sort=id", as_=who)) == ["1", "2", "3"]
        for hidden in (4, 5, 6, 8):
            assert client.get(f"/v1/sessions/{hidden}", as_=who).status_code == 404
            assert change(client, hidden, who or "other-owner", title="Mine").status_code == 404


@pytest.mark.parametrize("state", ["rejected", "canceled", "withdrawn"])
def test_what_leaves_the_programme_is_gone_for_outsiders(client: Client, state: str) -> None:
    shown(change(client, 2, "organizer", state=state))
    assert client.get("/v1/sessions/2").status_code == 404
    assert client.get("/v1/sessions/2", as_="registrar").status_code == 200


def test_the_team_and_who_submitted_it_see_a_proposal(client: Client) -> None:
    for who in ("registered", "registrar", "moderator", "track-organizer", "owner", "admin"):
        assert client.get("/v1/sessions/4", as_=who).status_code == 200
        assert "4" in ids(client.get("/v1/events/1/sessions", as_=who))
    assert ids(client.get("/v1/users/9/sessions?sort=id", as_="registered")) == list("1345")


def test_a_draft_event_hides_its_sessions(client: Client) -> None:
    assert client.get("/v1/sessions/8", as_="registered").status_code == 404
    assert client.get("/v1/sessions/8", as_="owner").status_code == 200


# -- submitting ----------------------------------------------------------------------------


def test_anybody_logged_in_submits_and_is_the_creator(client: Client) -> None:
    made = submit(client, "other-owner", state="pending")
    assert shown(made)["submitted-at"]
    assert made.json["data"]["relationships"]["creator"]["data"]["id"] == "11"
    assert shown(submit(client, "unverified"))["state"] == "draft"


def test_only_who_runs_the_event_submits_for_somebody_else(client: Client) -> None:
    made = submit(client, "organizer", to_one={"creator": ("user", 7)})
    assert made.json["data"]["relationships"]["creator"]["data"]["id"] == "7"
    assert shown(submit(client, "registered", to_one={"creator": ("user", 9)}))
    for who, other in (("registered", 12), ("registrar", 8), ("moderator", 9)):
        answer = submit(client, who, to_one={"creator": ("user", other)})
        assert (answer.status_code == 201) is (who == "registrar")


def test_no_session_for_an_event_that_has_none_not_even_by_its_owner(client: Client) -> None:
    for who in ("owner", "admin"):
        answer = submit(client, who, event=3)
        assert fault(answer) == (403, "sessions-disabled", "/data/relationships/event")


@pytest.mark.parametrize("state", ["accepted", "confirmed", "rejected", "canceled", "withdrawn"])
def test_a_new_session_is_not_in_the_programme_by_its_speakers_word(
    client: Client, state: str
) -> None:
    answer = submit(client, "registered", state=state)
    assert fault(answer)[1:] == ("state-refused", "/data/attributes/state")
    assert answer.status_code == (403 if state in ("accepted", "confirmed") else 409)


def test_new_session_starts_in_the_future_and_ends_after_it_starts(client: Client) -> None:
    past = {"starts-at": "2020-05-03T09:00:00Z"}
    assert fault(submit(client, "organizer", **past))[1] == "in-the-past"
    backwards = {"starts-at": SLOT["ends-at"], "ends-at": SLOT["starts-at"]}
    assert fault(submit(client, "organizer", **backwards))[1] == "ends-before-start"
    assert fault(change(client, 1, "organizer", ends_at="2030-05-01T08:00:00Z")) == (
        422,
        "ends-before-start",
        "/data/attributes/ends-at",
    )


def test_parts_of_another_event_are_refused(client: Client) -> None:
    for name, type_ in (
        ("track", "track"),
        ("session_type", "session-type"),
        ("microlocation", "microlocation"),
    ):
        answer = submit(client, "admin", to_one={name: (type_, 3)})
        assert fault(answer) == (422, "other-event", f"/data/relationships/{type_}")
        assert change(client, 1, "admin", to_one={name: (type_, 3)}).status_code == 422


# -- changing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"starts_at": "2030-05-02T09:00:00Z"}, "/data/attributes/starts-at"),
        ({"ends_at": None}, "/data/attributes/ends-at"),
        ({"overlap_reason": "Because."}, "/data/attributes/overlap-reason"),
        ({"is_locked": True}, "/data/attributes/is-locked"),
        ({"is_mail_sent": True}, "/data/attributes/is-mail-sent"),
        ({"to_one": {"microlocation": ("microlocation", 1)}}, "/data/relationships/microlocation"),
        ({"to_one": {"creator": None}}, "/data/relationships/creator"),
    ],
)
def test_what_organizers_decide_is_refused_to_a_speaker_and_not_dropped(
    client: Client, attributes: dict[str, Any], pointer: str
) -> None:
    assert fault(change(client, 1, "registered", **attributes)) == (403, "organizers-only", pointer)


def test_a_speaker_changes_what_it_is_about_and_may_send_all_of_it_back(client: Client) -> None:
    data = client.get("/v1/sessions/1", as_="registered").json["data"]
    data["attributes"]["title"] = "Soldering at Last"
    answer = client.patch("/v1/sessions/1", {"data": data}, as_="registered")
    assert shown(answer)["title"] == "Soldering at Last"
    track = {"data": {"type": "track", "id": "2"}}
    path = "/v1/sessions/1/relationships/track"
    assert client.patch(path, track, as_="registered").status_code == 200


def test_locked_session_refuses_its_speaker_and_obeys_the_organizers(client: Client) -> None:
    shown(change(client, 1, "coorganizer", is_locked=True))
    assert change(client, 1, "registered", title="Mine").status_code == 403
    assert change(client, 1, "registered", state="withdrawn").status_code == 403
    track = {"data": {"type": "track", "id": "2"}}
    path = "/v1/sessions/1/relationships/track"
    assert client.patch(path, track, as_="registered").status_code == 403
    assert client.delete("/v1/sessions/1", as_="registered").status_code == 403
    assert shown(change(client, 1, "coorganizer", title="Ours"))["title"] == "Ours"
    assert client.delete("/v1/sessions/1", as_="coorganizer").status_code == 200


def test_markup_is_cleaned_on_the_way_in(client: Client) -> None:
    dirty = "<p onclick='x()'>Hi<script>alert(1)</script></p>"
    made = shown(submit(client, **{"long-abstract": dirty, "comments": dirty}))
    assert made["long-abstract"] == made["comments"] == "<p>Hi</p>"
    assert made["short-abstract"] == "Hi"


def test_short_abstract_is_cut_not_refused_and_follows_the_long_one(client: Client) -> None:
    long = "<p>" + "word " * 100 + "</p>"
    made = submit(client, **{"long-abstract": long})
    id_ = made.json["data"]["id"]
    assert len(shown(made)["short-abstract"]) <= 200
    assert shown(made)["short-abstract"].endswith("word\u2026")
    changed = change(client, id_, "registered", long_abstract="<p>Brief.</p>")
    assert shown(changed)["short-abstract"] == "Brief."
    changed = change(client, id_, "registered", short_abstract="<b>Mine</b> " + "long " * 99)
    own = shown(changed)["short-abstract"]
    assert own.startswith("Mine long")
    assert len(own) <= 200
    assert shown(change(client, id_, "registered", long_abstract=long))["short-abstract"] == own
    changed = change(client, id_, "registered", short_abstract=None, long_abstract=None)
    assert shown(changed)["short-abstract"] is None


@pytest.mark.parametrize(
    "values",
    [{"a": []}, {"a": {"b": 1}}, {str(n): n for n in range(31)}, {"a": "x" * 10_001}, [1]],
)
def test_further_fields_are_few_and_flat(client: Client, values: Any) -> None:
    answer = submit(client, **{"complex-field-values": values})
    assert answer.status_code == 422
    assert fault(answer)[2].startswith("/data/attributes/complex-field-values")


# -- states --------------------------------------------------------------------------------


def _steps(engine: Engine, id_: str) -> list[tuple[str | None, str, int | None]]:
    change = SessionStateChange
    with engine.connect() as connection:
        found = connection.execute(
            select(change.old_state, change.new_state, change.user_id)
            .where(change.session_id == int(id_))
            .order_by(change.id)
        )
        return [tuple(row) for row in found]  # type: ignore[misc]


def _recorded(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row.event for row in connection.execute(select(OutboxRow.event))]


def test_every_step_is_kept_with_who_took_it(client: Client, engine: Engine) -> None:
    id_ = submit(client).json["data"]["id"]
    shown(change(client, id_, "registered", state="pending"))
    shown(change(client, id_, "organizer", state="confirmed"))
    shown(change(client, id_, "organizer", title="No step"))
    assert fault(change(client, id_, "registered", state="accepted"))[0] == 403
    shown(change(client, id_, "registered", state="withdrawn"))
    steps = [
        (None, "draft", 9),
        ("draft", "pending", 9),
        ("pending", "confirmed", 4),
        ("confirmed", "withdrawn", 9),
    ]
    assert _steps(engine, id_) == steps
    path = f"/v1/sessions/{id_}/state-changes"
    assert len(ids(client.get(path, as_="registered"))) == 4
    assert client.get(path).status_code == 404, "it is withdrawn"


def test_history_is_for_speakers_and_the_team(client: Client) -> None:
    assert ids(client.get("/v1/sessions/1/state-changes")) == []
    assert ids(client.get("/v1/sessions/1/state-changes", as_="other-owner")) == []
    for who in ("registered", "registrar", "admin"):
        assert ids(client.get("/v1/sessions/1/state-changes", as_=who)) == ["1", "2"]
    for method in ("PATCH", "DELETE"):
        answer = client.request(method, "/v1/session-state-changes/1", {}, as_="super-admin")
        assert answer.status_code == 405


def test_withdrawn_is_final_for_its_speaker(client: Client) -> None:
    shown(change(client, 4, "registered", state="withdrawn"))
    assert fault(change(client, 4, "registered", state="pending"))[:2] == (403, "state-refused")
    assert shown(change(client, 4, "organizer", state="pending"))["state"] == "pending"


def test_an_organizer_hands_in_no_draft_of_somebody_else(client: Client) -> None:
    for state in ("pending", "accepted"):
        assert fault(change(client, 5, "organizer", state=state))[0] == 409


# -- parts ---------------------------------------------------------------------------------


def test_sessions_stay_when_their_track_type_or_room_goes(client: Client) -> None:
    for path in ("/v1/tracks/1", "/v1/session-types/2", "/v1/microlocations/2"):
        assert client.delete(path, as_="owner").status_code == 200
    found = client.get("/v1/sessions/1").json["data"]["relationships"]
    for name in ("track", "session-type", "microlocation"):
        assert found[name]["data"] is None


def test_track_organizers_keep_tracks_only(client: Client) -> None:
    sent = document("track", None, {"name": "Art", "color": "#fff"}, event=EVENT)
    made = client.post("/v1/tracks", sent, as_="track-organizer")
    assert shown(made)["font-color"] == "#000000"
    assert shown(made)["position"] == 3
    sent = document("microlocation", None, {"name": "Roof"}, event=EVENT)
    assert client.post("/v1/microlocations", sent, as_="track-organizer").status_code == 403
    assert change(client, 2, "track-organizer", title="Mine").status_code == 403


@pytest.mark.parametrize("length", ["1:5", "01:60", "100:00", "-1:00", "01:30 ", "", 90])
def test_length_is_hours_and_minutes(client: Client, length: Any) -> None:
    sent = document("session-type", None, {"name": "Talk", "length": length}, event=EVENT)
    assert client.post("/v1/session-types", sent, as_="organizer").status_code == 422
