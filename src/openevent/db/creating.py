"""A creation as one statement: what must hold, the new row, and what has to happen after it.

Each round trip of a write costs both sides about as much as a small insert, and most
creations ask the database nothing between being judged and being committed. So the
judgement waits in the session (``WorkSession.judge``), and so does the row (``insert``).
Where nothing asks for either sooner, both go out with the commit, as one statement that
needs neither BEGIN nor COMMIT. Where something does, they are sent before it, one by one,
with the same effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

#: Parameters of a new row are named for its attributes; the prefix keeps them apart.
PREFIX = "new_"


@dataclass(slots=True)
class Judgement:
    """What must hold for a row to be created, and the values it has by default.

    ``sql`` is the list of a SELECT: first ``conditions``, then a value for each attribute
    of ``defaults``, all by name. ``refuse`` raises what follows from conditions that do
    not hold.
    """

    sql: str
    conditions: tuple[str, ...]
    defaults: tuple[str, ...]
    parameters: Mapping[str, Any]
    refuse: Callable[[Sequence[bool | None]], None]
    _row: Any = None
    _values: Sequence[Any] | None = None

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.conditions) + len(self.defaults)

    def check(self, found: Sequence[Any]) -> None:
        """Refuse where a condition does not hold."""
        held = found[: len(self.conditions)]
        if not all(held):
            self.refuse(held)

    def conclude(self, found: Sequence[Any]) -> None:
        """Refuse, or have the row take its default values."""
        self.check(found)
        self._values = found[len(self.conditions) :]
        self.give(self._row)

    def give(self, row: Any) -> None:
        """Give the row the values it lacks, as soon as they are known."""
        self._row = row
        if row is not None and self._values is not None:
            for name, value in zip(self.defaults, self._values, strict=True):
                if getattr(row, name) is None:
                    setattr(row, name, value)


@dataclass(frozen=True, slots=True, eq=False)
class Into:
    """Where rows of one class are inserted: the table, and attribute -> column, parameter."""

    table: str
    columns: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Insertion:
    """A new row: its values when they are wanted, what it returns, and to whom.

    ``values`` are parameters; those of attributes that it is told to leave to the database
    are NULL where the row has none. ``then`` is given the row's id, followed by what
    ``returning`` lists.
    """

    into: Into
    values: Callable[[tuple[str, ...]], dict[str, Any]]
    returning: str
    parameters: Mapping[str, Any]
    then: Callable[[Sequence[Any]], None]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """A table that keeps what has to happen because of a change: columns, and one row as SQL.

    The parameters of a row are numbered at ``{n}``. Ids rise in the order of the rows.
    """

    table: str
    columns: tuple[str, ...]
    row: str

    def sql(self, count: int, source: str = "") -> str:
        """Return the statement that stores so many rows, for each row of the source."""
        names = ", ".join(self.columns)
        rows = ", ".join(f"({n}, {self.row.format(n=n)})" for n in range(count))
        # Made of declared names only.
        return (
            f"INSERT INTO {self.table} ({names})"  # noqa: S608
            f" SELECT {', '.join(f'entry.{name}' for name in self.columns)}"
            f" FROM {source}(VALUES {rows}) AS entry (n, {names}) ORDER BY entry.n RETURNING id"
        )

    def parameters(self, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the parameters of these rows."""
        return {f"{k}_{n}": value for n, entry in enumerate(entries) for k, value in entry.items()}


@lru_cache(maxsize=2000)
def creation(
    judged: str,
    conditions: tuple[str, ...],
    defaults: tuple[str, ...],
    into: Into,
    returning: str,
    ledger: Ledger | None,
    count: int,
) -> str:
    """Return the statement of a creation.

    Its row is what was judged, then the new row, all NULL where a condition does not hold,
    then the ids of the ledger's ``count`` new rows.
    """
    values = {name: parameter for name, (_, parameter) in into.columns.items()}
    for name in defaults:
        values[name] = f"coalesce({values[name]}, judged.{PREFIX}{name})"
    columns = ", ".join(column for column, _ in into.columns.values())
    # Made of declared names only.
    written = f"INSERT INTO {into.table} ({columns}) SELECT {', '.join(values.values())}"
    if judged:
        written += f" FROM judged WHERE {' AND '.join(conditions)}"
    parts = [f"judged AS MATERIALIZED (SELECT {judged})"] if judged else []
    parts.append(f"written AS ({written} RETURNING {into.table}.id, {returning})")
    ids = ""
    if ledger is not None and count:
        parts.append(f"staged AS ({ledger.sql(count, 'written, ')})")
        ids = ", ARRAY(SELECT id FROM staged ORDER BY id)"
    source = "judged LEFT JOIN written ON true" if judged else "written"
    return f"WITH {', '.join(parts)} SELECT *{ids} FROM {source}"  # noqa: S608
