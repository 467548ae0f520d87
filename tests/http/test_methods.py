"""What HTTP itself asks of every route: methods, HEAD, OPTIONS, cross-origin, request ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openevent.app import WebApp
from openevent.http.routes import operations_of
from openevent.jsonapi.endpoints import MEDIA_TYPE
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, TYPES

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")


def routed(app: WebApp) -> Iterator[tuple[str, set[str]]]:
    """Yield each path, with id 1, and the methods that are routed there."""
    for path, methods in operations_of(app).items():
        yield path.replace("{id}", "1"), set(methods)


def test_method_that_is_not_there_is_405_and_allow_names_those_that_are(
    client: Client, app: WebApp
) -> None:
    for path, methods in routed(app):
        for method in set(METHODS) - methods:
            answer = client.request(
                method, path, headers={"Content-Type": MEDIA_TYPE}, as_="super-admin"
            )
            assert answer.status_code == 405, (method, path)
            allowed = set(answer.headers["Allow"].split(", "))
            assert allowed == methods | {"OPTIONS"}, (method, path)


def test_405_is_an_error_document(client: Client) -> None:
    answer = client.request("PUT", "/v1/events/1")
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    error = answer.json["errors"][0]
    assert (error["status"], error["code"], error["source"]) == ("405", "method-not-allowed", {})


@pytest.mark.parametrize(
    "path",
    [
        *(path for path, _ in LISTINGS),
        *(f"{resource.path}/{IDS[resource.type_name][0]}" for resource in TYPES),
        LINKS[0].related(1),
        LINKS[0].linkage(1),
        "/v1/nothing",
        "/v1/events/999",
    ],
)
def test_head_says_what_get_says_without_a_body(client: Client, path: str) -> None:
    for who in (None, "admin"):
        head, get = client.request("HEAD", path, as_=who), client.get(path, as_=who)
        assert head.status_code == get.status_code
        assert head.content == b""
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary"):
            assert head.headers.get(name) == get.headers.get(name), name


def test_options_tells_the_methods_to_anybody(client: Client, app: WebApp) -> None:
    for path, methods in routed(app):
        answer = client.request("OPTIONS", path)
        assert answer.status_code == 200, path
        assert set(answer.headers["Allow"].split(", ")) == methods, path


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_preflight_allows_what_front_ends_send(client: Client, method: str) -> None:
    path = "/v1/faqs" if method == "POST" else "/v1/faqs/1"
    answer = client.request(
        "OPTIONS",
        path,
        headers={
            "Origin": "https://front.example",
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert answer.status_code == 200
    assert method in answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/999", "/v1/users", "/v1/nothing"])
def test_any_origin_reads_answers_and_errors_but_never_with_credentials(
    client: Client, path: str
) -> None:
    answer = client.get(path, headers={"Origin": "https://front.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/v1/users", "/v1/mails", "/v1/user-emails/1"])
def test_401_names_the_scheme(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("JWT ")


@pytest.mark.parametrize("scheme", ["JWT", "Bearer", "jwt", "BEARER"])
def test_scheme_is_jwt_or_bearer_in_any_case(client: Client, scheme: str) -> None:
    sent = {"Authorization": f"{scheme} {client.token('registered')}"}
    assert client.get("/v1/user-emails", headers=sent).status_code == 200


def test_trailing_slash_changes_nothing(client: Client) -> None:
    assert client.get("/v1/events/1/").json["data"] == client.get("/v1/events/1").json["data"]


def test_request_id_of_the_caller_is_kept(client: Client) -> None:
    sent = {"X-Request-ID": "kiosk-7.0001_a"}
    assert client.get("/v1/events", headers=sent).headers["X-Request-ID"] == "kiosk-7.0001_a"


@pytest.mark.parametrize(
    "given",
    [
        "short",
        "x" * 65,
        "with space in it",
        "a\tb-tab-inside",
        "semi;colon-here",
        "ünïcödé-letters",
        "%0d%0aSet-Cookie:x",
        "<script>alert</script>",
    ],
)
def test_improper_request_id_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/v1/events", headers={"X-Request-ID": given})
    assert answer.status_code == 200
    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 32
    assert "Set-Cookie" not in answer.headers
