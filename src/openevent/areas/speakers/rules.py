"""Pure decisions about speakers and calls for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from openevent.errors import BadRequest, Forbidden, Invalid

#: Of an order made by hand.
MAX_ORDER: Final = 1_000_000
#: Of what a form asks for beyond the usual.
MAX_VALUES: Final = 50
MAX_VALUE: Final = 10_000

#: Most speakers that are put in order at once.
MOST: Final = 1000
#: Of an id, which has 64 bits.
MAX_DIGITS: Final = 18

#: What only those who run the event decide about a speaker.
TEAM_DECIDES: Final = ("is_featured", "is_email_overridden", "order")


def has_plain_values(values: Mapping[str, Any]) -> bool:
    """Whether a JSON object is flat and of a reasonable size."""
    return len(values) <= MAX_VALUES and all(
        len(name) <= 255
        and (not isinstance(value, str) or len(value) <= MAX_VALUE)
        and not isinstance(value, dict | list)
        for name, value in values.items()
    )


def check_call(starts_at: datetime, ends_at: datetime, soft_ends_at: datetime | None) -> None:
    """Refuse a call that ends before it starts, or whose announced end is outside of it."""
    if ends_at <= starts_at:
        raise Invalid(
            "The call must end after it starts.",
            code="ends-before-start",
            pointer="/data/attributes/ends-at",
        )
    if soft_ends_at is not None and not starts_at <= soft_ends_at <= ends_at:
        raise Invalid(
            "The announced end lies between the start and the end of the call.",
            code="soft-end-outside",
            pointer="/data/attributes/soft-ends-at",
        )


def check_own_profile(values: Mapping[str, Any], present: Mapping[str, Any]) -> None:
    """Refuse speakers who decide about themselves what the team decides."""
    for name in TEAM_DECIDES:
        if name in values and (values[name] or None) != (present.get(name) or None):
            wire = name.replace("_", "-")
            raise Forbidden(
                f"Only those who run the event set {wire!r}.", pointer=f"/data/attributes/{wire}"
            )
    if "email" in values and not values["email"]:
        raise Invalid(
            "Give an address at which the organizers reach you.",
            code="email-missing",
            pointer="/data/attributes/email",
        )


def places(sent: Any) -> dict[int, int]:
    """Return the place that a client gives to each speaker, by id.

    ``sent`` is a list of objects with ``speaker`` and ``order``; ids are strings of digits
    or numbers.
    """
    if not isinstance(sent, list):
        raise BadRequest("The body is an array of speakers with their order.")
    if len(sent) > MOST:
        raise BadRequest(f"At most {MOST} speakers can be put in order at once.")
    return dict(_places(sent))


def _places(sent: Iterable[Any]) -> Iterable[tuple[int, int]]:
    for number, item in enumerate(sent):
        members = item if isinstance(item, dict) else {}
        id_, place = str(members.get("speaker")), members.get("order")
        if not (id_.isascii() and id_.isdigit() and len(id_) <= MAX_DIGITS):
            raise Invalid("speaker is an id.", pointer=f"/{number}/speaker")
        if type(place) is not int or not 0 <= place <= MAX_ORDER:
            raise Invalid(f"order is a number from 0 to {MAX_ORDER}.", pointer=f"/{number}/order")
        yield int(id_), place
