"""Pure decisions about the order of exhibitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from openevent.errors import BadRequest, Invalid

MAX_POSITION: Final = 1_000_000
#: Most exhibitors that are put in order at once.
MOST: Final = 1000


def places(sent: Any) -> dict[int, int]:
    """Return the place that a client gives to each exhibitor, by id.

    ``sent`` is a list of objects with ``exhibitor`` and ``position``; ids are strings of
    digits or numbers.
    """
    if not isinstance(sent, list):
        raise BadRequest("The body is an array of exhibitors with their positions.")
    if len(sent) > MOST:
        raise BadRequest(f"At most {MOST} exhibitors can be put in order at once.")
    return dict(_places(sent))


def _places(sent: Iterable[Any]) -> Iterable[tuple[int, int]]:
    for number, item in enumerate(sent):
        members = item if isinstance(item, dict) else {}
        id_, place = members.get("exhibitor"), members.get("position")
        if not isinstance(id_, str | int) or isinstance(id_, bool) or not str(id_).isdecimal():
            raise Invalid("exhibitor is an id.", pointer=f"/{number}/exhibitor")
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= MAX_POSITION:
            raise Invalid(
                f"position is a number from 0 to {MAX_POSITION}.", pointer=f"/{number}/position"
            )
        yield int(id_), place
