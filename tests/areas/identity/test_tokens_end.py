"""How tokens end: refresh and its misuse, log-out, other passwords, blocked accounts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openevent.areas.identity.world import csrf_of, refresh_token
from tests.areas.documents import document

PASSWORD = "open-event-demo"
ME = "/v1/users/user-details/get-user-id"


def bearing(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"JWT {token}"} | {k.replace("_", "-"): v for k, v in more.items()}


def log_in(client: Any, email: str = "organizer@example.org", password: str = PASSWORD) -> Any:
    return client.rpc(
        "/auth/session",
        {
            "email": email,
            "password": password,
            "remember-me": True,
            "include-in-response": True,
        },
    ).json


def refresh(client: Any, token: str, **headers: str) -> Any:
    return client.rpc("/v1/auth/token/refresh", {}, headers=bearing(token, **headers))


def code(answer: Any) -> str:
    assert answer.status_code == 401
    return str(answer.json["errors"][0]["code"])


def works(client: Any, token: str) -> bool:
    return bool(client.get(ME, headers=bearing(token)).status_code == 200)


def test_refresh_gives_another_access_token_and_another_refresh_token(client: Any) -> None:
    tokens = log_in(client)
    answer = refresh(client, tokens["refresh_token"])
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token"}
    assert answer.json["refresh_token"] != tokens["refresh_token"]
    assert works(client, answer.json["access_token"])
    assert works(client, tokens["access_token"])
    assert refresh(client, answer.json["refresh_token"]).status_code == 200


def test_used_refresh_token_ends_the_whole_login(client: Any) -> None:
    tokens = log_in(client)
    other = log_in(client)
    newer = refresh(client, tokens["refresh_token"]).json
    reused = refresh(client, tokens["refresh_token"])
    assert code(reused) == "token-reused"
    assert reused.json["error"]
    assert code(refresh(client, newer["refresh_token"])) == "token-revoked"
    assert not works(client, newer["access_token"])
    assert not works(client, tokens["access_token"])
    assert works(client, other["access_token"])


def test_of_many_refreshes_at_once_one_gets_through(client: Any) -> None:
    token = log_in(client)["refresh_token"]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: refresh(client, token).status_code, range(4)))
    assert sorted(statuses) == [200, 401, 401, 401]


def test_published_front_end_keeps_its_first_refresh_token(client: Any) -> None:
    token = refresh_token(client.signer, 4)
    for _ in range(3):
        answer = refresh(client, token, X_CSRF_Token=csrf_of(4))
        assert set(answer.json) == {"access_token"}
    assert refresh(client, token).status_code == 200
    assert code(refresh(client, token, X_CSRF_Token=csrf_of(4))) == "token-reused"


def test_cookie_works_only_with_its_csrf_claim(client: Any) -> None:
    cookie = {"Cookie": f"refresh_token_cookie={refresh_token(client.signer, 4)}"}
    path = "/v1/auth/token/refresh"
    assert code(client.rpc(path, {}, headers=cookie)) == "csrf-mismatch"
    wrong = cookie | {"X-CSRF-Token": "guess"}
    assert code(client.rpc(path, {}, headers=wrong)) == "csrf-mismatch"
    right = cookie | {"X-CSRF-Token": csrf_of(4)}
    answer = client.rpc(path, {}, headers=right)
    assert set(answer.json) == {"access_token"}
    rotated = answer.cookies["refresh_token_cookie"].value
    assert code(client.rpc(path, {}, headers=right)) == "token-reused"
    assert rotated not in cookie["Cookie"]


def test_refreshed_token_is_not_fresh(client: Any) -> None:
    token = refresh(client, refresh_token(client.signer, 4)).json["access_token"]
    body = {"data": {"old-password": PASSWORD, "new-password": "another password"}}
    answer = client.rpc("/v1/auth/change-password", body, headers=bearing(token))
    assert code(answer) == "fresh-token-required"


def test_refresh_wants_a_refresh_token(client: Any) -> None:
    access = client.token("organizer")
    assert code(refresh(client, access)) == "token-invalid"
    assert code(client.rpc("/v1/auth/token/refresh", {})) == "token-missing"
    expired = client.signer.refresh(4, expires_in=-1, session=4, jti="x", csrf="y")
    assert code(refresh(client, expired)) == "token-expired"
    forged = client.signer.refresh(3, expires_in=60, session=4, jti="x", csrf="y")
    assert code(refresh(client, forged)) == "token-revoked"
    assert refresh(client, refresh_token(client.signer, 4)).status_code == 200


def test_refresh_token_is_no_access_token(client: Any) -> None:
    answer = client.get(ME, headers=bearing(refresh_token(client.signer, 4)))
    assert code(answer) == "token-invalid"


def test_blocked_and_deleted_accounts_get_no_new_tokens(client: Any) -> None:
    assert code(refresh(client, refresh_token(client.signer, 12))) == "account-blocked"
    assert code(refresh(client, refresh_token(client.signer, 13))) == "token-revoked"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_logout_ends_its_own_login(client: Any, which: str) -> None:
    tokens, other = log_in(client), log_in(client)
    answer = client.rpc("/v1/auth/logout", {}, headers=bearing(tokens[which]))
    assert answer.json == {"success": True}
    assert code(client.get(ME, headers=bearing(tokens["access_token"]))) == "token-revoked"
    assert code(refresh(client, tokens["refresh_token"])) == "token-revoked"
    assert works(client, other["access_token"])


def test_expired_token_can_still_log_out(client: Any) -> None:
    expired = client.signer.access(4, expires_in=-60, session=4)
    assert client.rpc("/v1/auth/logout", {}, headers=bearing(expired)).json == {"success": True}
    assert code(refresh(client, refresh_token(client.signer, 4))) == "token-revoked"


@pytest.mark.parametrize("header", [None, "JWT nonsense", "Basic eDp5", "JWT"])
def test_logout_succeeds_for_anybody(client: Any, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.rpc("/v1/auth/logout", None, headers=headers)
    assert answer.json == {"success": True}


def test_unsigned_token_logs_nobody_out(client: Any) -> None:
    token = client.signer.access(4, expires_in=60, session=4)
    forged = token.rpartition(".")[0] + "." + "A" * 43
    client.rpc("/v1/auth/logout", {}, headers=bearing(forged))
    assert works(client, token)


def test_blacklist_ends_every_login_of_the_caller(client: Any) -> None:
    one, other = log_in(client), log_in(client)
    somebody = log_in(client, "owner@example.org")
    answer = client.rpc("/v1/auth/blacklist", {}, headers=bearing(one["access_token"]))
    assert answer.json == {"success": True}
    for tokens in (one, other):
        assert code(client.get(ME, headers=bearing(tokens["access_token"]))) == "token-revoked"
        assert code(refresh(client, tokens["refresh_token"])) == "token-revoked"
    assert works(client, somebody["access_token"])
    assert works(client, log_in(client)["access_token"])
    assert client.rpc("/v1/auth/blacklist", {}).status_code == 401


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("JWT", "token-malformed"),
        ("Basic eDp5", "token-malformed"),
        ("JWT not.a.token", "token-invalid"),
        ("JWT a b", "token-invalid"),
        ("JWT ☃", "token-invalid"),
    ],
)
def test_bad_header_never_passes_as_nobody(client: Any, header: str, expected: str) -> None:
    sent = {"Authorization": header.encode().decode("latin-1")}
    assert code(client.get("/v1/events", headers=sent)) == expected


def test_expired_token_is_401_and_says_so(client: Any) -> None:
    expired = client.signer.access(4, expires_in=-1)
    assert code(client.get("/v1/users/4", headers=bearing(expired))) == "token-expired"


def test_token_of_an_account_that_is_gone_is_401(client: Any) -> None:
    for user, expected in (
        (13, "account-gone"),
        (999_999, "account-gone"),
        (2**63 - 1, "account-gone"),
    ):
        token = client.signer.access(user, expires_in=60)
        assert code(client.get(ME, headers=bearing(token))) == expected


def test_token_of_a_login_that_never_was_is_401(client: Any) -> None:
    for session in (11, 999_999):  # Somebody else's, and nobody's.
        token = client.signer.access(4, expires_in=60, session=session)
        assert code(client.get(ME, headers=bearing(token))) == "token-revoked"


def test_blocking_takes_effect_at_once(client: Any) -> None:
    token = log_in(client, "registered@example.org")["access_token"]
    block = document("user", 9, {"is-blocked": True})
    assert client.patch("/v1/users/9", block, as_="admin").status_code == 200
    assert code(client.get(ME, headers=bearing(token))) == "account-blocked"
    unblock = document("user", 9, {"is-blocked": False})
    assert client.patch("/v1/users/9", unblock, as_="admin").status_code == 200
    assert code(client.get(ME, headers=bearing(token))) == "token-revoked"
    assert works(client, log_in(client, "registered@example.org")["access_token"])


def test_losing_admin_rights_takes_effect_at_once(client: Any) -> None:
    token = client.token("admin")
    assert client.get("/v1/users", headers=bearing(token)).status_code == 200
    demote = document("user", 2, {"is-admin": False})
    assert client.patch("/v1/users/2", demote, as_="super-admin").status_code == 200
    assert client.get("/v1/users", headers=bearing(token)).status_code == 403


def test_deleting_an_account_ends_its_tokens(client: Any, run: Callable[..., Any]) -> None:
    tokens = log_in(client, "registered@example.org")
    assert client.delete("/v1/users/9", as_="registered").status_code == 200
    assert code(client.get(ME, headers=bearing(tokens["access_token"]))) == "account-gone"
    assert code(refresh(client, tokens["refresh_token"])) == "token-revoked"
    run("UPDATE users SET deleted_at = NULL WHERE id = 9")
    assert code(client.get(ME, headers=bearing(tokens["access_token"]))) == "token-revoked"
