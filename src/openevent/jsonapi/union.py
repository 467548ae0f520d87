"""Rows of several kinds as one result: the ``UNION ALL`` that a compound document is.

Each branch is a kind of row. Columns of equal type share a slot, so that the result is as
wide as its widest branch and not as all of them together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CTE
from sqlalchemy.types import TypeEngine

from openevent.db.compiled import DIALECT, Cells, spelled
from openevent.jsonapi.resource import ResourceType


@dataclass(slots=True)
class Branch:
    """One kind of row: which type it is of and at which positions its values stand.

    ``flags`` are positions of booleans that say whether this row's private attributes
    of an audience may be shown. A links branch (``relationship`` set) holds pairs.
    """

    kind: int
    resource: ResourceType
    path: tuple[str, ...]
    positions: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    relationship: str = ""
    parent: int = -1


@dataclass(slots=True)
class Statement:
    """SQL text with what is needed to read its rows."""

    sql: str
    branches: list[Branch]
    slots: int
    has_head: bool


HEAD = 0
#: Positions that every row has: its kind, and the total or the place in the order.
KIND, TOTAL = 0, 1


class _Slots:
    """Allots columns to positions: equal SQL types share a position across branches."""

    def __init__(self) -> None:
        self.types: list[Any] = [Integer(), BigInteger()]
        self.by_type: dict[str, list[int]] = defaultdict(list)

    def take(self, expressions: Sequence[ColumnElement[Any]]) -> list[int]:
        used: dict[str, int] = defaultdict(int)
        taken = []
        for expression in expressions:
            name = expression.type.compile(dialect=DIALECT)
            positions = self.by_type[name]
            if used[name] == len(positions):
                positions.append(len(self.types))
                self.types.append(expression.type)
            taken.append(positions[used[name]])
            used[name] += 1
        return taken


class Union:
    """The branches of a statement, and what each selects from where."""

    def __init__(self) -> None:
        self.slots = _Slots()
        self.branches: list[Branch] = []
        self.selects: list[tuple[list[tuple[int, ColumnElement[Any]]], Any]] = []

    def statement(self, *, has_head: bool) -> Any:
        """Return all branches as one statement, padded to equal width.

        With a head, the first of them tells of the others.
        """
        offset = 0 if has_head else 1
        statements = []
        for position, (cells, source) in enumerate(self.selects):
            statement = select(self.row(cells, position + offset))
            if isinstance(source, tuple):
                statement = statement.select_from(source[0]).join(source[1], source[2])
            elif isinstance(source, CTE):
                statement = statement.select_from(source)
            elif source is not None:
                statement = statement.where(source)
            statements.append(statement)
        if len(statements) == 1:
            return statements[0]
        return union_all(*statements).order_by(literal_column("1"), literal_column("2"))

    def row(self, cells: Sequence[tuple[int, ColumnElement[Any]]], kind: int) -> Cells:
        """Return the columns of one kind of row, padded to the common width."""
        values = dict(cells)
        values[KIND] = literal_column(str(kind), Integer())
        return Cells(
            [
                values[slot] if slot in values else _nothing(type_)
                for slot, type_ in enumerate(self.slots.types)
            ]
        )


@cache
def _nothing(type_: TypeEngine[Any]) -> ColumnElement[Any]:
    return spelled(cast(null(), type_))
