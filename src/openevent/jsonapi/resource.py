"""What the server needs to know about one JSON:API resource type, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, false

from openevent.db.base import Record
from openevent.errors import DomainError
from openevent.jsonapi.pictures import Picture
from openevent.jsonapi.schema import JsonApiSchema
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork

#: A mapped class or an alias of one: policies write their expressions against either.
Row = Any


class Policy:
    """Who may see and change the rows of one type, as SQL. Everything is refused by default.

    Each method returns one boolean expression over ``row`` (the mapped class or an
    alias of it) for a principal of one audience. The same expression serves lists,
    details, includes, relationship routes and filters, so none can leak what another
    hides. Soft-deleted rows are excluded by the engine, not here.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        """Whether the row exists for this principal: no means 404."""
        return false()

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        """For each audience that fields name in ``access(read=...)``: is the principal in it?"""
        return {}

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        """Whether a row with these to-one keys (``event_id``, ...) may be created: no means 403."""
        return false()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        """Whether the visible row may be changed: no means 403."""
        return false()

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        """Whether the visible row may be deleted: no means 403. By default, who may change may."""
        return self.changeable(who, row)


#: The to-one keys of a row (``event_id``, ...), as SQL.
Keys = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What must hold where a document gives a to-one relationship, and the refusal otherwise.

    ``holds`` says it of the row's to-one keys. It is NULL where what ``about`` refers to has
    gone meanwhile, and may lock it.
    """

    about: str
    holds: Callable[[Keys], ColumnElement[bool]]
    refusal: Callable[[], DomainError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One collection route of a type: its path, what it narrows to, and whom it is for."""

    path: str
    where: Callable[[Who, Row], ColumnElement[bool]] | None = None
    audience: Audience = Audience.ANONYMOUS


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """Joins a schema, a model, a policy and the operations that change it.

    An operation left as ``None`` is a method the blueprint does not document: the
    route answers 405. ``computed`` maps attribute names that are no column of the
    model to expressions over the row. ``key`` is a second unique attribute that URLs
    accept in place of the id. ``sort`` is the order of lists when none is asked for.
    ``pictures`` are the attributes in which clients name one. ``rules`` are judged with the
    policy, and ``defaults`` are the values, worked out by the database from the to-one keys,
    that a new row has where ``create`` leaves them out. ``joins`` are asked before members, by
    their ids, join a many-to-many relationship of a row.
    """

    schema: type[JsonApiSchema]
    model: type[Record]
    policy: Policy
    create: Callable[[UnitOfWork, dict[str, Any]], Record] | None = None
    update: Callable[[UnitOfWork, Any, dict[str, Any]], None] | None = None
    delete: Callable[[UnitOfWork, Any], None] | None = None
    listings: tuple[Listing, ...] = ()
    computed: Mapping[str, Callable[[Row], ColumnElement[Any]]] = field(default_factory=dict)
    key: str | None = None
    sort: tuple[str, ...] = ("id",)
    pictures: tuple[Picture, ...] = ()
    rules: tuple[Rule, ...] = ()
    defaults: Mapping[str, Callable[[Keys], ColumnElement[Any]]] = field(default_factory=dict)
    joins: Mapping[str, Callable[[UnitOfWork, Any, Collection[int]], None]] = field(
        default_factory=dict
    )
    #: Whether nobody needs to be logged in to create one (registration).
    anonymous_create: bool = False
    #: SQL that locks what others lock before a row that is to be deleted (``%(key)s`` is its id).
    lock_first: str | None = None
    #: Whether staff brings rows back by ``deleted-at``: not those that others count with.
    is_restorable: bool = True

    @property
    def type_name(self) -> str:
        """The JSON:API type."""
        return self.schema.Meta.type_

    @property
    def path(self) -> str:
        """The route of the collection, without trailing slash."""
        return self.schema.Meta.path


class Writes(TypedDict):
    """The three operations of a type, to be unpacked into its declaration."""

    create: Callable[[UnitOfWork, dict[str, Any]], Record]
    update: Callable[[UnitOfWork, Any, dict[str, Any]], None]
    delete: Callable[[UnitOfWork, Any], None]


def plain_writes(model: type[Record]) -> Writes:
    """Return create, update and delete operations for a type with nothing special to say."""

    def create(work: UnitOfWork, values: dict[str, Any]) -> Record:
        row = model(**values)
        work.db.add(row)
        return row

    def update(work: UnitOfWork, row: Any, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(row, name, value)

    def delete(work: UnitOfWork, row: Any) -> None:
        if hasattr(row, "deleted_at"):
            row.deleted_at = work.now()
        else:
            work.db.delete(row)

    return {"create": create, "update": update, "delete": delete}


class Registry:
    """The resource types by name, and by the model they are stored in."""

    def __init__(self, types: Iterable[ResourceType]) -> None:
        self.types = tuple(types)
        self.by_name = {t.type_name: t for t in self.types}
        if len(self.by_name) != len(self.types):
            raise ValueError("two resource types have the same name")

    def __getitem__(self, name: str) -> ResourceType:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(self.types)
