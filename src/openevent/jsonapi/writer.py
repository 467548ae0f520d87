"""Changes resources: find, judge, apply. The only way a document reaches an operation.

Each step is one statement built once per audience: a new row's references and its right
to exist are judged together, with the commit where nothing else is asked before; and a row
that is to change is loaded, locked and judged together. What is invisible is missing (404)
before what is refused is refused (403).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, exists, select

from openevent.db.base import Record
from openevent.db.compiled import sql_text
from openevent.db.creating import PREFIX, Judgement
from openevent.db.engine import of_work, run_in
from openevent.db.loading import load, loaded_columns
from openevent.db.writing import write_pending
from openevent.errors import Forbidden, Invalid, Missing, PreconditionFailed, Unauthenticated
from openevent.jsonapi.columns import visible
from openevent.jsonapi.documents import Loader, missing_reference
from openevent.jsonapi.members import Members, replace
from openevent.jsonapi.pictures import accept_pictures, forget_variants, tell_pictures
from openevent.jsonapi.resource import Registry, ResourceType, Rule
from openevent.jsonapi.rows import Rows
from openevent.jsonapi.schema import ToMany, ToOne, dasherize
from openevent.jsonapi.target import Address
from openevent.work.principal import Principal, Who
from openevent.work.unit import UnitOfWork

Action = Literal["change", "delete"]
S = TypeVar("S")

#: Whether an ``If-Match`` header allows to go on from this version.
Precondition = Callable[[int], bool]


class Writer:
    """Creates, changes and deletes the resources of every type."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.loaders = {r.type_name: Loader(r) for r in registry}
        self._linked = {r.type_name: _linked(r) for r in registry}
        self._protected = {r.type_name: _protected(r) for r in registry}
        self.members = {
            (r.type_name, name): Members(self, r, name)
            for r in registry
            for name, relationship in r.schema.relationships().items()
            if isinstance(relationship, ToMany) and relationship.type_ in registry
        }
        self._statements: dict[Any, Any] = {}
        self._lock = threading.Lock()

    # -- operations --------------------------------------------------------------------

    def create(self, work: UnitOfWork, resource: ResourceType, document: Any) -> Record:
        """Create a resource from a document and return its row, pending."""
        if work.principal.is_anonymous and not resource.anonymous_create:
            raise Unauthenticated("Log in to create this.")
        assert resource.create is not None  # noqa: S101  # the route exists only with it
        loader = self.loaders[resource.type_name]
        values = loader.load(document)
        judgement = self.judgement(work, resource, values, values, tuple(resource.defaults))
        session = of_work(work.db)
        session.judge(judgement)
        try:
            self.judge_protected(work.principal, resource, values, None)
            values = accept_pictures(work, resource.pictures, values)
            row = resource.create(work, values)
        except Exception:
            session.settle()  # what is missing or not theirs is said first
            raise
        judgement.give(row)
        tell_pictures(work, resource.pictures, row, values)
        self.give_members(work, resource, row, loader.members(document))
        return row

    def update(
        self,
        work: UnitOfWork,
        resource: ResourceType,
        address: Address,
        document: Any,
        allowed: Precondition,
    ) -> Record:
        """Apply a document to a resource and return its row, pending."""
        assert resource.update is not None  # noqa: S101  # the route exists only with it
        restore = resource.is_restorable and work.principal.is_staff and _restores(document)
        row = self.find(work, resource, address, "change", allowed, trashed=restore)
        loader = self.loaders[resource.type_name]
        values = loader.load(document, id_=str(row.id))
        if restore and getattr(row, "deleted_at", None) is not None:
            row.deleted_at = None  # type: ignore[attr-defined]  # SoftDeleted, as just asked
        self.change(work, resource, row, values)
        self.give_members(work, resource, row, loader.members(document))
        return row

    def apply(
        self, work: UnitOfWork, resource: ResourceType, row: Record, values: dict[str, Any]
    ) -> None:
        """Change a row and write it."""
        self.change(work, resource, row, values)
        write_pending(work.db, row)

    def change(
        self, work: UnitOfWork, resource: ResourceType, row: Record, values: dict[str, Any]
    ) -> None:
        """Run a type's update operation with the values that differ from the row's."""
        assert resource.update is not None  # noqa: S101  # the route exists only with it
        changes = {
            name: value
            for name, value in values.items()
            if not hasattr(type(row), name) or getattr(row, name) != value
        }
        keys = {f"{name}_id" for name in self._linked[resource.type_name]}
        if keys & changes.keys():
            present = {key: getattr(row, key) for key in keys}
            changed = {key: changes[key] for key in keys & changes.keys()}
            of_work(work.db).judge(self.judgement(work, resource, present | changed, changed))
            of_work(work.db).settle()
        self.judge_protected(work.principal, resource, changes, row)
        if changes:
            changes = accept_pictures(work, resource.pictures, changes)
            resource.update(work, row, changes)
            forget_variants(resource.pictures, row, changes)
            tell_pictures(work, resource.pictures, row, changes)

    def give_members(
        self, work: UnitOfWork, resource: ResourceType, row: Record, named: dict[str, list[int]]
    ) -> None:
        """Make the to-many relationships of a row what a document says.

        As at a relationship's own URL, by the same rules. What is read-only is ignored, as
        read-only attributes are: published clients send back whole resources as they know them.
        """
        for name, ids in named.items():
            members = self.members.get((resource.type_name, name))
            if members is not None and members.are_writable:
                write_pending(work.db, row)
                members.change(work, row, ids, replace)

    def delete(
        self, work: UnitOfWork, resource: ResourceType, address: Address, allowed: Precondition
    ) -> None:
        """Delete a resource: hide it where its type is soft-deleted."""
        assert resource.delete is not None  # noqa: S101  # the route exists only with it
        if resource.lock_first is not None and not work.principal.is_anonymous:
            run_in(work.db)(resource.lock_first, {"key": address.value})
        row = self.find(work, resource, address, "delete", allowed)
        resource.delete(work, row)
        write_pending(work.db, row)  # constraints speak now, while there is an answer to give

    # -- judging -----------------------------------------------------------------------

    def find(
        self,
        work: UnitOfWork,
        resource: ResourceType,
        address: Address,
        action: Action,
        allowed: Precondition,
        *,
        trashed: bool = False,
    ) -> Record:
        """Load and lock the row an URL names, if this principal may do this to it."""
        if work.principal.is_anonymous:
            raise Unauthenticated(f"Log in to {action} this.")
        sql = self._kept(
            (resource.type_name, work.principal.audience, action, address.by_key, trashed),
            lambda: sql_text(
                _find(resource, Who(work.principal.audience), action, address, trashed=trashed)
            ),
        )
        parameters = work.principal.parameters() | {"key": address.value}
        found = run_in(work.db)(sql, parameters)
        if not found:
            raise Missing(f"There is no such {resource.type_name}.")
        may, *values = found[0]
        if not may:
            raise Forbidden(f"You may not {action} this {resource.type_name}.")
        row = load(work.db, resource.model, values)
        if not allowed(row.version):
            raise PreconditionFailed(
                f"This {resource.type_name} has changed since; read it again first."
            )
        return row

    def judgement(
        self,
        work: UnitOfWork,
        resource: ResourceType,
        values: Mapping[str, Any],
        named: Mapping[str, Any],
        defaults: tuple[str, ...] = (),
    ) -> Judgement:
        """Return what refuses references to what is not there (404), and rows that may not be.

        ``values`` are all to-one keys the row would have, ``named`` those that the
        document gives.
        """
        linked = self._linked[resource.type_name]
        checked = tuple(name for name in linked if named.get(f"{name}_id") is not None)
        rules = [rule for rule in resource.rules if rule.about in checked]
        who = Who(work.principal.audience)
        sql, conditions = self._kept(
            (resource.type_name, who.audience, "create", checked, defaults),
            lambda: self._judged(resource, who, checked, rules, defaults),
        )
        parameters = work.principal.parameters() | {
            f"value_{name}_id": values.get(f"{name}_id") for name in linked
        }

        def refuse(found: Sequence[bool | None]) -> None:
            may, *rest = found
            for name, exists_ in zip(checked, rest, strict=False):
                if not exists_:
                    raise missing_reference(name)
            if not may:
                raise Forbidden(f"You may not put a resource of type {resource.type_name!r} there.")
            for rule, holds in zip(rules, rest[len(checked) :], strict=True):
                if not holds:
                    raise missing_reference(rule.about) if holds is None else rule.refusal()

        return Judgement(sql, conditions, defaults, parameters, refuse)

    def judge_protected(
        self,
        principal: Principal,
        resource: ResourceType,
        changes: Mapping[str, Any],
        row: Record | None,
    ) -> None:
        """Refuse values of protected attributes from those who may not set them.

        A document may repeat what is there: clients send whole resources back.
        """
        for name, level in self._protected[resource.type_name]:
            if name not in changes:
                continue
            may = principal.is_super_admin if level == "super-admin" else principal.is_staff
            if may or (row is None and not changes[name]):
                continue
            raise Forbidden(
                f"Only {'a super admin' if level == 'super-admin' else 'an admin'} sets "
                f"{dasherize(name)!r}.",
                pointer=f"/data/attributes/{dasherize(name)}",
            )

    def _judged(
        self,
        resource: ResourceType,
        who: Who,
        checked: tuple[str, ...],
        rules: Sequence[Rule],
        defaults: tuple[str, ...],
    ) -> tuple[str, tuple[str, ...]]:
        """Return the list of the statement that judges a row, and the names of its conditions."""
        values: dict[str, ColumnElement[Any]] = {
            f"{name}_id": bindparam(f"value_{name}_id", type_=BigInteger())
            for name in self._linked[resource.type_name]
        }
        asked: dict[str, ColumnElement[Any]] = {"may": resource.policy.creatable(who, values)}
        rows = Rows()
        for name in checked:
            target = self.registry[resource.schema.relationships()[name].type_]
            other = rows.take(target)
            found = select(other.id).where(
                other.id == values[f"{name}_id"], visible(target, who, other)
            )
            asked[f"has_{name}"] = exists(found)
        asked |= {f"rule_{number}": rule.holds(values) for number, rule in enumerate(rules)}
        conditions = tuple(asked)
        asked |= {PREFIX + name: resource.defaults[name](values) for name in defaults}
        listed = select(*(expression.label(name) for name, expression in asked.items()))
        return sql_text(listed).removeprefix("SELECT "), conditions

    def _kept(self, key: Any, build: Callable[[], S]) -> S:
        with self._lock:
            if (statement := self._statements.get(key)) is None:
                statement = self._statements[key] = build()
            kept: S = statement
            return kept


def _linked(resource: ResourceType) -> tuple[str, ...]:
    """Return the names of the to-one relationships whose key is a column of the row."""
    return tuple(
        name
        for name, relationship in resource.schema.relationships().items()
        if isinstance(relationship, ToOne) and relationship.linked
    )


def _protected(resource: ResourceType) -> tuple[tuple[str, str], ...]:
    """Return the attributes that not everybody may set, with who may."""
    return tuple(
        (name, field.metadata["write"])
        for name, field in resource.schema.attributes().items()
        if "write" in field.metadata
    )


def _find(
    resource: ResourceType, who: Who, action: Action, address: Address, *, trashed: bool
) -> Select[Any]:
    model = resource.model
    policy = resource.policy
    may = policy.deletable(who, model) if action == "delete" else policy.changeable(who, model)
    key = getattr(model, resource.key) if address.by_key and resource.key else model.id
    return (
        select(may.label("may"), *loaded_columns(model))
        .where(
            key == bindparam("key", type_=key.type), visible(resource, who, model, trashed=trashed)
        )
        .with_for_update(of=model)
    )


def _restores(document: Any) -> bool:
    """Whether a document sets ``deleted-at`` to null, which restores what was deleted."""
    try:
        attributes = document["data"]["attributes"]
        return "deleted-at" in attributes and attributes["deleted-at"] is None
    except (TypeError, KeyError):
        return False


def required(resource: ResourceType, name: str) -> None:
    """Refuse to clear a to-one relationship that the type cannot be without."""
    if resource.schema.relationships()[name].required:
        raise Invalid(
            f"{resource.type_name} cannot be without {dasherize(name)!r}.", pointer="/data"
        )
