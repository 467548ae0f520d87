"""Media types (JSON:API 1.0 § Content Negotiation), on every route that speaks JSON:API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.resource import ResourceType
from tests.conftest import Client
from tests.jsonapi.catalogue import READS, TYPES
from tests.jsonapi.samples import CHANGED, CREATED, CREATIONS, change, creation, path_of

WITH_PARAMETERS = (
    "application/vnd.api+json; charset=utf-8",
    "application/vnd.api+json;ext=bulk",
    'application/vnd.api+json; profile="http://example.org/"',
)
OTHERS = ("application/json", "text/plain", "multipart/form-data; boundary=x", "", "nonsense")


_ROWS = text(
    " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM {table}"  # noqa: S608
        for table in sorted({inspect(resource.model).local_table.name for resource in TYPES})
    )
)


def rows_of(engine: Engine) -> list[Any]:
    """Return how many rows there are in each of the tables that the samples write to."""
    with engine.connect() as connection:
        return list(connection.execute(_ROWS))


@pytest.mark.parametrize("path", [*READS, "/v1/nothing", "/v1/events/999", "/v1/faqs/x"])
def test_every_answer_is_jsonapi_without_parameters(client: Client, path: str) -> None:
    for who in (None, "admin"):
        assert client.get(path, as_=who).headers["Content-Type"] == MEDIA_TYPE


@pytest.mark.parametrize("resource", CREATED, ids=lambda r: r.type_name)
def test_document_of_another_media_type_is_415_and_nothing_is_applied(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    before = rows_of(engine)
    who = CREATIONS[resource.type_name].who
    for content_type in (*WITH_PARAMETERS, *OTHERS):
        sent = {"Content-Type": content_type}
        answer = client.post(resource.path, creation(resource), as_=who, headers=sent)
        assert answer.status_code == 415, content_type
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert answer.json["errors"][0]["status"] == "415"
    assert rows_of(engine) == before


@pytest.mark.parametrize("content_type", [*WITH_PARAMETERS, *OTHERS])
def test_change_of_another_media_type_is_415_and_nothing_is_applied(
    client: Client, content_type: str
) -> None:
    for resource in CHANGED:
        path = path_of(resource)
        before = client.get(path, as_="admin").json
        sent = {"Content-Type": content_type}
        answer = client.patch(path, change(resource), as_="admin", headers=sent)
        assert answer.status_code == 415
        assert client.get(path, as_="admin").json == before


def test_linkage_of_another_media_type_is_415(client: Client) -> None:
    path = "/v1/faqs/1/relationships/faq-type"
    sent = {"Content-Type": "application/json"}
    assert client.patch(path, {"data": None}, as_="organizer", headers=sent).status_code == 415
    assert client.get(path).json["data"] == {"type": "faq-type", "id": "1"}


@pytest.mark.parametrize(
    "accept",
    [
        MEDIA_TYPE,
        "*/*",
        "",
        "application/*",
        "text/html, */*;q=0.1",
        f"{MEDIA_TYPE}; charset=utf-8, {MEDIA_TYPE}",
        f"{MEDIA_TYPE};q=0.9",
        f"application/json, {MEDIA_TYPE}",
        MEDIA_TYPE.upper(),
    ],
)
def test_accept_with_one_bare_instance_is_answered(client: Client, accept: str) -> None:
    answer = client.get("/v1/events/1", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    "accept",
    [
        *WITH_PARAMETERS,
        ", ".join(WITH_PARAMETERS[:2]),
        "application/json",
        "text/html",
        f"{MEDIA_TYPE};q=0",
    ],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/1", "/v1/faqs/1/event"])
def test_accept_without_bare_instance_is_406(client: Client, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.json["errors"][0]["status"] == "406"


def test_unacceptable_write_writes_nothing(client: Client, engine: Engine) -> None:
    before = rows_of(engine)
    for resource in CREATED:
        who = CREATIONS[resource.type_name].who
        sent = {"Accept": "text/html"}
        answer = client.post(resource.path, creation(resource), as_=who, headers=sent)
        assert answer.status_code == 406
    assert rows_of(engine) == before


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", MEDIA_TYPE])
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", MEDIA_TYPE]
)
def test_rpc_routes_take_and_give_plain_json(
    client: Client, accept: str, content_type: str
) -> None:
    answer = client.post(
        "/v1/users/check_email",
        {"email": "owner@example.org"},
        headers={"Accept": accept, "Content-Type": content_type},
    )
    assert (answer.status_code, answer.json) == (200, {"exists": True})
    assert answer.headers["Content-Type"] == "application/json"


def test_rpc_errors_carry_error_and_errors(client: Client) -> None:
    answer = client.rpc("/v1/users/check_email", {})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = answer.json
    assert body["error"] == body["errors"][0]["detail"]
    assert isinstance(body["errors"][0]["source"], dict)
