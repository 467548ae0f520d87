"""Speakers of an event, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document, fault, filtered, ids

PROFILE = {"name": "Grace Okoye", "email": "grace@example.net"}
PRIVATE = {
    *("email", "mobile", "speaking-experience", "is-email-overridden", "address", "gender"),
    *("heard-from", "sponsorship-required", "complex-field-values"),
}


def propose(client: Any, who: str | None = "registered", event: int = 1, **attributes: Any) -> Any:
    sent = document("speaker", None, {**PROFILE, **attributes}, event=("event", event))
    return client.post("/v1/speakers", sent, as_=who)


def change(client: Any, who: str, id_: int = 1, **attributes: Any) -> Any:
    sent = document("speaker", id_, {n.replace("_", "-"): v for n, v in attributes.items()})
    return client.patch(f"/v1/speakers/{id_}", sent, as_=who)


def run(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(sql))


def test_profile_belongs_to_the_user_who_made_it(client: Any) -> None:
    made = propose(client, "unverified").json["data"]
    assert made["relationships"]["user"]["data"] == {"type": "user", "id": "10"}
    assert change(client, "unverified", int(made["id"]), city="Ulm").status_code == 200
    assert change(client, "registered", int(made["id"]), city="Ulm").status_code == 404
    assert client.delete(f"/v1/speakers/{made['id']}", as_="unverified").status_code == 200


def test_profile_that_the_team_makes_is_nobodys_but_the_addressees(client: Any) -> None:
    made = propose(client, "coorganizer", email="Registrar@example.org").json["data"]
    assert made["relationships"]["user"]["data"] is None
    assert change(client, "registrar", int(made["id"]), city="Ulm").status_code == 200
    kept = change(client, "registrar", int(made["id"]), email="rosa@example.net").json["data"]
    assert kept["relationships"]["user"]["data"] == {"type": "user", "id": "8"}


def test_team_member_may_be_a_speaker_too(client: Any) -> None:
    made = propose(client, "organizer", email="organizer@example.org").json["data"]
    assert made["relationships"]["user"]["data"] == {"type": "user", "id": "4"}


def test_address_that_is_not_verified_makes_nobody_the_speaker(client: Any, engine: Engine) -> None:
    made = propose(client, "coorganizer", email="unverified@example.org").json["data"]
    assert client.get(f"/v1/speakers/{made['id']}", as_="unverified").status_code == 404
    run(engine, "UPDATE users SET is_verified = true WHERE id = 10")
    assert client.get(f"/v1/speakers/{made['id']}", as_="unverified").status_code == 200


def test_address_in_place_of_the_speakers_makes_nobody_the_speaker(client: Any) -> None:
    for name in ("One", "Two"):
        made = propose(
            client,
            "coorganizer",
            **{"name": name, "email": "registrar@example.org", "is-email-overridden": True},
        )
        assert made.status_code == 201, "and it may occur twice"
    refused = change(client, "registrar", int(made.json["data"]["id"]), city="Ulm")
    assert refused.status_code == 403


def test_own_address_is_that_of_the_account(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE speakers SET email = 'rahel@example.net' WHERE id = 1")
    sent = document("speaker", None, {"name": "Rahel"}, event=("event", 1))
    made = client.post("/v1/speakers", sent, as_="registered").json["data"]
    assert made["attributes"]["email"] == "registered@example.org"
    refused = client.post("/v1/speakers", sent, as_="unverified")
    assert fault(refused) == (422, "email-missing", "/data/attributes/email")


def test_address_is_one_speaker_of_an_event_whatever_its_case(client: Any) -> None:
    assert fault(propose(client, email="ADA@Example.net"))[:2] == (409, "duplicate")
    assert propose(client, "other-owner", 2, email="ada@example.net").status_code == 201
    assert propose(client, email="ben@example.net").status_code == 201, "of one who was deleted"


def test_only_the_team_proposes_outside_of_the_call(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE speakers_calls SET soft_ends_at = NULL")
    for sql in (
        "UPDATE speakers_calls SET ends_at = '2025-11-20' WHERE id = 1",
        "UPDATE speakers_calls SET starts_at = '2029-12-31', ends_at = '2030-01-01' WHERE id = 1",
        "UPDATE speakers_calls SET deleted_at = now() WHERE id = 1",
    ):
        run(engine, sql)
        assert fault(propose(client))[:2] == (403, "call-not-open")
        assert fault(propose(client, "registrar"))[:2] == (403, "call-not-open")
        made = propose(client, "coorganizer")
        assert made.status_code == 201
        client.delete(f"/v1/speakers/{made.json['data']['id']}", as_="coorganizer")


def test_event_without_speakers_takes_none(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE events SET is_sessions_speakers_enabled = false")
    for who in ("registered", "owner", "admin"):
        assert fault(propose(client, who))[:2] == (403, "speakers-not-enabled")
    assert fault(change(client, "owner", city="Ulm"))[:2] == (403, "speakers-not-enabled")


def test_speakers_do_not_decide_what_the_team_decides(client: Any) -> None:
    for name, value in (("is-featured", True), ("is-email-overridden", True), ("order", 7)):
        pointer = f"/data/attributes/{name}"
        assert fault(propose(client, **{name: value})) == (403, "forbidden", pointer)
        assert fault(change(client, "registered", **{name: value})) == (403, "forbidden", pointer)
        assert change(client, "coorganizer", **{name: value}).status_code == 200
    whole = client.get("/v1/speakers/1", as_="registered").json["data"]["attributes"]
    again = change(client, "registered", **{**whole, "city": "Ulm"})
    assert again.status_code == 200, "what is there may be sent back"


@pytest.mark.parametrize("who", [None, "unverified", "other-owner", "registrar", "track-organizer"])
def test_only_team_and_speaker_read_what_is_private(client: Any, who: str | None) -> None:
    seen = client.get("/v1/speakers/2", as_=who).json["data"]["attributes"]
    assert not PRIVATE & seen.keys()
    if who not in ("registrar", "track-organizer"):
        assert client.get("/v1/speakers/6", as_=who).status_code == 404
    guess = {"name": "mobile", "op": "startswith", "val": "+33"}
    found = client.get(filtered("/v1/events/1/speakers", guess), as_=who)
    assert found.status_code == 400 if who is None else ids(found) == []


def test_speaker_reads_all_of_the_own_profile(client: Any) -> None:
    for who in ("registered", "coorganizer", "admin"):
        assert client.get("/v1/speakers/1", as_=who).json["data"]["attributes"].keys() >= PRIVATE
    listed = client.get("/v1/events/1/speakers", as_="registered").json["data"]
    seen = {x["id"]: x["attributes"].keys() >= PRIVATE for x in listed}
    assert seen == {"1": True, "2": False, "6": False}


def test_speakers_come_in_the_teams_order(client: Any) -> None:
    change(client, "organizer", 1, order=5)
    found = ids(client.get("/v1/events/1/speakers?sort=order", as_="organizer"))
    assert found == ["2", "6", "1"] == ids(client.get("/v1/events/1/speakers", as_="organizer"))


def test_answers_to_a_form_are_flat(client: Any) -> None:
    for bad in ({"a": {}}, {"a": [1]}, {str(n): n for n in range(51)}, {"a": "x" * 10_001}):
        refused = change(client, "organizer", complex_field_values=bad)
        assert fault(refused) == (422, "invalid", "/data/attributes/complex-field-values")
    kept = change(client, "organizer", complex_field_values={"shirtSize": "M"})
    assert kept.json["data"]["attributes"]["complex-field-values"] == {"shirt_size": "M"}


def test_biography_is_cleaned(client: Any) -> None:
    sent = change(client, "registered", long_biography="<p onclick='x()'>I</p><script>x</script>")
    assert sent.json["data"]["attributes"]["long-biography"] == "<p>I</p>"


def test_speaker_stays_with_the_event(client: Any) -> None:
    moved = document("speaker", 1, None, event=("event", 2))
    assert client.patch("/v1/speakers/1", moved, as_="admin").status_code == 403


def test_forms_required_answers_are_asked_for(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE custom_forms SET is_required = true WHERE id = 3")
    assert fault(propose(client))[:2] == (422, "required-field")
    assert fault(change(client, "registered", city="Ulm"))[:2] == (422, "required-field")
    answers = {"shirtSize": "M"}
    assert propose(client, **{"complex-field-values": answers}).status_code == 201
    assert change(client, "coorganizer", order=7).status_code == 200, "the team may go on"


def test_speakers_are_put_in_order_at_once(client: Any) -> None:
    path = "/v1/events/a5b1c2d3/reorder-speakers"
    order = [{"speaker": "2", "order": 1}, {"speaker": 6, "order": 2}, {"speaker": 1, "order": 3}]
    assert client.rpc(path, order, as_="coorganizer").json == {"success": True, "updates": 3}
    listed = "/v1/events/1/speakers"
    assert ids(client.get(listed, as_="organizer")) == ["2", "6", "1"]
    for bad, status in (
        ([{"speaker": 3, "order": 1}, {"speaker": 1, "order": 0}], 403),
        ([{"speaker": 5, "order": 1}], 403),
        ([{"speaker": 1}], 422),
        ([{"speaker": "x", "order": 1}], 422),
        ([{"speaker": 1, "order": -1}], 422),
        ([5], 422),
        ({"speaker": 1}, 400),
    ):
        assert client.rpc(path, bad, as_="coorganizer").status_code == status
    for who in ("registered", "track-organizer", "other-owner"):
        assert client.rpc(path, order, as_=who).status_code == 403
    assert ids(client.get(listed, as_="organizer")) == ["2", "6", "1"], "nothing was changed"
    assert client.rpc(f"{path}?reset", None, as_="owner").json["updates"] == 3
    assert ids(client.get(listed, as_="organizer")) == ["1", "2", "6"]
