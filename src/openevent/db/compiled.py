"""Statements compiled to SQL text once, to be run many times.

Constants of a statement are written into its text, where the planner sees them; what
differs between runs are its named bind parameters without a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, False_, True_
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnClause, CompilerElement
from sqlalchemy.sql.sqltypes import NULLTYPE
from sqlalchemy.sql.visitors import InternalTraversal


class Spelled(ColumnElement[Any]):
    """An expression whose text is kept once it has been part of a compiled statement.

    For what many statements say of the same table under the same name. In statements that
    are not compiled here it is what it wraps.
    """

    __visit_name__ = "spelled"
    _traverse_internals = [("wrapped", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, expression: ColumnElement[Any]) -> None:
        self.wrapped = expression
        self.type = expression.type
        self.text = ""

    @property
    def _from_objects(self) -> Any:
        return self.wrapped._from_objects

    def _copy_internals(self, **options: Any) -> None:
        super()._copy_internals(**options)
        self.text = ""


class Cells(ColumnElement[Any]):
    """The columns of a select that is read by position, as one element: they need no labels."""

    __visit_name__ = "cells"
    inherit_cache = False

    def __init__(self, cells: Sequence[ColumnElement[Any]]) -> None:
        self.cells = cells
        self.type = NULLTYPE

    @property
    def _from_objects(self) -> Any:
        return [source for cell in self.cells for source in cell._from_objects]


@compiles(Cells)
def _join(element: Cells, compiler: Any, **_: Any) -> str:
    return ", ".join(compiler.process(cell) for cell in element.cells)


def spelled(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the expression as one whose text is kept; plain ones as they are."""
    plain = isinstance(expression, True_ | False_ | ColumnClause | Spelled)
    return expression if plain else Spelled(expression)


@compiles(Spelled)
def _spell(element: Spelled, compiler: Any, **options: Any) -> str:
    if not isinstance(compiler, _Compiler):
        return f"({compiler.process(element.wrapped, **options)})"
    if not element.text:
        element.text = f"({compiler.process(element.wrapped)})"
    return element.text


class _Compiler(PGCompiler_psycopg):
    def visit_bindparam(self, bindparam: BindParameter[Any], **options: Any) -> str:  # type: ignore[override]  # by keyword only
        if not bindparam.required:
            options["literal_binds"] = True
        return str(super().visit_bindparam(bindparam, **options))  # type: ignore[no-untyped-call]

    def _setup_select_stack(self, select: Any, compile_state: Any, entry: Any, *more: Any) -> Any:
        """Refuse a subquery that begins anew on what an enclosing one selects from.

        SQLAlchemy correlates with the nearest enclosing select only. What a policy says of
        a row from deeper inside would be said of any row, which shows what it should hide.
        Who means any row says so by ``correlate(None)``.
        """
        froms = super()._setup_select_stack(select, compile_state, entry, *more)  # type: ignore[no-untyped-call]
        anew = set(froms) & set(entry["correlate_froms"]) if select._auto_correlate else ()
        if anew:
            names = ", ".join(sorted(getattr(source, "name", str(source)) for source in anew))
            raise CompileError(f"a subquery in a subquery is not correlated to {names}")
        return froms


class _Dialect(PGDialect_psycopg):
    statement_compiler = _Compiler
    supports_statement_cache = False


DIALECT: Dialect = _Dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


def sql_text(statement: CompilerElement) -> str:
    """Return a statement as text in psycopg's parameter style (``%(name)s``)."""
    return str(statement.compile(dialect=DIALECT))
