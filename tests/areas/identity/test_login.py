"""Log-in: what it takes, what it gives, and what it does not tell."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher as Argon2

from openevent.services.passwords import PasswordHasher
from openevent.services.rate_limits import RateLimits

PASSWORD = "open-event-demo"
ROUTES = pytest.mark.parametrize("path", ["/auth/session", "/v1/auth/login"])


def log_in(client: Any, email: str = "organizer@example.org", **more: Any) -> Any:
    return client.rpc("/auth/session", {"email": email, "password": PASSWORD} | more)


def payload(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


@ROUTES
@pytest.mark.parametrize("name", ["email", "username"])
def test_right_password_gives_an_access_token(client: Any, path: str, name: str) -> None:
    answer = client.rpc(path, {name: "organizer@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {"access_token"}
    claims = payload(answer.json["access_token"])
    assert claims["identity"] == 4
    assert type(claims["exp"]) is int
    assert claims["exp"] - claims["iat"] == 24 * 3600


@pytest.mark.parametrize("scheme", ["JWT", "Bearer", "jwt", "bearer"])
def test_token_works_under_both_schemes(client: Any, scheme: str) -> None:
    token = log_in(client).json["access_token"]
    answer = client.get(
        "/v1/users/user-details/get-user-id", headers={"Authorization": f"{scheme} {token}"}
    )
    assert answer.json == {"user_id": 4}


@pytest.mark.parametrize("email", ["Organizer@Example.ORG", " organizer@example.org "])
def test_address_has_no_case_and_no_blanks(client: Any, email: str) -> None:
    assert log_in(client, email).status_code == 200


def test_json_api_clients_are_answered_not_refused(client: Any) -> None:
    answer = client.rpc(
        "/auth/session",
        {"email": "organizer@example.org", "password": PASSWORD},
        headers={"Accept": "application/vnd.api+json, */*"},
    )
    assert answer.status_code == 200


def test_stale_token_does_not_stand_in_the_way_of_a_login(client: Any) -> None:
    answer = client.rpc(
        "/auth/session",
        {"email": "organizer@example.org", "password": PASSWORD},
        headers={"Authorization": "JWT stale"},
    )
    assert answer.status_code == 200


@ROUTES
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "organizer@example.org"},
        {"password": PASSWORD},
        {"email": "", "password": PASSWORD},
        {"username": "organizer@example.org", "password": ""},
    ],
)
def test_missing_credentials_are_400(client: Any, path: str, body: dict[str, str]) -> None:
    answer = client.rpc(path, body)
    assert answer.status_code == 400
    assert answer.json["error"] == "username or password missing"
    assert answer.json["errors"][0]["code"] == "credentials-missing"


@pytest.mark.parametrize("body", [[], "text", {"email": 5, "password": "x"}, {"email": ["x"]}])
def test_nonsense_is_400(client: Any, body: Any) -> None:
    assert client.rpc("/auth/session", body).status_code == 400


def test_unknown_account_and_wrong_password_get_the_same_answer(client: Any) -> None:
    wrong = log_in(client, password="wrong password")
    unknown = log_in(client, "nobody@example.org")
    for answer in (wrong, unknown):
        assert answer.status_code == 401
        assert answer.json["error"] == "Invalid Credentials"
        assert answer.headers["www-authenticate"].startswith("JWT")
    assert wrong.json == unknown.json


@pytest.mark.parametrize("email", ["deleted@example.org", "no.such@example.org"])
def test_deleted_account_is_as_if_it_had_never_been(client: Any, email: str) -> None:
    assert log_in(client, email).json["error"] == "Invalid Credentials"


def test_blocked_account_cannot_log_in(client: Any) -> None:
    answer = log_in(client, "blocked@example.org")
    assert answer.status_code == 401
    assert answer.json["errors"][0]["code"] == "account-blocked"


def test_who_does_not_know_the_password_does_not_learn_of_the_block(client: Any) -> None:
    answer = log_in(client, "blocked@example.org", password="wrong password")
    assert answer.json["error"] == "Invalid Credentials"


def test_account_without_a_password_cannot_log_in(client: Any, run: Callable[..., Any]) -> None:
    run("UPDATE users SET password_hash = NULL WHERE id = 9")
    assert log_in(client, "registered@example.org").status_code == 401
    assert log_in(client, "registered@example.org", password="x" * 500).status_code == 401


def test_same_work_is_done_whether_or_not_there_is_an_account(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *args: verified.append(args[1]) or verify(*args)
    )
    log_in(client, "nobody@example.org")
    log_in(client, password="wrong password")
    assert len(verified) == 2
    assert verified[0] is None


def test_login_notes_when_it_was_and_changes_nothing_else(
    client: Any, run: Callable[..., Any]
) -> None:
    before = run("SELECT version, modified_at, last_accessed_at FROM users WHERE id = 4")[0]
    log_in(client)
    after = run("SELECT version, modified_at, last_accessed_at FROM users WHERE id = 4")[0]
    assert before.last_accessed_at is None
    assert after.last_accessed_at is not None
    assert after[:2] == before[:2]


def test_login_renews_a_hash_with_old_parameters(client: Any, run: Callable[..., Any]) -> None:
    old = Argon2(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    run("UPDATE users SET password_hash = :old WHERE id = 4", old=old)
    assert log_in(client).status_code == 200
    new = run("SELECT password_hash FROM users WHERE id = 4")[0].password_hash
    assert "m=19456,t=2,p=1" in new
    assert log_in(client).status_code == 200


def test_being_remembered_gives_a_refresh_token_in_a_cookie(client: Any) -> None:
    answer = log_in(client, **{"remember-me": True})
    assert set(answer.json) == {"access_token"}
    claims = payload(answer.json["access_token"])
    assert claims["exp"] - claims["iat"] == 90 * 60
    cookie = answer.cookies["refresh_token_cookie"]
    assert cookie.http_only
    assert cookie.path == "/v1/auth/token/refresh"
    assert cookie.same_site == "Strict"
    assert answer.cookies["csrf_refresh_token"].value == payload(cookie.value)["csrf"]


def test_refresh_token_comes_in_the_answer_where_it_is_wanted(client: Any) -> None:
    answer = log_in(client, **{"remember-me": True, "include-in-response": True})
    assert set(answer.json) == {"access_token", "refresh_token"}
    assert not answer.cookies
    claims = payload(answer.json["refresh_token"])
    assert abs(claims["exp"] - claims["iat"] - 365 * 24 * 3600) <= 2


def test_ten_wrong_passwords_close_the_account_for_a_while(client: Any) -> None:
    for _ in range(10):
        assert log_in(client, password="wrong password").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert answer.json["errors"][0]["code"] == "too-many-requests"
    assert answer.json["error"]
    assert log_in(client, "owner@example.org").status_code == 200


def test_unknown_accounts_are_limited_the_same(client: Any) -> None:
    statuses = [log_in(client, "nobody@example.org").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_right_passwords_are_not_limited(client: Any) -> None:
    assert {log_in(client).status_code for _ in range(12)} == {200}


def test_fresh_login_takes_the_callers_own_password(client: Any) -> None:
    stale = {"Authorization": f"JWT {client.signer.access(4, expires_in=60, fresh=False)}"}
    answer = client.rpc("/v1/auth/fresh-login", {"password": PASSWORD}, headers=stale)
    assert answer.status_code == 200
    assert payload(answer.json["access_token"])["fresh"] is True
    with_email = {"email": "Organizer@example.org", "password": PASSWORD}
    assert client.rpc("/v1/auth/fresh-login", with_email, headers=stale).status_code == 200
    for body in (
        {"password": "wrong password"},
        {"email": "owner@example.org", "password": PASSWORD},
    ):
        assert client.rpc("/v1/auth/fresh-login", body, headers=stale).status_code == 401
    assert client.rpc("/v1/auth/fresh-login", {}, headers=stale).status_code == 400
    assert client.rpc("/v1/auth/fresh-login", {"password": PASSWORD}).status_code == 401


def test_verify_password_tells_yes_or_no_and_counts_the_noes(client: Any) -> None:
    path = "/v1/auth/verify-password"
    assert client.rpc(path, {"password": PASSWORD}, as_="organizer").json == {"result": True}
    for _ in range(10):
        answer = client.rpc(path, {"password": "wrong password"}, as_="organizer")
        assert answer.json == {"result": False}
    assert client.rpc(path, {"password": PASSWORD}, as_="organizer").status_code == 429
    assert client.rpc(path, {"password": PASSWORD}).status_code == 401
    assert client.rpc(path, {}, as_="owner").status_code == 400


@pytest.mark.parametrize("path", ["/v1/users/check_email", "/v1/users/checkEmail"])
def test_check_email_tells_whether_an_address_is_taken(client: Any, path: str) -> None:
    assert client.rpc(path, {"email": "OWNER@example.org"}).json == {"exists": True}
    assert client.rpc(path, {"data": {"email": "owner@example.org"}}).json == {"exists": True}
    assert client.rpc(path, {"email": "deleted@example.org"}).json == {"exists": False}
    assert client.rpc(path, {}).status_code == 400


def test_get_user_id_is_for_somebody(client: Any) -> None:
    path = "/v1/users/user-details/get-user-id"
    assert client.get(path, as_="registrar").json == {"user_id": 8}
    assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    ("path", "known", "unknown"),
    [
        ("/auth/session", "owner@example.org", "nobody@example.org"),
        ("/v1/auth/reset-password", "owner@example.org", "nobody@example.org"),
        ("/v1/auth/resend-verification-email", "unverified@example.org", "nobody@example.org"),
    ],
)
def test_time_of_an_answer_does_not_tell_of_an_account(
    client: Any, rate_limits: RateLimits, path: str, known: str, unknown: str
) -> None:
    times: dict[str, list[float]] = {known: [], unknown: []}
    for _ in range(15):
        for email, taken in times.items():  # In turns, so that both meet the same load.
            rate_limits.clear()
            began = time.perf_counter()
            client.rpc(path, {"email": email, "password": "a wrong password"})
            taken.append(time.perf_counter() - began)
    one, other = (statistics.median(taken) for taken in times.values())
    assert abs(one - other) < max(0.03, max(one, other) / 2)
