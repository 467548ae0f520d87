"""Tickets that prove themselves: what is signed, and how a scanner without network judges it.

A signed ticket is the text ``OE1:`` and base32 (RFC 4648 § 6, no padding) of 69 bytes that
say what it admits to and the 64 bytes of their Ed25519 signature (RFC 8032): letters and
digits that a QR code holds in its alphanumeric mode, 217 of them, always. A scanner needs
the public keys, a clock, and nothing else. What it knows besides (which event it stands at,
which tickets were issued anew or revoked since) it hands over as well.

One text says one thing: whatever differs from what was signed is refused, also another
spelling of the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

#: What every signed ticket begins with; the digit is the version of what follows.
PREFIX: Final = "OE1:"
#: Key id, event, attendee, ticket, order, revision, valid from and until (Unix seconds).
_LAYOUT: Final = struct.Struct(">B8sQQQ16sIQQ")
_VERSION: Final = 1
_SIGNATURE_BYTES: Final = 64
_TEXT_LENGTH: Final = -(-(_LAYOUT.size + _SIGNATURE_BYTES) * 8 // 5)
#: Until when a time can be said: the end of the year 9999.
_LAST_SECOND: Final = 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a signed ticket says: who is let in where and when, and which issue of it this is."""

    event_id: int
    attendee_id: int
    ticket_id: int
    order_identifier: str
    #: Counts how often it was issued; an older one is worth nothing.
    revision: int
    valid_from: datetime
    valid_until: datetime


class Refusal(StrEnum):
    """Why a scanner does not let somebody in."""

    #: Not the text of a signed ticket, or of a later version.
    MALFORMED = "malformed"
    #: Signed by a key that the scanner does not know: forged, or the keys are out of date.
    UNKNOWN_KEY = "unknown-key"
    FORGED = "forged"
    WRONG_EVENT = "wrong-event"
    #: Called off, or issued anew since.
    REVOKED = "revoked"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"


def verify(
    text: str,
    keys: Mapping[str, bytes],
    now: datetime,
    *,
    event_id: int | None = None,
    revisions: Mapping[int, int] | None = None,
) -> Claims | Refusal:
    """Return what a signed ticket says, or why it is worth nothing.

    ``keys`` are public keys (32 bytes each) by their ids, ``event_id`` is where the
    scanner stands, ``revisions`` which issue of their tickets attendees have now, as far
    as it is known. Nothing is believed before the signature was verified.
    """
    content = _decode(text)
    if content is None:
        return Refusal.MALFORMED
    signed, signature = content[: _LAYOUT.size], content[_LAYOUT.size :]
    key = keys.get(_name(signed[1:9]))
    if key is None:
        return Refusal.UNKNOWN_KEY
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        return Refusal.FORGED
    claims = _claims(signed)
    if event_id is not None and claims.event_id != event_id:
        return Refusal.WRONG_EVENT
    if claims.revision < (revisions or {}).get(claims.attendee_id, 0):
        return Refusal.REVOKED
    if now < claims.valid_from:
        return Refusal.NOT_YET_VALID
    return claims if now < claims.valid_until else Refusal.EXPIRED


def sign(claims: Claims, key: Ed25519PrivateKey) -> str:
    """Return the text of a signed ticket. The same claims and key give the same text."""
    signed = _LAYOUT.pack(
        _VERSION,
        _key_bytes(public_bytes(key)),
        claims.event_id,
        claims.attendee_id,
        claims.ticket_id,
        UUID(claims.order_identifier).bytes,
        claims.revision,
        _seconds(claims.valid_from),
        _seconds(claims.valid_until),
    )
    return PREFIX + _encode(signed + key.sign(signed))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key that belongs to a private one."""
    return key.public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 8 bytes of its JWK thumbprint (RFC 7638)."""
    return _name(_key_bytes(public))


def jwk(public: bytes) -> dict[str, str]:
    """Return a public key as JSON Web Key (RFC 8037 § 2)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "alg": "EdDSA",
        "kid": key_id(public),
        "x": _base64url(public),
    }


def _key_bytes(public: bytes) -> bytes:
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{_base64url(public)}"}}'
    return hashlib.sha256(members.encode()).digest()[:8]


def _name(key: bytes) -> str:
    return _base64url(key)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _encode(content: bytes) -> str:
    return base64.b32encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes | None:
    """Return the bytes of a signed ticket; ``None`` for any text that ``sign`` never writes."""
    body = text[len(PREFIX) :]
    if not text.startswith(PREFIX) or len(body) != _TEXT_LENGTH or not body.isascii():
        return None
    try:
        content = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error:
        return None
    # The last character has bits that mean nothing: one spelling of them counts.
    is_ours = _encode(content) == body and content[0] == _VERSION
    return content if is_ours else None


def _claims(signed: bytes) -> Claims:
    _, _, event, attendee, ticket, order, revision, start, end = _LAYOUT.unpack(signed)
    return Claims(
        event_id=event,
        attendee_id=attendee,
        ticket_id=ticket,
        order_identifier=str(UUID(bytes=order)),
        revision=revision,
        valid_from=_moment(start),
        valid_until=_moment(end),
    )


def _seconds(moment: datetime) -> int:
    return min(max(int(moment.timestamp()), 0), _LAST_SECOND)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)
