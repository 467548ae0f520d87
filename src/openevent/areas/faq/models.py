"""Tables of the FAQ area: questions with answers, and the sections they are grouped in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from openevent.areas.faq.rules import name_key
from openevent.db.base import Record, SoftDeleted

if TYPE_CHECKING:
    from openevent.areas.events.models import Event

LIVE = text("deleted_at IS NULL")
#: A list's index also tells which rows are live: they are counted, and skipped to a page
#: far down, without looking at the rows.
COUNTABLE: Mapping[str, Any] = {"postgresql_include": ["deleted_at"]}


class FaqType(SoftDeleted, Record):
    """A section of an event's FAQ. Its name is unique within the event, however it is spelled."""

    __tablename__ = "faq_types"
    __table_args__ = (
        Index(
            "uq_faq_types_event_id_name_key",
            "event_id",
            "name_key",
            unique=True,
            postgresql_where=LIVE,
            info={"refusal": "The event has an FAQ type of this name already."},
        ),
        # What the composite foreign key of faqs refers to.
        UniqueConstraint("id", "event_id"),
        Index("ix_faq_types_event_id", "event_id", "position", "id", **COUNTABLE),
    )

    name: Mapped[str]
    name_key: Mapped[str]
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    faqs: Mapped[list[Faq]] = relationship(
        primaryjoin="FaqType.id == foreign(Faq.faq_type_id)", viewonly=True, lazy="raise"
    )

    @validates("name")
    def _keep_key(self, _: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class Faq(SoftDeleted, Record):
    """A question that visitors of an event ask, and its answer."""

    __tablename__ = "faqs"
    __table_args__ = (
        # The event is part of the key: a question cannot take a section of another event.
        ForeignKeyConstraint(
            ["faq_type_id", "event_id"],
            ["faq_types.id", "faq_types.event_id"],
            name="fk_faqs_faq_type_id_event_id",
        ),
        Index("ix_faqs_event_id", "event_id", "position", "id", **COUNTABLE),
        Index("ix_faqs_faq_type_id", "faq_type_id", "position", "id", **COUNTABLE),
    )

    question: Mapped[str]
    answer: Mapped[str]
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    faq_type_id: Mapped[int | None]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    faq_type: Mapped[FaqType | None] = relationship(
        primaryjoin="foreign(Faq.faq_type_id) == FaqType.id", viewonly=True, lazy="raise"
    )
