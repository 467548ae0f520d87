"""Signed tokens: who may be believed, and the shape that published clients parse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.services.tokens import (
    ExpiredTokenError,
    InvalidTokenError,
    TokenSigner,
    TokenType,
    hash_secret,
    new_secret,
)

KEY = "a key of the tests with more than enough bytes"
NOW = datetime(2030, 5, 1, 9, 0, 0, 250_000, tzinfo=UTC)
IDS = st.integers(min_value=1, max_value=2**63 - 1)
LIFETIMES = st.integers(min_value=-(10**9), max_value=10**9)


def signer(key: str = KEY, now: datetime = NOW) -> TokenSigner:
    return TokenSigner(key, lambda: now)


def expired_identity(token: str) -> int | None:
    """Return whose token this is or was, if it is ours."""
    try:
        return signer().claims_of_expired(token).identity
    except InvalidTokenError:
        return None


def signed(payload: dict[str, Any], *, key: str = KEY, header: dict[str, Any] | None = None) -> str:
    """Return a token made by hand, so that anything can be put into it."""
    parts = [header or {"alg": "HS256", "typ": "JWT"}, payload]
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    )
    mac = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def payload(**changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    base = {"identity": 4, "iat": now, "exp": now + 60, "type": "access", "jti": "x"}
    return {name: value for name, value in (base | changes).items() if value is not None}


@given(IDS, st.integers(min_value=1, max_value=10**9))
def test_token_stands_for_its_user_until_it_expires(user_id: int, seconds: int) -> None:
    token = signer().access(user_id, expires_in=seconds, session=7, generation=3)
    claims = signer().verify(token)
    assert (claims.identity, claims.session, claims.generation, claims.fresh) == (
        user_id,
        7,
        3,
        True,
    )
    with pytest.raises(ExpiredTokenError) as expired:
        signer(now=NOW + timedelta(seconds=seconds)).verify(token)
    assert expired.value.identity == user_id


@given(IDS, LIFETIMES)
def test_payload_reads_the_same_in_both_base64_alphabets(user_id: int, seconds: int) -> None:
    made = signer()
    for token in (
        made.access(user_id, expires_in=seconds),
        made.refresh(
            user_id, expires_in=seconds, session=1, jti=new_secret()[0], csrf=new_secret()[0]
        ),
    ):
        body = token.split(".")[1]
        assert not set(body) & set("-_+/")
        read = json.loads(base64.b64decode(body + "=" * (-len(body) % 4)))
        assert type(read["identity"]) is int
        assert type(read["exp"]) is int
        assert read["identity"] == user_id


@given(IDS, LIFETIMES, st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_identity_of_a_token_is_known_with_any_padding(
    user_id: int, seconds: int, padding: list[int]
) -> None:
    token = signer().access(user_id, expires_in=seconds)
    segments = token.split(".")
    padded = ".".join(s + "=" * n for s, n in zip(segments, padding, strict=True))
    assert expired_identity(padded) == user_id
    standard = ".".join(s + "=" * (-len(s) % 4) for s in segments)
    assert expired_identity(standard) == user_id


@given(IDS, st.data())
def test_changed_token_is_nobodys(user_id: int, data: st.DataObject) -> None:
    token = signer().access(user_id, expires_in=60)
    # The last character of a segment has bits that base64 does not use.
    used = [i for i, c in enumerate(token[:-1]) if c != "." and token[i + 1] != "."]
    place = data.draw(st.sampled_from(used))
    other = data.draw(st.sampled_from("ABCabc012-_").filter(lambda c: c != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    assert expired_identity(changed) is None
    with pytest.raises(InvalidTokenError):
        signer().verify(changed)


@given(st.text(max_size=200))
def test_arbitrary_text_is_nobodys(text: str) -> None:
    assert expired_identity(text) is None


@given(IDS, LIFETIMES)
def test_token_of_another_key_is_nobodys(user_id: int, seconds: int) -> None:
    token = signer("some other key that is long enough to sign").access(user_id, expires_in=seconds)
    assert expired_identity(token) is None


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS384", "HS512", "RS256", None])
def test_algorithm_of_the_header_is_not_followed(alg: str | None) -> None:
    token = signed(payload(), header={"alg": alg, "typ": "JWT"})
    unsigned = token.rpartition(".")[0] + "."
    assert expired_identity(token) is None
    assert expired_identity(unsigned) is None


def test_key_named_in_the_header_is_ignored() -> None:
    header = {"alg": "HS256", "kid": "../../dev/null", "jku": "https://evil.example/keys"}
    assert signer().verify(signed(payload(), header=header)).identity == 4
    assert expired_identity(signed(payload(), key="k" * 40, header=header)) is None


@pytest.mark.parametrize("name", ["identity", "iat", "exp", "type", "jti"])
def test_token_without_a_required_claim_is_refused(name: str) -> None:
    with pytest.raises(InvalidTokenError):
        signer().verify(signed(payload(**{name: None})))


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": "4"},
        {"identity": 4.0},
        {"identity": True},
        {"identity": -4},
        {"identity": 2**63},
        {"identity": [4]},
        {"exp": 1e300},
        {"exp": "9999999999"},
        {"type": "refresh"},
        {"type": "admin"},
        {"type": ["access"]},
        {"session": "1"},
        {"gen": 1.5},
        {"iat": int(NOW.timestamp()) + 3600},
        {"nbf": int(NOW.timestamp()) + 10**10},
    ],
)
def test_claim_of_the_wrong_kind_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        signer().verify(signed(payload(**changes)))


def test_refresh_token_is_no_access_token_and_the_reverse() -> None:
    refresh = signer().refresh(4, expires_in=60, session=1, jti="x", csrf="y")
    access = signer().access(4, expires_in=60)
    with pytest.raises(InvalidTokenError):
        signer().verify(refresh)
    with pytest.raises(InvalidTokenError):
        signer().verify(access, TokenType.REFRESH)
    assert signer().verify(refresh, TokenType.REFRESH).csrf == "y"


def test_very_long_token_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "decode", lambda *_, **__: pytest.fail("decoded"))
    assert expired_identity("a" * 1_000_000 + ".b.c") is None


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_short_key_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        TokenSigner(key)


def test_secrets_differ_and_only_their_hash_is_kept() -> None:
    made = {new_secret() for _ in range(100)}
    assert len({plain for plain, _ in made}) == 100
    for plain, hash_ in made:
        assert hash_secret(plain) == hash_
        assert len(hash_) == 32
        assert plain.encode() not in hash_
        assert len(plain) >= 43
