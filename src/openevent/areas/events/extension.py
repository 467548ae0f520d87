"""What the areas above contribute to an event as a whole.

The events area knows none of them: each declares its share, the shares are joined where
the application is put together, and operations ask for them by ``work.port(EventParts)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement

from openevent.areas.events.models import Event
from openevent.db.base import Model
from openevent.errors import DomainError, Invalid
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPart:
    """A table whose live rows go along when an event is copied.

    ``name`` is the word that clients choose it by; a part may be several tables.
    ``keys`` are the columns that refer to rows of tables copied before. A row goes along
    without a reference that may be null and was not copied, and stays behind without one
    that may not. ``times`` move with the event, ``values`` start anew, and ``only``
    narrows to some rows.
    """

    name: str
    model: type[Model]
    keys: Mapping[str, type[Model]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    only: Callable[[Any], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that an event may be without, and should not when it is published.

    ``missing`` is whether the event ``row`` is without it, for who wants to publish.
    ``is_blocking`` is whether it cannot be published so.
    """

    code: str
    detail: str
    pointer: str
    missing: Callable[[Who, Any], ColumnElement[bool]]
    is_blocking: bool = False
    refusal: type[DomainError] = Invalid

    def as_refusal(self) -> DomainError:
        """Return the refusal to publish the event for this."""
        return self.refusal(self.detail, code=self.code, pointer=self.pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParts:
    """The shares of one area, or of all.

    ``begin`` adds what every new event comes with, given its id, unless it is there.
    ``changed`` is told, in the same transaction, which attributes of an event have changed,
    and ``deleted`` that it goes; whoever cannot let it go refuses.
    """

    begin: tuple[Callable[[UnitOfWork, int], None], ...] = ()
    changed: tuple[Callable[[UnitOfWork, Event, Collection[str]], None], ...] = ()
    deleted: tuple[Callable[[UnitOfWork, Event], None], ...] = ()
    copies: tuple[CopiedPart, ...] = ()
    lacks: tuple[Lack, ...] = ()

    @classmethod
    def joined(cls, shares: Iterable[EventParts]) -> EventParts:
        """Return what the areas contribute together, in their order."""
        shares = tuple(shares)
        return cls(
            **{f.name: tuple(chain(*(getattr(s, f.name) for s in shares))) for f in fields(cls)}
        )
