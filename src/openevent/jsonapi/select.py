"""One SQL statement for one document: its page, what it includes, and its total.

The page's keys are chosen first, on an index; the wide rows join afterwards, so that a
page far down a list costs no more than the first. A compound document is one
``UNION ALL``: each branch is a kind of row, and columns of equal type share a slot, so
that the row is as wide as the widest type and not as their sum. Every branch carries its
type's visibility, so an include shows nothing that its own route would hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    any_,
    asc,
    bindparam,
    case,
    cast,
    delete,
    desc,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import CTE, FromClause

from openevent.db.base import Record
from openevent.db.compiled import sql_text
from openevent.errors import BadRequest
from openevent.jsonapi.columns import (
    Binder,
    FilterBuilder,
    column,
    is_false,
    is_true,
    visible,
)
from openevent.jsonapi.query import Query, SortKey
from openevent.jsonapi.resource import Registry, ResourceType, Row
from openevent.jsonapi.rows import foreign_key, related, relation, reverse_key
from openevent.jsonapi.schema import ToOne, told_when_asked
from openevent.jsonapi.target import Root, Target
from openevent.jsonapi.union import TOTAL, Branch, Statement, Union
from openevent.work.principal import Who


def default_order(resource: ResourceType) -> tuple[SortKey, ...]:
    """Return the order of a type's lists when none is asked for."""
    return tuple(SortKey((name.removeprefix("-"),), name.startswith("-")) for name in resource.sort)


def _directed(order: Sequence[tuple[ColumnElement[Any], bool]]) -> list[ColumnElement[Any]]:
    return [(desc if descending else asc)(value) for value, descending in order]


def _among(column: ColumnElement[Any], keys: Select[Any]) -> ColumnElement[bool]:
    """Whether a key is one of few chosen before.

    As an array, not as a join: the chosen keys are looked up in the index whatever the
    planner, which does not know how long a page is, believes of their number.
    """
    return column == any_(func.array(keys.scalar_subquery()))


class StatementBuilder:
    """Builds the statement of one target and query shape for one audience."""

    def __init__(
        self, registry: Registry, who: Who, target: Target, query: Query, *, include_cap: int
    ) -> None:
        self.registry, self.who, self.target, self.query = registry, who, target, query
        self.include_cap = include_cap
        self.union = Union()
        self.filters = FilterBuilder(registry, who, Binder())
        self.total: ScalarSelect[int] | None = None

    def build(self) -> Statement:
        """Return the statement; raise :class:`BadRequest` for what may not be asked."""
        page = self.page()
        self.head()
        self.rows(page)
        nodes: dict[tuple[str, ...], tuple[ResourceType, CTE, int]] = {}
        nodes[()] = (self.target.resource, page, self.union.branches[0].kind)
        for path in self.query.include:
            nodes[path] = self.include(path, *nodes[path[:-1]])
        statement = self.union.statement(has_head=self.total is not None)
        return Statement(
            sql_text(statement),
            self.union.branches,
            len(self.union.slots.types),
            self.target.root is not Root.ITEM,
        )

    def returning(self) -> Statement:
        """Return the document of a row as what the statement that writes it returns.

        It stands for a plain select of the row. One that cannot be seen divides by zero in
        place of the total, since the COMMIT may follow in the same round trip: nothing is
        written that its author would not be shown. Its SQL is empty where a value depends on
        other rows of the same table: a statement that writes does not see what it has written.
        """
        model = self.target.resource.model
        self.add(Branch(1, self.target.resource, ()), model, [], None)
        ((cells, _),) = self.union.selects
        seen = visible(self.target.resource, self.who, model)
        cells.append((TOTAL, literal(1) // cast(seen, Integer)))
        sql = ""
        if not any(_reads(expression, model) for _, expression in cells):
            text = sql_text(delete(model).returning(self.union.row(cells, 1)))
            _, _, sql = text.partition(" RETURNING ")
        return Statement(sql, self.union.branches, len(self.union.slots.types), has_head=False)

    # -- the page -------------------------------------------------------------------

    def page(self) -> CTE:
        """Return the primary keys of the document, in order."""
        resource, root = self.target.resource, self.target.root
        row = self.filters.rows.take(resource)
        keys = [row.id.label("id"), *self.carried((), resource, row)]
        where = [visible(resource, self.who, row, trashed=self.query.trashed)]
        if root is Root.ITEM:
            where.append(self.address(resource, row))
            return select(*keys).where(*where).cte("page")
        if self.target.parent is not None:
            where.append(self.within_parent(row))
        if self.target.listing and self.target.listing.where:
            where.append(self.target.listing.where(self.who, row))
        where.extend(self.filters.build(c, resource, row) for c in self.query.filters)
        self.total = select(func.count()).select_from(row.table).where(*where).scalar_subquery()
        order = self.order(row)
        sorts = [value.label(f"sort_{n}") for n, (value, _) in enumerate(order)]
        chosen = select(*keys, *sorts).where(*where).order_by(*_directed(order))
        if self.target.is_list:
            chosen = chosen.limit(bindparam("page_size", type_=BigInteger())).offset(
                bindparam("page_offset", type_=BigInteger())
            )
        # Numbered only now: a page far down does not number the rows before it.
        rows = chosen.subquery("chosen")
        again = [(rows.c[f"sort_{n}"], descending) for n, (_, descending) in enumerate(order)]
        position = func.row_number().over(order_by=_directed(again)).label("position")
        return select(*(rows.c[key.name] for key in keys), position).cte("page")

    def carried(
        self, path: tuple[str, ...], resource: ResourceType, row: Row
    ) -> list[ColumnElement[Any]]:
        """Return the foreign keys by which to-one relationships below a path are included.

        They come along with the keys of the rows, so that no row is read twice for them.
        """
        names = [p[-1] for p in self.query.include if p[:-1] == path]
        found = (foreign_key(relation(resource, name)) for name in names)
        return [getattr(row, key).label(key) for key in dict.fromkeys(found) if key is not None]

    def address(self, resource: ResourceType, row: Row) -> ColumnElement[bool]:
        """Return the test that ``row`` is the one the URL names."""
        if self.target.by_key:
            assert resource.key is not None  # noqa: S101  # the route parsed it as a key
            expression = getattr(row, resource.key)
            return expression == bindparam("key", type_=expression.type)  # type: ignore[no-any-return]
        return row.id == bindparam("key", type_=BigInteger())  # type: ignore[no-any-return]

    def parent_keys(self) -> Select[Any]:
        parent = self.target.parent
        assert parent is not None  # noqa: S101  # only related roots come here
        row = self.filters.rows.take(parent)
        return select(row.id.label("id")).where(
            visible(parent, self.who, row, trashed=self.query.trashed), self.address(parent, row)
        )

    def within_parent(self, row: Row) -> ColumnElement[bool]:
        """Return the test that ``row`` is related to the parent that the URL names."""
        parent = self.target.parent
        assert parent is not None  # noqa: S101  # only related roots come here
        owner = self.parent_keys().cte("parent")
        self.parent = owner
        prop = relation(parent, self.target.relationship)
        if key := reverse_key(prop):
            return getattr(row, key) == select(owner.c.id).correlate(None).scalar_subquery()  # type: ignore[no-any-return]
        again = self.filters.rows.take(parent)
        other = self.filters.rows.take(self.target.resource)
        members = related(parent, self.target.relationship, again, other).where(
            again.id == select(owner.c.id).correlate(None).scalar_subquery()
        )
        return row.id.in_(members.correlate(None))  # type: ignore[no-any-return]

    def order(self, row: Row) -> list[tuple[ColumnElement[Any], bool]]:
        """Return the expressions to sort by, each with whether it descends."""
        keys = self.query.sort or default_order(self.target.resource)
        order = [(self.sort_key(key, row), key.descending) for key in keys]
        if not any(key.path == ("id",) for key in keys):
            order.append((row.id, False))
        return order

    def sort_key(
        self, key: SortKey, row: Row, resource: ResourceType | None = None
    ) -> ColumnElement[Any]:
        resource = resource or self.target.resource
        if len(key.path) == 1:
            return self.readable(resource, key.path[0], row)
        target = self.registry[resource.schema.relationships()[key.path[0]].type_]
        other = self.filters.rows.take(target)
        value = self.readable(target, key.path[1], other)
        chosen: Select[Any] = (
            related(resource, key.path[0], row, other)
            .where(visible(target, self.who, other))
            .with_only_columns(value, maintain_column_froms=True)
            .limit(1)
        )
        return chosen.scalar_subquery()

    def readable(self, resource: ResourceType, name: str, row: Row) -> ColumnElement[Any]:
        """Return a column for sorting; null where the principal may not read it."""
        if name == "id":
            return row.id  # type: ignore[no-any-return]
        allowed = self.filters.readers.of(resource, name, row)
        if is_false(allowed):
            wire = name.replace("_", "-")
            raise BadRequest(
                f"You may not read {wire!r} of {resource.type_name}, so not sort by it.",
                parameter="sort",
            )
        expression = column(resource, name, row)
        return expression if is_true(allowed) else case((allowed, expression), else_=null())

    # -- the branches ----------------------------------------------------------------

    def head(self) -> None:
        """Add the row that tells the total, and by its absence that the parent is missing."""
        if self.total is None:
            return
        source = self.parent if self.target.parent is not None else None
        self.union.selects.append(([(TOTAL, self.total)], source))

    def rows(self, page: CTE) -> None:
        """Add the primary rows."""
        resource = self.target.resource
        row = self.filters.rows.take(resource)
        branch = Branch(1, resource, ())
        if self.target.root is Root.ITEM and not self.query.include:
            # A detail without includes needs no key chosen first: one plain select.
            where = and_(
                visible(resource, self.who, row, trashed=self.query.trashed),
                self.address(resource, row),
            )
            self.add(branch, row, [], where)
            return
        ordered = [] if self.target.root is Root.ITEM else [page.c.position]
        joined = (row.table, page, row.id == page.c.id)
        self.add(branch, row, ordered, joined)

    def include(
        self, path: tuple[str, ...], owner: ResourceType, keys: CTE, parent_kind: int
    ) -> tuple[ResourceType, CTE, int]:
        """Add the rows of one included relationship, and the pairs that link them."""
        name = path[-1]
        relationship = owner.schema.relationships()[name]
        resource = self.registry[relationship.type_]
        prop = relation(owner, name)
        row = self.filters.rows.take(resource)
        other = self.filters.rows.take(resource)
        shown = visible(resource, self.who, other)
        wanted = [other.id.label("id"), *self.carried(path, resource, other)]
        branch = Branch(0, resource, path, parent=parent_kind)
        label = f"inc_{'_'.join(path)}"
        if key := foreign_key(prop):
            # At most one for each row: nothing to number, to limit or to look up again.
            named = select(keys.c[key])
            cte = select(*wanted).where(shown, _among(other.id, named)).cte(label)
            seen = and_(visible(resource, self.who, row), _among(row.id, named))
            # By id: where rows lie, and how they are found, would be told by the ETag.
            self.add(branch, row, [row.id], seen)
            return resource, cte, branch.kind
        found: Select[Any]
        if key := reverse_key(prop):
            parent_key = getattr(other, key)
            found = select(parent_key.label("parent"), *wanted).where(
                shown, _among(parent_key, select(keys.c.id))
            )
        else:
            again = self.filters.rows.take(owner)
            found = (
                related(owner, name, again, other)
                .with_only_columns(again.id.label("parent"), *wanted)
                .where(shown, _among(again.id, select(keys.c.id)))
                .distinct()
            )
        cte = found.limit(self.include_cap + 1).cte(label)
        order = [
            (self.sort_key(sort, row, resource), sort.descending)
            for sort in default_order(resource)
            if sort.path != ("id",)
        ]
        position = func.row_number().over(order_by=_directed([*order, (row.id, False)]))
        self.add(branch, row, [position], _among(row.id, select(cte.c.id)))
        pairs = Branch(branch.kind + 1, resource, path, relationship=name, parent=parent_kind)
        values = [cte.c.parent, cte.c.id]
        taken = self.union.slots.take(values)
        pairs.positions = {"parent": taken[0], "id": taken[1]}
        self.union.branches.append(pairs)
        self.union.selects.append((list(zip(taken, values, strict=True)), cte))
        return resource, cte, branch.kind

    def add(
        self, branch: Branch, row: Row, ordered: Sequence[ColumnElement[Any]], source: Any
    ) -> None:
        """Add a branch that selects the columns its fieldset needs."""
        resource = branch.resource
        wanted = self.query.fields_of(resource.type_name)
        names: dict[str, ColumnElement[Any]] = {"id": row.id}
        flags: dict[str, ColumnElement[bool]] = {}
        hidden = set()
        if not (self.target.identifiers and branch.path == ()):
            names["version"] = row.version
            for name, schema_field in resource.schema.attributes().items():
                if schema_field.load_only:
                    continue
                if told_when_asked(schema_field) if wanted is None else name not in wanted:
                    continue
                allowed = self.filters.readers.of(resource, name, row)
                if is_false(allowed):
                    hidden.add(name)
                    continue
                if not is_true(allowed):
                    flags[schema_field.metadata["read"]] = allowed
                names[name] = column(resource, name, row)
            for name, relationship in resource.schema.relationships().items():
                if wanted is not None and name not in wanted:
                    continue
                if isinstance(relationship, ToOne) and relationship.linked:
                    names[f"{name}_id"] = getattr(row, f"{name}_id")
        expressions = [*names.values(), *flags.values()]
        positions = self.union.slots.take(expressions)
        branch.positions = dict(zip(names, positions, strict=False))
        branch.flags = dict(zip(flags, positions[len(names) :], strict=True))
        branch.hidden = frozenset(hidden)
        branch.kind = len(self.union.selects) + (1 if self.total is None else 0)
        self.union.branches.append(branch)
        cells = list(zip(positions, expressions, strict=True))
        cells.extend((TOTAL, expression) for expression in ordered)
        self.union.selects.append((cells, source))


def _reads(expression: ColumnElement[Any], model: type[Record]) -> bool:
    """Whether an expression selects from a table beside the row at hand: under an alias."""
    table = model.__table__
    return any(
        isinstance(part, FromClause) and part is not table and part.is_derived_from(table)
        for part in visitors.iterate(expression)
    )
