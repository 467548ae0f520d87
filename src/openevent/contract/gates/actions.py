"""Gate: every action says who may call it, and documents the refusals a client must handle."""

from __future__ import annotations

from collections.abc import Iterator

from openevent.contract.blueprint import Action, Blueprint, Fault
from openevent.jsonapi.endpoints import MEDIA_TYPE

ACCESS_WORDS = (
    *("anyone", "registered", "verified"),
    *("registrar", "moderator", "track-organizer", "coorganizer", "organizer", "owner"),
    *("self", "invitee", "buyer", "speaker"),
    *("admin", "super-admin"),
)
#: Over one's own things: they do not exist for anybody else.
_OWN = frozenset({"self", "invitee", "buyer", "speaker"})
#: What every route may answer; the introduction documents these once.
UNIVERSAL = frozenset({304, 405, 406, 413, 415, 500, 503})


def check_actions(blueprint: Blueprint) -> Iterator[Fault]:
    """Yield a fault per unknown or missing Access word, missing example, missing refusal."""
    for action in blueprint.actions:
        yield from _access(action)
        if not any(example.is_success for example in action.examples):
            yield Fault(action.place, f"{action.name!r}: no example of success")
        if not action.description:
            yield Fault(action.place, f"{action.name!r}: no description")
        for status, reason in sorted(expected_refusals(action).items()):
            if status not in action.statuses:
                yield Fault(action.place, f"{action.name!r}: no example of {status}, {reason}")


def _access(action: Action) -> Iterator[Fault]:
    if not action.access:
        yield Fault(action.place, f"{action.name!r}: no line 'Access: ...'")
    for word in action.access or ():
        if word not in ACCESS_WORDS:
            known = ", ".join(ACCESS_WORDS)
            yield Fault(action.place, f"{action.name!r}: Access: {word!r} is none of {known}")


def expected_refusals(action: Action) -> dict[int, str]:
    """Return the refusals an action can give by the rules of the engine, with the reason."""
    expected = {}
    access = set(action.access or ())
    writes = action.method in ("POST", "PATCH")
    is_jsonapi = any(
        MEDIA_TYPE in value for e in action.examples for _, value in e.response_headers
    )
    if "anyone" not in access and not _is_read_by_id(action):
        expected[401] = "but not everybody may call it"
    if _narrows(action, access) and not _hides(action):
        expected[403] = "but not everybody who is logged in may call it"
    if "{" in action.path:
        expected[404] = "but its URL names something that may not be there"
    if action.method == "GET" and "sort" in action.template:
        expected[400] = "but it has query parameters"
    if writes and is_jsonapi:
        expected[409] = "but it takes a document, which may be for another type"
        expected[422] = "but it takes a document, whose values may not be allowed"
    return expected


def _narrows(action: Action, access: set[str]) -> bool:
    """Whether some who are logged in are told that they may not.

    Those who may not even see what the URL names get 404 instead.
    """
    if "{" not in action.path:
        return bool(access - {"anyone", "registered"})
    return action.method != "GET" and bool(access - {"anyone", "registered", *_OWN})


def _hides(action: Action) -> bool:
    """Whether others are told that there is no such thing, of what the document names."""
    return any(e.status == 404 and e.name.startswith("refused: not ") for e in action.examples)


def _is_read_by_id(action: Action) -> bool:
    return action.method == "GET" and "{" in action.path
