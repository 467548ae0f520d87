"""What the tables of several areas are made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import MappedColumn, mapped_column

LIVE: Final = text("deleted_at IS NULL")
#: A list's index also tells which rows are live: they are counted, and skipped to a page
#: far down, without looking at the rows.
COUNTABLE: Final[Mapping[str, Any]] = {"postgresql_include": ["deleted_at"]}


def flag(*, default: bool = False) -> MappedColumn[bool]:
    """Return a boolean column that is never null."""
    return mapped_column(default=default, server_default=text(str(default).lower()))


def one_of(column: str, members: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that a column holds a member of the enumeration."""
    values = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def unique_while_live(name: str, *columns: Any, refusal: str) -> Index:
    """Return a unique index among live rows; ``refusal`` is told to whoever hits it."""
    return Index(name, *columns, unique=True, postgresql_where=LIVE, info={"refusal": refusal})
