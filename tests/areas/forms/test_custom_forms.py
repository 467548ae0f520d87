"""Fields of forms, their options and translations, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, filtered, ids
from tests.jsonapi.samples import EVENT


def add(client: Any, who: str | None = "coorganizer", event: int = 1, **attributes: Any) -> Any:
    given = {"field-identifier": "hobby", "form": "speaker", **attributes}
    return client.post(
        "/v1/custom-forms", document("custom-form", None, given, event=("event", event)), as_=who
    )


def change(client: Any, id_: Any, **attributes: Any) -> Any:
    sent = document("custom-form", id_, {k.replace("_", "-"): v for k, v in attributes.items()})
    return client.patch(f"/v1/custom-forms/{id_}", sent, as_="coorganizer")


def attributes(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json["data"]["attributes"]


def test_new_event_asks_its_attendees_for_name_and_address(client: Any) -> None:
    made = client.post("/v1/events", document("event", None, EVENT), as_="registered")
    path = f"/v1/events/{made.json['data']['id']}/custom-forms"
    fields = [f["attributes"] for f in client.get(path, as_="registered").json["data"]]
    assert [f["field-identifier"] for f in fields] == ["firstname", "lastname", "email"]
    assert all(
        f["form"] == "attendee" and f["is-required"] and f["is-included"] and f["is-fixed"]
        for f in fields
    )


def test_fields_of_one_form_can_be_asked_for(client: Any) -> None:
    wanted = {"name": "form", "op": "eq", "val": "speaker"}
    assert ids(client.get(filtered("/v1/events/1/custom-forms", wanted))) == ["3"]
    assert ids(client.get("/v1/events/1/custom-forms?filter[form-id]=workshop")) == ["7"]


def test_known_field_has_its_own_name_and_is_not_complex(client: Any) -> None:
    made = attributes(add(client, **{"field-identifier": "heardFrom", "name": "Whence?"}))
    assert (made["name"], made["is-complex"]) == ("Heard From", False)
    other = attributes(add(client, name="Your hobby", **{"is-complex": False}))
    assert (other["name"], other["is-complex"]) == ("Your hobby", True)
    renamed = attributes(change(client, 3, field_identifier="website"))
    assert (renamed["name"], renamed["is-complex"]) == ("Website", False)


@pytest.mark.parametrize("spelling", ["shirtSize", "shirt-size", "shirt_size"])
def test_field_is_in_a_form_once_however_it_is_spelled(client: Any, spelling: str) -> None:
    assert fault(add(client, **{"field-identifier": spelling}))[:2] == (409, "duplicate")


def test_form_of_some_tickets_has_fields_of_its_own(client: Any) -> None:
    given = {"field-identifier": "email", "form": "attendee", "form-id": "workshop"}
    assert add(client, **given).status_code == 201
    assert add(client, **given).status_code == 409


def test_fixed_field_stays_until_it_is_fixed_no_more(client: Any) -> None:
    answer = client.delete("/v1/custom-forms/6", as_="coorganizer")
    assert fault(answer) == (409, "fixed-field", None)
    for name in ("is_required", "is_included"):
        pointer = f"/data/attributes/{name.replace('_', '-')}"
        assert fault(change(client, 6, **{name: False})) == (409, "fixed-field", pointer)
    assert attributes(change(client, 6, is_fixed=False, is_required=False))["is-fixed"] is False
    assert client.delete("/v1/custom-forms/6", as_="coorganizer").status_code == 200


def test_position_is_the_last_of_the_form_unless_given(client: Any) -> None:
    assert attributes(add(client))["position"] == 4
    assert attributes(change(client, 3, position=None))["position"] == 5
    assert attributes(add(client, position=0, **{"field-identifier": "x"}))["position"] == 0


def test_limits_leave_something_between_them(client: Any) -> None:
    assert fault(add(client, min=3, max=2))[2] == "/data/attributes/max"
    assert change(client, 3, max=5).status_code == 200
    assert fault(change(client, 3, min=6))[2] == "/data/attributes/max"


def test_markup_in_names_and_descriptions_is_cleaned(client: Any) -> None:
    made = attributes(
        add(client, name="I read <script>x</script><b>it</b>", description="<i onclick=x>Q & A</i>")
    )
    assert (made["name"], made["description"]) == ("I read <b>it</b>", "<i>Q &amp; A</i>")
    assert attributes(change(client, 3, name="Q & A"))["name"] == "Q & A"


def test_translations_are_added_changed_and_removed_with_the_field(client: Any) -> None:
    before = client.get("/v1/custom-forms/3")
    answer = change(
        client,
        3,
        translations=[
            {"id": 1, "name": "Trikot", "language_code": "de"},
            {"id": 2, "isDeleted": True},
            {"name": "Taglia", "language_code": "it"},
        ],
    )
    found = {t["language_code"]: t["name"] for t in attributes(answer)["translations"]}
    assert found == {"de": "Trikot", "it": "Taglia"}
    assert ids(client.get("/v1/custom-forms/3/custom-form-translates")) == ["1", "1001"]
    assert client.get("/v1/custom-forms/3").headers["etag"] != before.headers["etag"]
    stale = client.request(
        "PATCH",
        "/v1/custom-forms/3",
        document("custom-form", 3, {"is-required": True}),
        as_="coorganizer",
        headers={"If-Match": before.headers["etag"]},
    )
    assert stale.status_code == 412
    # The language names it as well as the id does; what is not named stays.
    assert (
        change(client, 3, translations=[{"name": "T-Shirt", "language_code": "de"}]).status_code
        == 200
    )
    assert (
        client.get("/v1/custom-form-translates/1").json["data"]["attributes"]["name"] == "T-Shirt"
    )
    assert client.get("/v1/custom-form-translates/1001").status_code == 200


def test_translation_of_another_field_is_out_of_reach(client: Any) -> None:
    answer = change(client, 3, translations=[{"id": 4, "name": "x", "language_code": "de"}])
    assert fault(answer) == (404, "not-found", "/data/attributes/translations/0")


@pytest.mark.parametrize(
    ("type_", "id_"), [("custom-form-option", 1), ("custom-form-translate", 1)]
)
def test_parts_of_a_field_are_not_anybodys_to_write(client: Any, type_: str, id_: int) -> None:
    given = {"value": "L", "name": "L", "language-code": "nl"}
    new = document(type_, None, given, custom_form=("custom-form", 3))
    for who, status in ((None, 401), ("registered", 403), ("other-owner", 403)):
        assert client.post(f"/v1/{type_}s", new, as_=who).status_code == status
        sent = document(type_, id_, given)
        assert client.patch(f"/v1/{type_}s/{id_}", sent, as_=who).status_code == status
        assert client.delete(f"/v1/{type_}s/{id_}", as_=who).status_code == status
    draft = document(type_, None, given, custom_form=("custom-form", 9))
    assert client.post(f"/v1/{type_}s", draft, as_="other-owner").status_code == 404


@pytest.mark.parametrize("type_", ["custom-form-option", "custom-form-translate"])
def test_parts_stay_with_their_field_and_go_with_it(client: Any, type_: str) -> None:
    moved = document(type_, 1, {}, custom_form=("custom-form", 7))
    answer = client.patch(f"/v1/{type_}s/1", moved, as_="coorganizer")
    assert fault(answer)[::2] == (403, "/data/relationships/custom-form")
    assert client.delete("/v1/custom-forms/3", as_="coorganizer").status_code == 200
    assert client.get(f"/v1/{type_}s/1", as_="coorganizer").status_code == 404
