"""Finding what is named, anywhere in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Select, Table, Text, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from openevent.areas.media.models import MediaFile
from openevent.db.base import Model

#: A deleted row may be restored: what it names is kept for this long.
KEPT_FOR_DELETED: Final = timedelta(days=30)
_NAMED: Final = "/media/([0-9a-f]{64})/"


def named_digests(db: Session, now: datetime) -> set[str]:
    """Return the hash of every file that some row names, in whichever text of whichever table.

    Descriptions are looked through as well as the attributes that are made for it: one
    statement a table, which reads all of it.
    """
    found: set[str] = set()
    for table in Model.metadata.sorted_tables:
        if table is not MediaFile.__table__ and (statement := _named_in(table, now)) is not None:
            found.update(db.scalars(statement))
    return found


def _named_in(table: Table, now: datetime) -> Select[Any] | None:
    texts = [cast(column, Text) for column in table.columns if _may_name(column)]
    if not texts:
        return None
    text = func.concat_ws(literal(" "), *texts)
    match = func.regexp_matches(text, _NAMED, "g").label("match")
    statement = select(match).where(text.like("%/media/%"))
    if "deleted_at" in table.c:
        deleted_at = table.c.deleted_at
        statement = statement.where(or_(deleted_at.is_(None), deleted_at > now - KEPT_FOR_DELETED))
    matches = statement.subquery()
    return select(func.unnest(matches.c.match)).distinct()


def _may_name(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | JSONB)
