"""What the words of an ``Access:`` line mean for each kind of caller.

The table is the introduction's, written down a second time on purpose: the tests hold
the server to the documentation, not to itself.
"""

from __future__ import annotations

from openevent.contract.exchange import Request

_ANYBODY = {"anyone"}
_REGISTERED = _ANYBODY | {"registered"}
_VERIFIED = _REGISTERED | {"verified"}
_BELOW_COORGANIZER = {"registrar", "moderator", "track-organizer"}
_COORGANIZER = _VERIFIED | _BELOW_COORGANIZER | {"coorganizer"}
_STAFF = _COORGANIZER | {"organizer", "owner", "self", "speaker", "admin"}

#: Caller -> the words that let it in. ``None`` is a caller without a token.
WORDS: dict[str | None, frozenset[str]] = {
    None: frozenset(_ANYBODY),
    "registered": frozenset(_VERIFIED),
    "unverified": frozenset(_REGISTERED),
    "registrar": frozenset(_VERIFIED | {"registrar"}),
    "moderator": frozenset(_VERIFIED | {"moderator"}),
    "track-organizer": frozenset(_VERIFIED | {"track-organizer"}),
    "coorganizer": frozenset(_COORGANIZER),
    "organizer": frozenset(_COORGANIZER | {"organizer"}),
    "owner": frozenset(_COORGANIZER | {"organizer", "owner"}),
    "other-owner": frozenset(_VERIFIED),
    "admin": frozenset(_STAFF),
    "super-admin": frozenset(_STAFF | {"super-admin"}),
}


def may(caller: str | None, access: tuple[str, ...], request: Request) -> bool:
    """Whether an ``Access:`` line lets a caller make a request.

    ``self``, ``speaker``, ``invitee`` and ``buyer`` are whoever the documented example is made as;
    staff may not answer an invitation in somebody's place.
    """
    if (
        not {"self", "speaker", "invitee", "buyer"}.isdisjoint(access)
        and caller is not None
        and caller == request.principal
    ):
        return True
    return bool(WORDS[caller] & set(access))
