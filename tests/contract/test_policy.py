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
from openevent.work.outbox import Outbox
from openevent.work.unit import UnitOfWork
from tests.contract.access import WORDS, may
from tests.contract.documented import BLUEPRINT
from tests.services.stripe_server import signed

#: What the documented example needs of the world beforehand, as its hook in hooks/ does.
BEFOREHAND = {
    "POST /v1/speakers-calls": "DELETE FROM speakers_calls WHERE event_id = 1",
    "DELETE /v1/events/{id}": "UPDATE tickets SET sold = 0 WHERE event_id = 1",
}

#: Those who see different things, for what is there for all to read; everything else is
#: tried as everybody.
READERS = (
    *(None, "registered", "track-organizer", "coorganizer", "organizer"),
    *("owner", "other-owner", "super-admin"),
)


def _name(caller: str | None) -> str:
    return caller or "anonymous"


def _actions() -> Iterator[Any]:
    for action in BLUEPRINT.actions:
        example = next((e for e in action.examples if e.is_success), None)
        assert example is not None, f"{action.place}: no example of success"
        yield pytest.param(action, example, id=f"{action.method} {action.path}")


def rehearse(outbox: Outbox, work: UnitOfWork) -> None:
    """Do what a commit does, refusals of the database included, and undo it all.

    So every cell finds the world as it is, at a fraction of what putting it back takes.
    """
    work.db.flush()
    list(outbox.dispatcher.deliveries(work.recorded))
    work.db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    work.db.rollback()


class Server:
    """Sends requests as they are documented, with nobody's attempts counted before."""

    def __init__(self, app: WebApp, settings: Settings) -> None:
        self.http = falcon.testing.TestClient(app)
        self.tokens = Tokens(settings.secret_key)
        self.redis = redis_client(settings.redis_url)
        self.limits = RateLimits(RedisStore(self.redis))

    def send(self, request: Request) -> falcon.testing.Result:
        path, _, query = request.target.partition("?")
        if request.method != "GET" or not path.startswith("/v1/"):
            self.limits.clear()
            beat(self.redis, threads=1)  # the health check is documented with a worker
        headers = dict(request.with_tokens(self.tokens).headers)
        if path == "/v1/stripe/webhook" and request.body is not None:
            headers["Stripe-Signature"] = signed(request.body.encode())
        # Health checks give up soon, which on a busy machine is too soon for some.
        for _ in range(20 if path == "/health-check" else 1):
            answer = self.http.simulate_request(
                request.method, path, query_string=query, headers=headers, body=request.body
            )
            if answer.status_code != 503:
                break
        return answer


@pytest.fixture(scope="module")
def served(app: WebApp, settings: Settings) -> Iterator[Server]:
    server = Server(app, settings)
    yield server
    server.redis.close()


@pytest.fixture
def server(served: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, which keeps nothing of what it was asked to change."""
    monkeypatch.setattr(Outbox, "commit", rehearse)
    return served


@pytest.fixture
def prepared(request: pytest.FixtureRequest, engine: Engine) -> None:
    """The world as an action's example needs it."""
    action = request.getfixturevalue("action")
    sql = BEFOREHAND.get(f"{action.method} {action.path}")
    if sql:
        with engine.begin() as connection:
            connection.execute(text(sql))


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(("action", "example"), list(_actions()))
def test_operation_is_open_to_whom_its_access_line_says(
    server: Server, action: Action, example: Example
) -> None:
    assert action.access, f"{action.place}: no Access: line"
    request = request_of(action, example)
    wrong = []
    for caller in READERS if _is_public(action) else WORDS:
        answer = server.send(request.by(caller))
        if may(caller, action.access, request):
            expected: tuple[int, ...] = (example.status,)
        else:
            expected = (401, 404) if caller is None else (403, 404)
        if answer.status_code not in expected and not _keeps_to_itself(action, answer):
            wrong.append(f"{_name(caller)}: {answer.status_code} {answer.text}")
        if answer.status_code not in action.statuses | UNIVERSAL:
            wrong.append(f"{_name(caller)}: {answer.status_code} is not documented")
    assert not wrong, "\n".join([str(action.place), *wrong])


def _is_public(action: Action) -> bool:
    return action.method == "GET" and "anyone" in (action.access or ())


def _keeps_to_itself(action: Action, answer: falcon.testing.Result) -> bool:
    """Whether a list of somebody's own things showed none of them to who sees the person."""
    return (
        (action.method, answer.status_code) == ("GET", 200)
        and "self" in (action.access or ())
        and answer.json["data"] == []
    )


def _relationships() -> Iterator[tuple[ResourceType, str, Member]]:
    structures = BLUEPRINT.structures
    for resource in RESOURCES:
        words = resource.type_name.replace("_", "-").split("-")
        title = " ".join(word.capitalize() for word in words)
        members = structures.members(f"{title} Resource").get("relationships")
        for member in members.members if members else ():
            yield resource, member.name.replace("-", "_"), member


def _written() -> Iterator[Any]:
    for resource, name, member in _relationships():
        yield pytest.param(resource, name, member, id=f"{resource.type_name}.{member.name}")


def _relationship_url(resource: ResourceType, name: str) -> str:
    return f"{_shown(resource)}/relationships/{name.replace('_', '-')}"


def _shown(resource: ResourceType) -> str:
    """Return the URL of the resource that the blueprint shows as the example."""
    for action in BLUEPRINT.actions:
        if action.method == "GET" and action.path == f"{resource.path}/{{id}}":
            return request_of(action, action.examples[0]).target.partition("?")[0]
    raise AssertionError(f"{resource.type_name} has no documented detail")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: str(resource.type_name))
def test_relationship_can_be_read_where_its_resource_can(
    server: Server, resource: ResourceType
) -> None:
    names = [name for owner, name, _ in _relationships() if owner is resource]
    segments = [resource.schema.relationships()[name].segment_of(name) for name in names]
    urls = [_relationship_url(resource, name) for name in names]
    urls += [f"{_shown(resource)}/{segment}" for segment in segments]
    wrong = []
    for caller in READERS if urls else ():
        shown = server.send(_as(caller, "GET", _shown(resource))).status_code
        found = {url: server.send(_as(caller, "GET", url)).status_code for url in urls}
        wrong += [
            f"{_name(caller)}: {shown}, but {status} for {url}"
            for url, status in found.items()
            if status != shown
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("resource", "name", "member"), list(_written()))
def test_relationship_can_be_written_by_whom_its_description_says(
    server: Server, resource: ResourceType, name: str, member: Member
) -> None:
    url = _relationship_url(resource, name)
    many = isinstance(resource.schema.relationships()[name], ToMany)
    present = server.send(_as("super-admin", "GET", url))
    document = json.dumps({"data": present.json["data"]})
    wrong = []
    # What nobody may do is refused before it matters who asks.
    for caller in WORDS if member.writable_by else (None, "super-admin"):
        for method in ("PATCH", "POST", "DELETE") if many else ("PATCH",):
            request = _as(caller, method, url, document)
            if not member.writable_by:
                expected: tuple[int, ...] = (405,)
            elif may(caller, member.writable_by, request):
                expected = (200,)
            else:
                expected = (401, 404) if caller is None else (403, 404)
            answer = server.send(request)
            if answer.status_code not in expected:
                wrong.append(f"{_name(caller)}, {method}: {answer.status_code} {answer.text}")
    assert not wrong, "\n".join(wrong)


def _as(caller: str | None, method: str, target: str, body: str | None = None) -> Request:
    headers = [("Accept", MEDIA_TYPE)]
    if body is not None:
        headers.append(("Content-Type", MEDIA_TYPE))
    return Request(method=method, target=target, headers=tuple(headers), body=body).by(caller)
