"""Statements compiled to SQL text once, to be run many times.

Constants of a statement are written into its text, where the planner sees them; what
differs between runs are its named bind parameters without a value.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.sql.elements import CompilerElement


class _Compiler(PGCompiler_psycopg):
    def visit_bindparam(self, bindparam: BindParameter[Any], **options: Any) -> str:  # type: ignore[override]  # by keyword only
        if not bindparam.required:
            options["literal_binds"] = True
        return str(super().visit_bindparam(bindparam, **options))  # type: ignore[no-untyped-call]


class _Dialect(PGDialect_psycopg):
    statement_compiler = _Compiler
    supports_statement_cache = False


DIALECT: Dialect = _Dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


def sql_text(statement: CompilerElement) -> str:
    """Return a statement as text in psycopg's parameter style (``%(name)s``)."""
    return str(statement.compile(dialect=DIALECT))
