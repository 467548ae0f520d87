"""The filter language: every operator on every type, related resources, what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import Engine, update

from openevent.areas.events.models import Event
from openevent.jsonapi.filters import (
    ALIASES,
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    OPERATORS,
)
from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import filtered, ids
from tests.conftest import Client
from tests.jsonapi.catalogue import LISTINGS, TO_MANY, TO_ONE, Link, comparable
from tests.jsonapi.test_include_and_fields import bad_parameter

#: Published events of the world as a stranger sees them: 1 (summit), 2 (concert).
EVENTS = "/v1/events"


def found(client: Client, *conditions: dict[str, Any], as_: str | None = None) -> list[str]:
    """Return the ids of the events that a filter finds."""
    answer = client.get(filtered(EVENTS, *conditions), as_=as_)
    assert answer.status_code == 200, answer.text
    assert answer.json["meta"]["count"] == len(answer.json["data"])
    return ids(answer)


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("name", "eq", "Night of Strings", ["2"]),
        ("name", "ne", "Night of Strings", ["1"]),
        ("name", "lt", "O", ["2"]),
        ("name", "le", "Night of Strings", ["2"]),
        ("name", "gt", "O", ["1"]),
        ("name", "ge", "Open Tech Summit", ["1"]),
        ("name", "like", "%Tech%", ["1"]),
        ("name", "like", "%tech%", []),
        ("name", "like", "_ight of Strings", ["2"]),
        ("name", "notlike", "%Tech%", ["2"]),
        ("name", "ilike", "%tech%", ["1"]),
        ("name", "notilike", "%tech%", ["2"]),
        ("name", "startswith", "Open", ["1"]),
        ("name", "endswith", "Strings", ["2"]),
        ("name", "contains", "Tech", ["1"]),
        ("name", "in", ["Night of Strings", "x"], ["2"]),
        ("name", "in", [], []),
        ("name", "notin", ["Night of Strings"], ["1"]),
        ("name", "notin", [], ["1", "2"]),
        ("name", "between", ["A", "O"], ["2"]),
        ("description", "is", None, ["2"]),
        ("description", "isnot", None, ["1"]),
        ("description", "eq", None, ["2"]),
        ("description", "ne", None, ["1"]),
        ("description", "ne", "x", ["1", "2"]),
        ("id", "eq", 2, ["2"]),
        ("id", "eq", "2", ["2"]),
        ("id", "in", [1, "2"], ["1", "2"]),
        ("id", "gt", 1, ["2"]),
        ("starts-at", "ge", "2030-06-01T00:00:00Z", ["2"]),
        ("starts-at", "lt", "2030-06-01T00:00:00+08:00", ["1"]),
        ("starts-at", "eq", "2030-05-01T11:00:00+02:00", ["1"]),
        ("is-map-shown", "eq", True, ["1"]),
        ("is-map-shown", "eq", "false", ["2"]),
        ("latitude", "gt", 52.5, ["1"]),
        ("latitude", "between", [52, 53], ["1"]),
        ("is-complete", "eq", True, ["1"]),
        ("event-type-id", "eq", 2, ["2"]),
        ("event_type_id", "in", [1], ["1"]),
        ("event-sub-topic-id", "is_", None, ["2"]),
        ("state", "eq", "published", ["1", "2"]),
        ("state", "eq", "nonsense", []),
    ],
)
def test_operator_means_what_it_says(
    client: Client, name: str, operator: str, value: Any, expected: list[str]
) -> None:
    for spelled in {name, name.replace("-", "_")}:
        assert found(client, {"name": spelled, "op": operator, "val": value}) == expected


@pytest.mark.parametrize("operator", ["startswith", "endswith", "contains"])
@pytest.mark.parametrize("text", ["%", "_", "\\", "%%", "100%_\\"])
def test_text_operators_know_no_wildcards(client: Client, operator: str, text: str) -> None:
    assert found(client, {"name": "name", "op": operator, "val": text}) == []


def test_text_operators_find_what_they_are_given(client: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(Event).where(Event.id == 2).values(name="100%_\\ Strings"))
    assert found(client, {"name": "name", "op": "startswith", "val": "100%_\\"}) == ["2"]
    assert found(client, {"name": "name", "op": "contains", "val": "%_\\ S"}) == ["2"]
    assert found(client, {"name": "name", "op": "like", "val": "100\\%\\_\\\\ %"}) == ["2"]


@pytest.mark.parametrize(("alias", "operator"), ALIASES.items())
def test_older_spellings_of_operators_are_understood(
    client: Client, alias: str, operator: str
) -> None:
    value: Any = {"in": ["x"], "notin": ["x"], "is": None}.get(operator, "x")
    one, other = ({"name": "name", "op": op, "val": value} for op in (alias, operator))
    assert found(client, one) == found(client, other)


def test_operator_is_eq_when_none_is_given(client: Client) -> None:
    assert found(client, {"name": "name", "val": "Night of Strings"}) == ["2"]


def the(name: str, value: Any, operator: str = "eq") -> dict[str, Any]:
    """Return one condition."""
    return {"name": name, "op": operator, "val": value}


VENUE = the("faq-type", the("name", "Venue"), "has")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"and": [the("id", 1, "gt"), the("id", 3, "lt")]}, "2"),
        ({"or": [the("id", 1), the("id", 2)]}, "12"),
        ({"not": the("id", 1)}, "2"),
        ({"not": {"or": [the("id", 1)]}}, "2"),
        ({"and": []}, "12"),
        ({"or": []}, ""),
        ({"or": [{"and": [the("id", 1)]}, {"not": {"not": the("id", 2)}}]}, "12"),
        # The predecessor's related forms, long and short.
        (the("event-type", the("name", "Meetup"), "has"), "2"),
        (the("event_type__name", "Meetup"), "2"),
        (the("event-type__name", "Meetup"), "2"),
        (the("faqs", the("question", "%step%", "ilike"), "any"), "1"),
        (the("faqs__question", "%concert%", "ilike"), "2"),
        (the("owner", the("first-name", "Olivia"), "has"), "1"),
        ({"not": the("faqs", the("id", 5), "any")}, "1"),
        (the("faqs", VENUE, "any"), "1"),
        (the("faqs", {"and": [the("id", 4), the("faq-type-id", None, "is")]}, "any"), "1"),
        # Columns of one row against each other.
        ({"name": "starts-at", "op": "lt", "field": "ends-at"}, "12"),
        ({"name": "starts_at", "op": "gt", "field": "ends_at"}, ""),
        ({"name": "event-type-id", "op": "eq", "field": "event-topic-id"}, "12"),
        ({"name": "id", "op": "ne", "field": "event-type-id"}, ""),
    ],
)
def test_conditions_combine_nest_and_reach_related_resources(
    client: Client, condition: dict[str, Any], expected: str
) -> None:
    assert found(client, condition) == list(expected)


def test_several_filters_all_hold(client: Client) -> None:
    one = {"name": "id", "op": "ge", "val": 1}
    assert found(client, one, {"name": "id", "op": "ge", "val": 2}) == ["2"]
    query = urlencode({"filter": json.dumps([one]), "filter[name]": "Night of Strings"})
    assert ids(client.get(f"{EVENTS}?{query}")) == ["2"]


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("name", "Night of Strings", ["2"]),
        ("is-map-shown", "true", ["1"]),
        ("is_map_shown", "true", ["1"]),
        ("id", "2", ["2"]),
        ("event-type-id", "1", ["1"]),
        ("event-type__name", "Meetup", ["2"]),
        ("starts-at", "2030-05-01T09:00:00Z", ["1"]),
        ("tracks__position", "1", ["1"]),
        ("name", "", []),
    ],
)
def test_simple_form_is_equality(
    client: Client, parameter: str, value: str, expected: list[str]
) -> None:
    query = urlencode({f"filter[{parameter}]": value})
    assert ids(client.get(f"{EVENTS}?{query}")) == expected


@pytest.mark.parametrize("value", ["", "[]", "%20", "[%20]"])
def test_empty_filter_is_no_filter(client: Client, value: str) -> None:
    assert ids(client.get(f"{EVENTS}?filter={value}")) == ["1", "2"]


def _value(operator: str) -> Any:
    kind = OPERATORS[operator][0]
    return {"many": ["1", "2"], "pair": ["1", "2"], "null": None}.get(kind, "1")


@pytest.mark.parametrize("name", ["id", "name", "starts-at", "latitude", "online", "is-complete"])
def test_attribute_of_every_kind_takes_an_operator_or_refuses_it(client: Client, name: str) -> None:
    """Nothing reaches the database that it would refuse."""
    taken = set()
    for operator in OPERATORS:
        path = filtered(EVENTS, {"name": name, "op": operator, "val": _value(operator)})
        answer = client.get(f"{path}&fields[event]=")
        if answer.status_code == 200:
            taken.add(operator)
        else:
            assert bad_parameter(answer) == "filter"
    assert taken >= {"is", "isnot"}


@pytest.mark.parametrize(("path", "resource"), LISTINGS, ids=[path for path, _ in LISTINGS])
def test_every_attribute_can_be_filtered_by(
    client: Client, path: str, resource: ResourceType
) -> None:
    names = comparable(resource)
    step = MAX_CONDITIONS // 2
    for start in range(0, len(names), step):
        conditions = [{"or": [the(name, None, "isnot")]} for name in names[start : start + step]]
        sparse = f"fields[{resource.type_name}]="
        answer = client.get(f"{filtered(path, *conditions)}&{sparse}", as_="admin")
        assert answer.status_code == 200


@pytest.mark.parametrize("link", [*TO_ONE, *TO_MANY], ids=str)
def test_every_relationship_is_filtered_with_its_operator_and_not_the_other(
    client: Client, link: Link
) -> None:
    paths = [path for path, resource in LISTINGS if resource is link.owner]
    right, wrong = ("any", "has") if link.field.many else ("has", "any")
    inner = {"name": "id", "op": "gt", "val": 0}
    for path in paths[:1]:
        condition = {"name": link.wire, "op": right, "val": inner}
        every = f"include={link.wire}&page[size]=0"
        rows = client.get(f"{path}?{every}", as_="admin").json["data"]
        related = [row["id"] for row in rows if row["relationships"][link.wire]["data"]]
        filtered_by_it = client.get(f"{filtered(path, condition)}&{every}", as_="admin")
        assert ids(filtered_by_it) == related
        condition = {"name": link.wire, "op": wrong, "val": inner}
        assert bad_parameter(client.get(filtered(path, condition), as_="admin")) == "filter"


BAD: tuple[Any, ...] = (
    "{",
    "{}",
    "1",
    "null",
    '"name"',
    "[1]",
    "[null]",
    "[[]]",
    "[{}]",
    '[{"name":"name"',
    '[{"name":1,"op":"eq","val":1}]',
    '[{"op":"eq","val":1}]',
    '[{"name":"name","op":1,"val":1}]',
    '[{"name":"nothing","op":"eq","val":1}]',
    '[{"name":"name","op":"nothing","val":1}]',
    '[{"name":"name","op":"eq","val":1,"more":1}]',
    '[{"and":{"name":"name"}}]',
    '[{"or":1}]',
    '[{"not":[]}]',
    '[{"and":[],"or":[]}]',
    '[{"name":"name","op":"eq","val":[]}]',
    '[{"name":"name","op":"eq","val":{}}]',
    '[{"name":"name","op":"lt","val":null}]',
    '[{"name":"name","op":"is","val":"x"}]',
    '[{"name":"name","op":"in","val":"x"}]',
    '[{"name":"name","op":"in","val":[null]}]',
    '[{"name":"name","op":"in","val":[[]]}]',
    '[{"name":"name","op":"between","val":["a"]}]',
    '[{"name":"name","op":"like","val":"%\\\\"}]',
    '[{"name":"name","op":"ilike","val":"\\\\\\\\\\\\"}]',
    '[{"name":"id","op":"like","val":"1"}]',
    '[{"name":"starts-at","op":"like","val":"2030%"}]',
    '[{"name":"id","op":"eq","val":"x"}]',
    '[{"name":"id","op":"eq","val":9223372036854775808}]',
    '[{"name":"id","op":"eq","val":1e999}]',
    '[{"name":"latitude","op":"eq","val":NaN}]',
    '[{"name":"latitude","op":"eq","val":"Infinity"}]',
    '[{"name":"starts-at","op":"eq","val":"yesterday"}]',
    '[{"name":"starts-at","op":"eq","val":"2030-01-01T00:00:00"}]',
    '[{"name":"starts-at","op":"eq","val":"0001-01-01T00:00:00+14:00"}]',
    '[{"name":"online","op":"eq","val":"perhaps"}]',
    '[{"name":"document-links","op":"eq","val":"x"}]',
    '[{"name":"name","op":"eq","field":"starts-at"}]',
    '[{"name":"name","op":"eq","field":"nothing"}]',
    '[{"name":"name","op":"in","field":"name"}]',
    '[{"name":"name","op":"eq","field":"name","val":1}]',
    '[{"name":"name","op":"eq","field":1}]',
    '[{"name":"event-type","op":"eq","val":"1"}]',
    '[{"name":"event-type","op":"has","val":null}]',
    '[{"name":"event-type","op":"has","val":[]}]',
    '[{"name":"event-type","op":"has","val":{"name":"nothing","val":1}}]',
    '[{"name":"nothing","op":"has","val":{"name":"id","val":1}}]',
    '[{"name":"nothing__name","val":1}]',
    '[{"name":"__class__","val":1}]',
    '[{"name":"metadata","val":1}]',
    '[{"name":"version","val":1}]',
    '[{"name":"name","op":"__eq__","val":"x"}]',
    '[{"name":"name","op":"op","val":"x"}]',
    '[{"name":"name","op":"label","val":"x"}]',
    '[{"name":"name","op":"desc","val":"x"}]',
    '[{"name":"name","op":"match","val":"x"}]',
    '[{"name":"name","op":"regexp_match","val":"x"}]',
    '[{"name":"name","op":"eq","val":"\\u0000"}]',
    '[{"name":"name","op":"eq","val":"\\ud800"}]',
    '[{"name":"name","op":"like","val":"\\udfff%"}]',
    '[{"name":"name","op":"in","val":["\\ud83d"]}]',
)


@pytest.mark.parametrize("text", BAD)
def test_filter_that_makes_no_sense_is_400(client: Client, text: str) -> None:
    assert bad_parameter(client.get(f"{EVENTS}?filter={quote(text)}", as_="admin")) == "filter"


def test_fault_of_the_simple_form_is_named_as_it_was_sent(client: Client) -> None:
    for name in ("nothing", "password", "event-type", "faqs", "document-links", "a__b"):
        expected = f"filter[{name}]"
        assert bad_parameter(client.get(f"{EVENTS}?filter[{name}]=x", as_="admin")) == expected


def test_limits_are_kept_and_named(client: Client) -> None:
    leaf = {"name": "id", "op": "ge", "val": 1}
    assert found(client, *[leaf] * MAX_CONDITIONS) == ["1", "2"]
    assert bad_parameter(client.get(filtered(EVENTS, *[leaf] * (MAX_CONDITIONS + 1)))) == "filter"
    for depth, status in ((MAX_DEPTH - 2, 200), (MAX_DEPTH, 400), (2000, 400)):
        nested = '{"not":' * depth + json.dumps(leaf) + "}" * depth
        assert client.get(f"{EVENTS}?filter=[{quote(nested)}]").status_code == status
    many = {"name": "id", "op": "in", "val": list(range(MAX_VALUES))}
    assert found(client, many) == ["1", "2"]
    more = {**many, "val": list(range(MAX_VALUES + 1))}
    assert bad_parameter(client.get(filtered(EVENTS, more))) == "filter"
    text = {"name": "name", "op": "eq", "val": "x" * (MAX_TEXT + 1)}
    assert bad_parameter(client.get(filtered(EVENTS, text))) == "filter"


def test_filter_works_on_related_lists_and_linkage(client: Client) -> None:
    condition = {"name": "faq-type__name", "op": "eq", "val": "Tickets"}
    for path in ("/v1/events/1/faqs", "/v1/events/1/relationships/faqs"):
        assert ids(client.get(filtered(path, condition))) == ["1", "2"]
