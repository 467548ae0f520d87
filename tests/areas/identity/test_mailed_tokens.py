"""Mailed tokens: verifying an address and setting a new password, and what stays untold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from openevent.areas.identity.models import TokenPurpose
from openevent.areas.identity.operations import issue_token
from openevent.areas.identity.world import (
    DEMO_PASSWORD,
    RESET_PASSWORD_TOKEN,
    USED_TOKEN,
    VERIFY_EMAIL_TOKEN,
)
from openevent.db.engine import session_factory
from openevent.errors import Missing
from openevent.work.unit import UnitOfWork, utc_now
from tests.areas.documents import document

RESET = "/v1/auth/reset-password"
VERIFY = "/v1/auth/verify-email"
RESEND = "/v1/auth/resend-verification-email"
Run = Callable[..., list[Any]]
Recorded = Callable[[], set[str]]


@pytest.fixture
def issue(engine: Engine) -> Callable[..., str]:
    """Issue a token as a mail does, at any time."""

    def issue_now(user_id: int, purpose: TokenPurpose, *, ago: timedelta = timedelta()) -> str:
        work = UnitOfWork(open_db=session_factory(engine), now=lambda: utc_now() - ago)
        try:
            token = issue_token(work, user_id, purpose)
            work.db.commit()
        finally:
            work.close()
        return token

    return issue_now


def reset(client: Any, token: str, password: str | None = None) -> Any:
    password = password or "a new password"
    return client.rpc(RESET, {"data": {"token": token, "password": password}}, method="PATCH")


def can_log_in(client: Any, email: str, password: str) -> bool:
    answer = client.rpc("/auth/session", {"email": email, "password": password})
    return bool(answer.status_code == 200)


def refused(answer: Any) -> bool:
    return answer.status_code == 400 and answer.json["errors"][0]["code"] == "invalid-token"


def test_reset_token_sets_a_password_once(client: Any, recorded: Recorded) -> None:
    token = client.token("registered")
    answer = reset(client, RESET_PASSWORD_TOKEN)
    assert answer.json == {"id": 9, "email": "registered@example.org", "name": "Rahel Tesfaye"}
    assert can_log_in(client, "registered@example.org", "a new password")
    assert not can_log_in(client, "registered@example.org", DEMO_PASSWORD)
    assert client.get("/v1/users/9", headers={"Authorization": f"JWT {token}"}).status_code == 401
    assert recorded() == {"PasswordChanged"}
    assert refused(reset(client, RESET_PASSWORD_TOKEN, "yet another one"))


def test_new_password_ends_the_other_tokens_of_the_account(
    client: Any, issue: Callable[..., str]
) -> None:
    other = issue(9, TokenPurpose.RESET_PASSWORD)
    assert reset(client, RESET_PASSWORD_TOKEN).status_code == 200
    assert refused(reset(client, other))


def test_of_many_uses_at_once_one_gets_through(client: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: reset(client, RESET_PASSWORD_TOKEN, f"password {n}"), range(4))
        )
    assert sorted(a.status_code for a in answers) == [200, 400, 400, 400]


@pytest.mark.parametrize("token", [USED_TOKEN, VERIFY_EMAIL_TOKEN, "x", "\U0001f600", "a" * 1000])
def test_used_foreign_and_invented_tokens_set_no_password(
    client: Any, token: str, recorded: Recorded
) -> None:
    assert refused(reset(client, token))
    assert recorded() == set()


@pytest.mark.parametrize("password", ["short", "1234567", "x" * 129])
def test_password_of_the_wrong_length_is_refused_and_the_token_kept(
    client: Any, password: str
) -> None:
    answer = reset(client, RESET_PASSWORD_TOKEN, password)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "password-length")
    assert reset(client, RESET_PASSWORD_TOKEN).status_code == 200


@pytest.mark.parametrize(
    ("purpose", "lifetime"),
    [(TokenPurpose.RESET_PASSWORD, 3600), (TokenPurpose.VERIFY_EMAIL, 86400)],
)
def test_tokens_are_short_lived(
    client: Any, issue: Callable[..., str], purpose: TokenPurpose, lifetime: int
) -> None:
    def use(token: str) -> Any:
        if purpose is TokenPurpose.RESET_PASSWORD:
            return reset(client, token)
        return client.rpc(VERIFY, {"data": {"token": token}})

    assert refused(use(issue(10, purpose, ago=timedelta(seconds=lifetime + 1))))
    assert use(issue(10, purpose, ago=timedelta(seconds=lifetime - 60))).status_code == 200


def test_tokens_lie_in_the_database_as_hashes(issue: Callable[..., str], run: Run) -> None:
    token = issue(9, TokenPurpose.RESET_PASSWORD)
    for row in run("SELECT single_use_tokens::text AS all_of_it FROM single_use_tokens"):
        assert token not in row.all_of_it


def test_token_dies_with_the_address_it_was_sent_to(client: Any, run: Run) -> None:
    run("UPDATE users SET email = 'elsewhere@example.org' WHERE id IN (9)")
    assert refused(reset(client, RESET_PASSWORD_TOKEN))


def test_token_dies_with_its_account(client: Any, issue: Callable[..., str], run: Run) -> None:
    token = issue(9, TokenPurpose.RESET_PASSWORD)
    run("UPDATE users SET deleted_at = now() WHERE id = 9")
    assert refused(reset(client, token))
    with pytest.raises(Missing):
        issue(9, TokenPurpose.RESET_PASSWORD)


def test_reset_answers_the_same_for_every_address(client: Any, recorded: Recorded) -> None:
    unknown = client.rpc(RESET, {"data": {"email": "nobody@example.org"}})
    blocked = client.rpc(RESET, {"data": {"email": "blocked@example.org"}})
    assert recorded() == set()
    known = client.rpc(RESET, {"data": {"email": " Owner@example.org"}})
    assert recorded() == {"PasswordResetRequested"}
    assert known.status_code == unknown.status_code == blocked.status_code == 200
    assert known.json == unknown.json == blocked.json
    assert set(known.json) == {"message"}


@pytest.mark.parametrize("email", ["owner@example.org", "nobody@example.org"])
def test_fourth_reset_of_an_hour_is_refused_for_every_address(client: Any, email: str) -> None:
    answers = [client.rpc(RESET, {"data": {"email": email}}) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["retry-after"]) > 3500
    assert answers[3].json["error"]


def test_resend_answers_the_same_for_every_address(client: Any, recorded: Recorded) -> None:
    unknown = client.rpc(RESEND, {"data": {"email": "nobody@example.org"}})
    verified = client.rpc(RESEND, {"data": {"email": "owner@example.org"}})
    assert recorded() == set()
    wanted = client.rpc(RESEND, {"data": {"email": "unverified@example.org"}})
    assert recorded() == {"VerificationRequested"}
    assert unknown.json == verified.json == wanted.json
    assert {unknown.status_code, verified.status_code, wanted.status_code} == {200}


def test_sixth_resend_of_a_minute_is_refused(client: Any) -> None:
    body = {"data": {"email": "unverified@example.org"}}
    assert [client.rpc(RESEND, body).status_code for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("path", "method"), [(RESET, "POST"), (RESET, "PATCH"), (VERIFY, "POST"), (RESEND, "POST")]
)
def test_missing_members_are_400(client: Any, path: str, method: str) -> None:
    for body in ({}, {"data": {}}, {"data": {"email": 5, "token": 5, "password": 5}}):
        answer = client.rpc(path, body, method=method)
        assert answer.status_code == 400
        assert answer.json["errors"][0]["source"]["pointer"].startswith("/")


def test_verify_token_verifies_once(client: Any, run: Run) -> None:
    answer = client.rpc(VERIFY, {"data": {"token": VERIFY_EMAIL_TOKEN}})
    assert answer.json == {"message": "Email Verified"}
    assert run("SELECT is_verified FROM users WHERE id = 10")[0].is_verified
    assert refused(client.rpc(VERIFY, {"data": {"token": VERIFY_EMAIL_TOKEN}}))


def test_verify_token_sent_to_the_old_address_does_not_verify_the_new_one(
    client: Any, run: Run
) -> None:
    moved = document("user", 10, {"email": "elsewhere@example.org"})
    assert client.patch("/v1/users/10", moved, as_="unverified").status_code == 200
    assert refused(client.rpc(VERIFY, {"data": {"token": VERIFY_EMAIL_TOKEN}}))
    assert not run("SELECT is_verified FROM users WHERE id = 10")[0].is_verified


def test_changing_the_password_ends_older_tokens_and_gives_a_new_one(
    client: Any, recorded: Recorded
) -> None:
    old = client.token("registered")
    body = {"data": {"old-password": DEMO_PASSWORD, "new-password": "another password"}}
    answer = client.rpc("/v1/auth/change-password", body, as_="registered")
    assert answer.status_code == 200
    assert answer.json["password-changed"] is True
    assert answer.json["email"] == "registered@example.org"
    assert recorded() == {"PasswordChanged"}
    for bearer, status in ((old, 401), (answer.json["access_token"], 200)):
        headers = {"Authorization": f"JWT {bearer}"}
        assert client.get("/v1/users/9", headers=headers).status_code == status
    assert can_log_in(client, "registered@example.org", "another password")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong password", "another password", "wrong-password"),
        (DEMO_PASSWORD, DEMO_PASSWORD, "bad-request"),
        (DEMO_PASSWORD, "short", "password-length"),
        (DEMO_PASSWORD, "x" * 129, "password-length"),
    ],
)
def test_password_changes_only_from_the_old_to_a_good_other_one(
    client: Any, old: str, new: str, code: str, recorded: Recorded
) -> None:
    body = {"data": {"old-password": old, "new-password": new}}
    answer = client.rpc("/v1/auth/change-password", body, as_="registered")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, code)
    assert recorded() == set()
    assert can_log_in(client, "registered@example.org", DEMO_PASSWORD)


def test_nobody_changes_no_password(client: Any) -> None:
    body = {"data": {"old-password": DEMO_PASSWORD, "new-password": "another password"}}
    assert client.rpc("/v1/auth/change-password", body).status_code == 401
