"""Order and pages of lists, and the query parameters there are (§ Sorting, § Pagination)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from sqlalchemy import Engine, insert

from openevent.areas.faq.models import Faq
from openevent.jsonapi.query import MAX_SORT_KEYS, STRAY_PARAMETERS
from openevent.jsonapi.resource import ResourceType
from openevent.settings import Settings
from tests.areas.documents import ids
from tests.conftest import Client
from tests.jsonapi.catalogue import LINKS, LISTINGS, TO_ONE, comparable, readable
from tests.jsonapi.test_include_and_fields import bad_parameter

FAQS = "/v1/events/1/faqs"


@pytest.fixture
def faqs(client: Client, engine: Engine) -> None:
    """Forty-one further questions of event 1, forty-five in all."""
    rows = [
        {
            "id": 2000 + n,
            "event_id": 1,
            "question": f"Question {n:02}?",
            "answer": "Yes." if n % 2 else "No.",
            "position": n % 7,
        }
        for n in range(41)
    ]
    with engine.begin() as connection:
        connection.execute(insert(Faq), rows)


def _sortable(resource: ResourceType) -> list[str]:
    return comparable(resource)


@pytest.mark.parametrize(("path", "resource"), LISTINGS, ids=[path for path, _ in LISTINGS])
def test_every_list_sorts_by_every_attribute_both_ways(
    client: Client, path: str, resource: ResourceType
) -> None:
    names, step = _sortable(resource), MAX_SORT_KEYS - 1
    for start in range(0, len(names), step):
        keys = [*names[start : start + step], "id"]
        ways = (keys, [f"-{key}" for key in keys])
        if start == 0:
            ways = (*ways, [key.replace("-", "_") for key in keys])
        up, down, *same = (
            client.get(
                f"{path}?page[size]=0&sort={','.join(way)}&fields[{resource.type_name}]=",
                as_="admin",
            )
            for way in ways
        )
        assert up.status_code == down.status_code == 200
        assert ids(up) == ids(down)[::-1]
        assert [ids(answer) for answer in same] in ([], [ids(up)])


@pytest.mark.parametrize("name", ["name", "starts-at", "ends-at", "timezone"])
def test_order_is_honoured(client: Client, name: str) -> None:
    for sign, reverse in (("", False), ("-", True)):
        answer = client.get(f"/v1/events?sort={sign}{name}", as_="admin")
        values = [item["attributes"][name] for item in answer.json["data"]]
        assert values == sorted(values, reverse=reverse)
        assert len(values) == 3


def test_later_keys_order_what_earlier_ones_leave_equal(client: Client, faqs: None) -> None:
    answer = client.get(f"{FAQS}?sort=answer,-position,question&page[size]=0")
    rows = [item["attributes"] for item in answer.json["data"]]
    keys = [(row["answer"], -row["position"], row["question"]) for row in rows]
    assert len(keys) == 45
    assert keys == sorted(keys)


def test_equal_rows_keep_the_order_of_ids_over_pages(client: Client, faqs: None) -> None:
    seen: list[str] = []
    for number in range(1, 6):
        path = f"{FAQS}?sort=position&page[size]=10&page[number]={number}"
        seen += ids(client.get(path))
    assert len(seen) == len(set(seen)) == 45
    whole = client.get(f"{FAQS}?sort=position&page[size]=0")
    assert seen == ids(whole)


@pytest.mark.parametrize("link", TO_ONE, ids=str)
def test_list_sorts_by_an_attribute_of_a_to_one(client: Client, link: Any) -> None:
    paths = [path for path, resource in LISTINGS if resource is link.owner]
    paths += [x.related(1) for x in LINKS if x.target is link.owner and x.field.many][:1]
    attribute = (*readable(link.target), "id")[0]
    for path in paths:
        answer = client.get(f"{path}?sort=-{link.wire}.{attribute}", as_="super-admin")
        assert answer.status_code == 200


def test_order_by_a_to_one_is_by_its_value(client: Client) -> None:
    up = ids(client.get("/v1/events?sort=event-type.name"))
    assert up == ["1", "2"], "Conference, Meetup"
    assert ids(client.get("/v1/events?sort=-event_type.name")) == ["2", "1"]


@pytest.mark.parametrize("key", ["order.completed_at", "ticket.name", "ticket.price", "tagId"])
def test_tables_of_published_clients_sort_by_their_own_spelling(client: Client, key: str) -> None:
    there = ids(client.get("/v1/events/1/attendees", as_="organizer"))
    for sort in (key, f"-{key}"):
        answer = client.get(f"/v1/events/1/attendees?sort={sort}", as_="organizer")
        assert sorted(ids(answer)) == sorted(there) != []


@pytest.mark.parametrize(
    "sort",
    [
        "nothing",
        "Name",
        "-nothing",
        "name,nothing",
        "event-type",
        "faqs",
        "faqs.question",
        "event-type.nothing",
        "event-type.events.name",
        "-",
        "--name",
        "%2Bname",
        "name desc",
        "version",
        "document-links",
        "%00",
        "password",
    ],
)
def test_unsupported_order_is_400(client: Client, sort: str) -> None:
    answer = client.get(f"/v1/events?sort={quote(sort, safe='%')}", as_="super-admin")
    assert bad_parameter(answer) == "sort"


def test_number_of_keys_is_limited(client: Client) -> None:
    keys = ["name", "starts-at", "ends-at", "timezone", "state", "privacy", "identifier"]
    most = ",".join(keys[:MAX_SORT_KEYS])
    assert client.get(f"/v1/events?sort={most}").status_code == 200
    more = ",".join(keys[: MAX_SORT_KEYS + 1])
    assert bad_parameter(client.get(f"/v1/events?sort={more}")) == "sort"


def test_page_is_20_when_nothing_is_asked(client: Client, faqs: None) -> None:
    answer = client.get(FAQS)
    assert len(answer.json["data"]) == 20
    assert answer.json["meta"] == {"count": 45}


def test_page_size_0_is_everything(client: Client, faqs: None) -> None:
    answer = client.get(f"{FAQS}?page[size]=0")
    assert len(answer.json["data"]) == 45
    assert answer.json["links"]["next"] is None


def test_everything_ends_at_the_documented_cap(settings: Settings, client: Client) -> None:
    for size in (settings.page_size_cap + 1, 9_999_999_999):
        answer = client.get(f"/v1/events?page[size]={size}")
        assert answer.status_code in (200, 400)
    assert client.get(f"/v1/events?page[size]={settings.page_size_cap}").status_code == 200


def test_links_lead_through_the_whole_list_and_back(client: Client, faqs: None) -> None:
    path = f"{FAQS}?page[size]=10&sort=-question&fields[faq]=question&filter[answer]=No."
    first = client.get(path).json
    assert first["links"]["prev"] is None
    document, seen, numbers = first, list(first["data"]), 1
    while url := document["links"]["next"]:
        back = document
        document = client.get(url).json
        assert client.get(document["links"]["prev"]).json["data"] == back["data"]
        assert document["meta"] == first["meta"] == {"count": 21}
        seen += document["data"]
        numbers += 1
    assert numbers == 3
    questions = [item["attributes"]["question"] for item in seen]
    assert questions == sorted(questions, reverse=True)
    assert len(set(questions)) == 21
    assert client.get(first["links"]["last"]).json["data"] == document["data"]
    assert client.get(document["links"]["first"]).json["data"] == first["data"]


def test_links_keep_every_other_parameter(client: Client, faqs: None) -> None:
    sent = (
        ("page[size]", "5"),
        ("page[number]", "2"),
        ("sort", "-question,id"),
        ("include", "event,faq-type"),
        ("fields[faq]", "question,event"),
        ("filter", '[{"name":"question","op":"ilike","val":"%20%&=+ü"}]'),
        ("filter[answer]", "No."),
        ("cache", "true"),
    )
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in sent)
    links = client.get(f"{FAQS}?{query}").json["links"]
    kept = {name: value for name, value in sent if name != "page[number]"}
    for name, link in links.items():
        if link is not None:
            parameters = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
            parameters.pop("page[number]", None)
            assert parameters == kept, name


@pytest.mark.parametrize("number", [6, 1000, 1_000_000_000])
def test_page_past_the_end_is_empty_and_leads_back(client: Client, faqs: None, number: int) -> None:
    document = client.get(f"{FAQS}?page[size]=10&page[number]={number}").json
    assert document["data"] == []
    assert document["meta"] == {"count": 45}
    assert document["links"]["next"] is None
    assert ids(client.get(document["links"]["prev"])) == ids(client.get(document["links"]["last"]))


def test_huge_page_of_a_huge_number_overflows_nothing(client: Client) -> None:
    answer = client.get("/v1/events?page[size]=0&page[number]=1000000000")
    assert (answer.status_code, answer.json["data"]) == (200, [])


@pytest.mark.parametrize("member", ["size", "number"])
@pytest.mark.parametrize(
    "value",
    ["-1", "+1", "1.0", "1e3", "x", "", "%D9%A1", "1_0", "0x1", "9" * 30, "01", "1,2", "%00"],
)
def test_page_that_is_no_number_is_400(client: Client, member: str, value: str) -> None:
    answer = client.get(f"/v1/events?page[{member}]={value}")
    assert bad_parameter(answer) == f"page[{member}]"


@pytest.mark.parametrize(
    "parameter",
    [
        *("page[offset]", "page[limit]", "page[]", "page", "limit", "offset", "search", "q"),
        *("Include", "sort[name]", "include[faq]", "fields", "filters", "filter[name", "a[b]"),
        *("fields[event][x]", "\ufffd", "x" * 3000),
    ],
)
def test_unknown_parameter_is_400(client: Client, parameter: str) -> None:
    answer = client.get(f"/v1/events?{quote(parameter)}=name")
    assert bad_parameter(answer) == parameter


@pytest.mark.parametrize("path", ["/v1/events/1", "/v1/faqs/1/event", "/v1/faqs/1/faq-type"])
def test_what_is_no_list_is_not_sorted_or_filtered(client: Client, path: str) -> None:
    for parameter in ("sort", "filter", "filter[name]"):
        assert bad_parameter(client.get(f"{path}?{parameter}=name")) == parameter
    assert client.get(f"{path}?page[size]=0").status_code == 200, "clients ask so for a to-one"


def test_stray_parameters_of_published_clients_change_nothing(client: Client) -> None:
    for path in ("/v1/events", "/v1/events/1", "/v1/events/1/faqs"):
        plain = client.get(path).json
        for parameter in (*STRAY_PARAMETERS, "get_trashed"):
            answer = client.get(f"{path}?{parameter}=true")
            assert answer.json["data"] == plain["data"], parameter
            assert answer.json.get("meta") == plain.get("meta")


def test_repeated_parameter_is_one_list_or_refused(client: Client) -> None:
    assert client.get("/v1/events?sort=name&sort=id").status_code == 200
    assert bad_parameter(client.get("/v1/events?page[size]=1&page[size]=2")) == "page[size]"
    assert bad_parameter(client.get("/v1/events?filter=[]&filter=[]")) == "filter"
