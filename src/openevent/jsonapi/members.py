"""Who belongs to a to-many relationship, and how resources join and leave it.

The members of a plain one-to-many carry the owner's key: each joins and leaves through its
own type's update operation, so that no rule is bypassed. A many-to-many is rows of a table
between: what joins must be open to change by the principal like the owner is, or anybody
could put what is another's into what is theirs (JSON:API 1.0 § Updating Relationships).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import RelationshipDirection

from openevent.db.base import Record
from openevent.db.writing import write_pending
from openevent.errors import BadRequest, Forbidden, Invalid
from openevent.jsonapi.columns import live, visible
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.rows import Rows, related, relation, reverse_key
from openevent.jsonapi.schema import dasherize
from openevent.jsonapi.target import Address
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

if TYPE_CHECKING:
    from openevent.jsonapi.writer import Writer

#: Most resources that one relationship may be given at once.
MAX_MEMBERS = 500

#: From the named and the present members: who leaves, and who joins.
Choice = Callable[[set[int], set[int]], tuple[set[int], set[int]]]


def replace(named: set[int], present: set[int]) -> tuple[set[int], set[int]]:
    """Choose that the named are the members, and nobody else."""
    return present - named, named - present


class Members:
    """The members of one to-many relationship of a type."""

    def __init__(self, writer: Writer, owner: ResourceType, name: str) -> None:
        self.writer, self.owner, self.name = writer, owner, name
        self.relationship = owner.schema.relationships()[name]
        self.resource = writer.registry[self.relationship.type_]
        prop = relation(owner, name)
        self.key = reverse_key(prop)
        self.between: Table | None = None
        if prop.direction is RelationshipDirection.MANYTOMANY and isinstance(prop.secondary, Table):
            self.between = prop.secondary
            #: Its columns, and the attributes that they hold of the owner and of the member.
            self._of_owner = _columns(prop.synchronize_pairs)
            self._of_member = _columns(prop.secondary_synchronize_pairs)

    @property
    def are_writable(self) -> bool:
        """Whether anybody may change them through the owner."""
        by_key = self.key is not None and self.resource.update is not None
        return self.relationship.writable and (by_key or self.between is not None)

    def change(self, work: UnitOfWork, owner: Record, named: list[int], choose: Choice) -> None:
        """Let members leave and join an owner that the principal may change."""
        if len(named) > MAX_MEMBERS:
            raise BadRequest(f"Name at most {MAX_MEMBERS} resources at once.", pointer="/data")
        leaving, joining = choose(set(named), self.present(work, owner))
        if self.between is not None:
            self._pair(work, owner, leaving, joining)
        else:
            self._hand_over(work, owner, leaving, joining)

    def present(self, work: UnitOfWork, owner: Record) -> set[int]:
        """Return the ids of the members that are not deleted."""
        model = self.resource.model
        if self.between is not None:
            join = [there == getattr(model, here) for there, here in self._of_member.items()]
            where = [*join, *self._pairs_of(owner)]
        else:
            where = [getattr(model, str(self.key)) == owner.id]
        return set(work.db.scalars(select(model.id).where(*where, live(self.resource, model))))

    def seen(self, work: UnitOfWork, owner: Record) -> set[int]:
        """Return the ids of the members that the principal can see."""
        rows = Rows()
        row = rows.take(self.owner)
        other = rows.take(self.resource)
        shown = visible(self.resource, Who(work.principal.audience), other)
        statement = related(self.owner, self.name, row, other).where(row.id == owner.id, shown)
        return set(work.db.scalars(statement, work.principal.parameters()))

    def _hand_over(
        self, work: UnitOfWork, owner: Record, leaving: set[int], joining: set[int]
    ) -> None:
        """Give members the owner's key, or take it from them."""
        key = str(self.key)
        if leaving and not self.resource.model.__table__.c[key].nullable:
            raise Forbidden(
                f"A {self.resource.type_name} cannot be without its {self.owner.type_name}."
            )
        for id_ in sorted(leaving | joining):
            row = self._find(work, id_)
            self.writer.apply(work, self.resource, row, {key: owner.id if id_ in joining else None})

    def _pair(self, work: UnitOfWork, owner: Record, leaving: set[int], joining: set[int]) -> None:
        """Write and remove the rows between owner and members."""
        assert self.between is not None  # noqa: S101  # of the caller
        shared = {there: getattr(owner, here) for there, here in self._of_owner.items()}
        rows = []
        for id_ in sorted(joining):
            member = self._find(work, id_)
            own = {there: getattr(member, here) for there, here in self._of_member.items()}
            if any(shared.get(there, value) != value for there, value in own.items()):
                raise Invalid(
                    f"The {self.resource.type_name} {id_} belongs to another event.",
                    code="other-event",
                    pointer=f"/data/relationships/{dasherize(self.name)}",
                )
            rows.append({column.key: value for column, value in (shared | own).items()})
        if leaving:
            id_of = next(t for t, here in self._of_member.items() if here == "id")
            work.db.execute(delete(self.between).where(*self._pairs_of(owner), id_of.in_(leaving)))
        if rows and self.name in self.owner.joins:
            self.owner.joins[self.name](work, owner, joining)
        if rows:
            work.db.execute(insert(self.between), rows)
        if leaving or joining:
            owner.modified_at = work.now()  # another version, for who holds the one before
            write_pending(work.db, owner)

    def _pairs_of(self, owner: Record) -> list[Any]:
        return [there == getattr(owner, here) for there, here in self._of_owner.items()]

    def _find(self, work: UnitOfWork, id_: int) -> Record:
        return self.writer.find(work, self.resource, Address(id_), "change", lambda _: True)


def _columns(pairs: Any) -> dict[Any, str]:
    """Return column of the table between -> attribute of the row that it refers to."""
    return {there: str(here.key) for here, there in pairs}
