"""What the database refuses, as refusals: constraints speak for rules that code did not check."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError

from openevent.db.base import Model
from openevent.errors import Conflict, DomainError, Invalid


def refusal_of(error: Exception) -> DomainError | None:
    """Return what a database's error tells a client; nothing, if it is not about values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, IntegrityError) or isinstance(cause, psycopg.errors.IntegrityError):
        return _violated(cause)
    if isinstance(cause, psycopg.errors.DataError):
        return Invalid("A value is out of range.", pointer="/data")
    return None


def _violated(cause: Any) -> DomainError:
    """Return the refusal of a violated constraint, in the words its table has for it."""
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    words = _constraint_words().get(name)
    if isinstance(cause, psycopg.errors.CheckViolation | psycopg.errors.NotNullViolation):
        return Invalid(words or "A value is not allowed.", pointer="/data")
    if isinstance(cause, psycopg.errors.UniqueViolation):
        return Conflict(words or "There is one like this already.", code="duplicate")
    return Conflict(words or "Something else depends on this, or is missing for it.")


def _constraint_words() -> dict[str, str]:
    """Return constraint name -> sentence, from ``info={"refusal": ...}`` in the tables."""
    return {
        str(getattr(item, "name", None)): item.info["refusal"]
        for table in Model.metadata.tables.values()
        for item in (*table.constraints, *table.indexes)
        if "refusal" in item.info
    }
