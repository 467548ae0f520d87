"""Every documented operation, by every kind of caller: allowed or refused as documented.

The cells are generated from the ``Access:`` lines and from the relationships that the
blueprint calls writable; nothing here knows the server's own policies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import falcon.testing
import pytest
from sqlalchemy import Engine, text

from openevent.app import RESOURCES, WebApp
from openevent.contract.blueprint import Action, Example
from openevent.contract.exchange import Request, Tokens, request_of
from openevent.contract.gates.actions import UNIVERSAL
from openevent.contract.mson import Member
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToMany
from openevent.services.rate_limits import RateLimits, RedisStore
from openevent.settings import Settings
from openevent.work.broker import redis_client
from openevent.work.heartbeat import beat
from tests.conftest import put_back
from tests.contract.access import WORDS, may
from tests.contract.documented import BLUEPRINT

#: What the documented example needs of the world beforehand, as its hook in hooks/ does.
BEFOREHAND = {
    "POST /v1/speakers-calls": "DELETE FROM speakers_calls WHERE event_id = 1",
}


def _name(caller: str | None) -> str:
    return caller or "anonymous"


def _cells() -> Iterator[Any]:
    for action in BLUEPRINT.actions:
        example = next((e for e in action.examples if e.is_success), None)
        assert example is not None, f"{action.place}: no example of success"
        for caller in WORDS:
            name = f"{action.method} {action.path} {_name(caller)}"
            yield pytest.param(action, example, caller, id=name)


class Server:
    """Sends requests as they are documented, with nobody's attempts counted before."""

    def __init__(self, app: WebApp, settings: Settings) -> None:
        self.http = falcon.testing.TestClient(app)
        self.tokens = Tokens(settings.secret_key)
        self.redis = redis_client(settings.redis_url)
        self.limits = RateLimits(RedisStore(self.redis))
        self.has_written = False

    def send(self, request: Request) -> falcon.testing.Result:
        path, _, query = request.target.partition("?")
        if request.method != "GET" or not path.startswith("/v1/"):
            self.limits.clear()
            beat(self.redis, threads=1)  # the health check is documented with a worker
        answer = self.http.simulate_request(
            request.method,
            path,
            query_string=query,
            headers=dict(request.with_tokens(self.tokens).headers),
            body=request.body,
        )
        # What is refused is rolled back; a log-in that fails may still end a session.
        self.has_written |= request.method != "GET" and (
            answer.status_code < 400 or "/auth/" in path
        )
        return answer


@pytest.fixture(scope="module")
def served(app: WebApp, settings: Settings) -> Iterator[Server]:
    server = Server(app, settings)
    yield server
    server.redis.close()


@pytest.fixture
def server(served: Server, engine: Engine, admin_hash: str) -> Iterator[Server]:
    """The server; the world is put back after a request that changed it."""
    yield served
    if served.has_written:
        served.has_written = False
        put_back(engine, admin_hash)


@pytest.mark.parametrize(("action", "example", "caller"), list(_cells()))
def test_operation_is_open_to_whom_its_access_line_says(
    server: Server, engine: Engine, action: Action, example: Example, caller: str | None
) -> None:
    assert action.access, f"{action.place}: no Access: line"
    request = request_of(action, example)
    allowed = may(caller, action.access, request)
    if sql := BEFOREHAND.get(f"{action.method} {action.path}"):
        with engine.begin() as connection:
            connection.execute(text(sql))
        server.has_written = True
    answer = server.send(request.by(caller))
    assert answer.status_code in action.statuses | UNIVERSAL, f"{action.place}: {answer.text}"
    if allowed:
        assert answer.status_code == example.status, answer.text
    else:
        refusals = (401, 404) if caller is None else (403, 404)
        assert answer.status_code in refusals, answer.text


def _relationships() -> Iterator[tuple[ResourceType, str, Member]]:
    structures = BLUEPRINT.structures
    for resource in RESOURCES:
        words = resource.type_name.replace("_", "-").split("-")
        title = " ".join(word.capitalize() for word in words)
        members = structures.members(f"{title} Resource").get("relationships")
        for member in members.members if members else ():
            yield resource, member.name.replace("-", "_"), member


def _relationship_cells() -> Iterator[Any]:
    for resource, name, member in _relationships():
        for caller in WORDS:
            label = f"{resource.type_name}.{member.name} {_name(caller)}"
            yield pytest.param(resource, name, member, caller, id=label)


def _relationship_url(resource: ResourceType, name: str) -> str:
    return f"{_shown(resource)}/relationships/{name.replace('_', '-')}"


def _shown(resource: ResourceType) -> str:
    """Return the URL of the resource that the blueprint shows as the example."""
    for action in BLUEPRINT.actions:
        if action.method == "GET" and action.path == f"{resource.path}/{{id}}":
            return request_of(action, action.examples[0]).target.partition("?")[0]
    raise AssertionError(f"{resource.type_name} has no documented detail")


@pytest.mark.parametrize(("resource", "name", "member", "caller"), list(_relationship_cells()))
def test_relationship_can_be_read_where_its_resource_can(
    server: Server, resource: ResourceType, name: str, member: Member, caller: str | None
) -> None:
    relationship = resource.schema.relationships()[name]
    shown = server.send(_as(caller, "GET", _shown(resource)))
    related = f"{_shown(resource)}/{relationship.segment_of(name)}"
    for url in (_relationship_url(resource, name), related):
        assert server.send(_as(caller, "GET", url)).status_code == shown.status_code


@pytest.mark.parametrize(("resource", "name", "member", "caller"), list(_relationship_cells()))
def test_relationship_can_be_written_by_whom_its_description_says(
    server: Server, resource: ResourceType, name: str, member: Member, caller: str | None
) -> None:
    url = _relationship_url(resource, name)
    many = isinstance(resource.schema.relationships()[name], ToMany)
    present = server.send(_as("super-admin", "GET", url))
    document = json.dumps({"data": present.json["data"]})
    for method in ("PATCH", "POST", "DELETE") if many else ("PATCH",):
        request = _as(caller, method, url, document)
        answer = server.send(request)
        if not member.writable_by:
            assert answer.status_code == 405, answer.text
        elif may(caller, member.writable_by, request):
            assert answer.status_code == 200, answer.text
        else:
            assert answer.status_code in ((401, 404) if caller is None else (403, 404))


def _as(caller: str | None, method: str, target: str, body: str | None = None) -> Request:
    headers = [("Accept", MEDIA_TYPE)]
    if body is not None:
        headers.append(("Content-Type", MEDIA_TYPE))
    return Request(method=method, target=target, headers=tuple(headers), body=body).by(caller)
