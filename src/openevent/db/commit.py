"""A transaction's last statement and its commit, in one round trip to the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def execute_and_commit(
    session: Session, statement: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Flush, run SQL text in the driver's own style, commit, and return the rows.

    Statement and COMMIT go out together (psycopg's pipeline mode): each further round trip
    of a write costs both sides about as much CPU as a small insert. Errors are those of a
    commit by SQLAlchemy, and nothing is committed when there is one.
    """
    session.flush()  # everything else before the commit
    connection = session.connection()
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.pipeline():
            cursor = driver.execute(statement, parameters)
            # Not driver.commit(), which waits for an answer; the end of the pipeline does too.
            driver.execute("COMMIT", prepare=False)
        rows = cursor.fetchall()
    except psycopg.Error as ex:
        if driver.closed:
            connection.invalidate(ex)  # so that the pool makes a new one
        raise DBAPIError.instance(
            statement, None, ex, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from ex
    session.commit()  # asks nothing of the server: the transaction is over
    return rows
