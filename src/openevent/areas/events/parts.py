"""What the areas above contribute to an event as a whole.

The events area knows none of them: each declares its share, the shares are joined where
the application is put together, and operations ask for them by ``work.port(EventParts)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import chain

from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParts:
    """The shares of one area, or of all.

    ``begin`` adds what every new event comes with, given its id.
    """

    begin: tuple[Callable[[UnitOfWork, int], None], ...] = ()

    @classmethod
    def joined(cls, shares: Iterable[EventParts]) -> EventParts:
        """Return what the areas contribute together, in their order."""
        shares = tuple(shares)
        return cls(
            **{f.name: tuple(chain(*(getattr(s, f.name) for s in shares))) for f in fields(cls)}
        )
