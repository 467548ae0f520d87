"""The declarative base of every table: names of constraints, types of columns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


#: The number of the transaction that writes a row, as the default of a column. Who reads rows
#: of transactions older than the oldest that still runs, by this number, never misses one.
TRANSACTION = text("(pg_current_xact_id()::text)::bigint")


class Model(DeclarativeBase):
    """Base of every mapped class. Strings are ``text``, times are aware (``timestamptz``)."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text(), int: BigInteger()}  # noqa: RUF012


class Record(Model):
    """A row with a numeric id, a version that every change raises, and its times.

    ``version`` is SQLAlchemy's version counter: an update or delete of a row that
    somebody else changed meanwhile fails, and is part of the ETag.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-10)
    version: Mapped[int] = mapped_column(server_default="1", default=1, sort_order=90)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=91)
    modified_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), sort_order=92
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}


class SoftDeleted:
    """A row that ``DELETE`` hides instead of removing; ``deleted_at`` says since when."""

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=93)
