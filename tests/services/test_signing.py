"""Signed tickets: what was signed is believed, anything else is refused, each by its own code."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openevent.errors import Unavailable
from openevent.services.signing import (
    PREFIX,
    Claims,
    Refusal,
    jwk,
    key_id,
    public_bytes,
    sign,
    verify,
)
from openevent.services.signing_vault import KeyVault

KEY = Ed25519PrivateKey.from_private_bytes(b"a private key that the tests use")
PUBLIC = public_bytes(KEY)
KEYS = {key_id(PUBLIC): PUBLIC}
START = datetime(2030, 5, 1, tzinfo=UTC)
CLAIMS = Claims(
    event_id=1,
    attendee_id=3,
    ticket_id=2,
    order_identifier="2a8d4c6b-91e3-4f70-8c2d-5b7e1f3a9d02",
    revision=4,
    valid_from=START,
    valid_until=START + timedelta(days=3),
)
SIGNED = sign(CLAIMS, KEY)
NOW = START + timedelta(hours=1)

ids = st.integers(1, 2**63 - 1)
moments = st.integers(0, 253_402_300_799).map(lambda second: datetime.fromtimestamp(second, UTC))
claims_of_anybody = st.builds(
    Claims,
    event_id=ids,
    attendee_id=ids,
    ticket_id=ids,
    order_identifier=st.uuids().map(str),
    revision=st.integers(1, 2**31),
    valid_from=moments,
    valid_until=moments,
)


@given(claims_of_anybody)
def test_what_was_signed_is_read_back(claims: Claims) -> None:
    claims = replace(claims, valid_until=max(claims.valid_until, claims.valid_from))
    read = verify(sign(claims, KEY), KEYS, claims.valid_from)
    expected = claims if claims.valid_from < claims.valid_until else Refusal.EXPIRED
    assert read == expected


def test_the_text_always_has_the_same_length_and_fits_the_alphanumeric_mode_of_qr_codes() -> None:
    assert len(SIGNED) == 217
    assert re.fullmatch(r"[0-9A-Z:]+", SIGNED)
    assert sign(CLAIMS, KEY) == SIGNED


@settings(max_examples=300)
@given(st.integers(0, len(SIGNED) - 1), st.characters())
def test_an_edit_of_any_character_is_refused(at: int, other: str) -> None:
    edited = SIGNED[:at] + other + SIGNED[at + 1 :]
    assert (edited == SIGNED) != isinstance(verify(edited, KEYS, NOW), Refusal)


@given(st.integers(0, len(SIGNED) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_an_edit_within_the_alphabet_is_refused(at: int, other: str) -> None:
    edited = SIGNED[:at] + other + SIGNED[at + 1 :]
    assert (edited == SIGNED) != isinstance(verify(edited, KEYS, NOW), Refusal)


@given(st.text(max_size=300))
def test_no_text_makes_the_scanner_fail(text: str) -> None:
    assert isinstance(verify(text, KEYS, NOW), Refusal)
    assert isinstance(verify(PREFIX + text, KEYS, NOW), Refusal)


@pytest.mark.parametrize("last", "BCDEFGHIJKLMNOPQRSTUVWXYZ234567")
def test_another_spelling_of_the_same_bytes_is_refused(last: str) -> None:
    # The last character carries two bits that decode to nothing.
    assert SIGNED[-1] == last or verify(SIGNED[:-1] + last, KEYS, NOW) in (
        Refusal.MALFORMED,
        Refusal.FORGED,
    )
    assert verify(SIGNED.lower(), KEYS, NOW) is Refusal.MALFORMED
    assert verify(SIGNED + "=", KEYS, NOW) is Refusal.MALFORMED
    assert verify(SIGNED + "\n", KEYS, NOW) is Refusal.MALFORMED


def test_a_forged_ticket_is_refused() -> None:
    other = Ed25519PrivateKey.generate()
    # The forger names our key, but does not have it.
    assert verify(sign(CLAIMS, other), {key_id(public_bytes(other)): PUBLIC}, NOW) is (
        Refusal.FORGED
    )


def test_a_key_that_the_scanner_does_not_know_is_refused() -> None:
    assert verify(sign(CLAIMS, Ed25519PrivateKey.generate()), KEYS, NOW) is Refusal.UNKNOWN_KEY


def test_a_ticket_of_another_event_is_refused() -> None:
    assert verify(SIGNED, KEYS, NOW, event_id=2) is Refusal.WRONG_EVENT
    assert verify(SIGNED, KEYS, NOW, event_id=1) == CLAIMS


def test_a_ticket_that_was_issued_anew_or_revoked_is_refused() -> None:
    assert verify(SIGNED, KEYS, NOW, revisions={3: 5}) is Refusal.REVOKED
    assert verify(SIGNED, KEYS, NOW, revisions={3: 4, 4: 9}) == CLAIMS
    assert verify(SIGNED, KEYS, NOW, revisions={3: 3}) == CLAIMS, "the scanner's list is old"


def test_a_ticket_is_good_in_its_time_only() -> None:
    assert verify(SIGNED, KEYS, START - timedelta(seconds=1)) is Refusal.NOT_YET_VALID
    assert verify(SIGNED, KEYS, START) == CLAIMS
    assert verify(SIGNED, KEYS, CLAIMS.valid_until) is Refusal.EXPIRED


def test_nothing_is_told_of_a_ticket_before_its_signature_was_verified() -> None:
    other = Ed25519PrivateKey.generate()
    keys = {key_id(public_bytes(other)): PUBLIC}
    before = START - timedelta(days=900)
    assert verify(sign(CLAIMS, other), keys, before, event_id=7) is Refusal.FORGED


def test_the_public_key_is_a_jwk_that_others_read() -> None:
    read = jwt.PyJWK.from_dict(jwk(PUBLIC))
    assert read.key.public_bytes_raw() == PUBLIC
    assert read.key_id == key_id(PUBLIC)


def test_the_documented_example_verifies_with_the_documented_key() -> None:
    part = Path(__file__).parents[2] / "apiblueprint" / "passes" / "passes.apib"
    text = part.read_text(encoding="utf-8")
    signed = re.search(r'"signed": "(OE1:[A-Z2-7]+)"', text)
    key = re.search(r'\{\s*"kty": "OKP"[^}]*\}', text)
    assert signed is not None
    assert key is not None
    public = jwt.PyJWK.from_dict(json.loads(key[0])).key.public_bytes_raw()
    read = verify(signed[1], {key_id(public): public}, NOW, event_id=1)
    assert isinstance(read, Claims)
    assert (read.attendee_id, read.ticket_id, read.revision) == (3, 2, 1)


def test_a_sealed_key_is_opened_with_the_same_secret_only() -> None:
    sealed = KeyVault("the one secret").seal(KEY)
    assert KEY.private_bytes_raw() not in sealed
    assert KeyVault("the one secret").open(sealed).private_bytes_raw() == KEY.private_bytes_raw()
    with pytest.raises(Unavailable, match="rotate"):
        KeyVault("another secret").open(sealed)
