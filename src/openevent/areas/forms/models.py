"""Tables of the forms area: what an event asks of its attendees, speakers and sessions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Record, SoftDeleted
from openevent.db.columns import COUNTABLE, flag, one_of, unique_while_live

if TYPE_CHECKING:
    from openevent.areas.events.models import Event


class Form(StrEnum):
    """Whom a form is filled in about."""

    ATTENDEE = "attendee"
    SESSION = "session"
    SPEAKER = "speaker"


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    CHECKBOX = "checkbox"
    SELECT = "select"
    FILE = "file"
    IMAGE = "image"
    EMAIL = "email"
    NUMBER = "number"
    PARAGRAPH = "paragraph"
    RICH_TEXT_LINK = "richtextlink"
    BOOLEAN = "boolean"
    YEAR = "year"


class CustomForm(SoftDeleted, Record):
    """One field of a form of an event, known to the API as a custom form.

    ``form_id`` names a form that only some tickets ask for; without one the field is
    asked wherever the tickets name none.
    """

    __tablename__ = "custom_forms"
    __table_args__ = (
        unique_while_live(
            "uq_custom_forms_event_id_form_key",
            "event_id",
            "form",
            text("coalesce(form_id, '')"),
            "key",
            refusal="The form has a field of this identifier already.",
        ),
        one_of("form", Form),
        one_of("type", FieldType),
        CheckConstraint("min <= max", name="min_at_most_max"),
        Index("ix_custom_forms_event_id", "event_id", "position", "id", **COUNTABLE),
    )

    field_identifier: Mapped[str]
    #: The identifier, however it is spelled.
    key: Mapped[str]
    form: Mapped[str]
    type: Mapped[str] = mapped_column(default=FieldType.TEXT, server_default="text")
    name: Mapped[str | None]
    description: Mapped[str | None]
    is_required: Mapped[bool] = flag()
    is_included: Mapped[bool] = flag()
    is_fixed: Mapped[bool] = flag()
    is_public: Mapped[bool] = flag()
    is_allow_edit: Mapped[bool] = flag()
    is_complex: Mapped[bool] = flag()
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    form_id: Mapped[str | None]
    min: Mapped[int | None] = mapped_column(Integer)
    max: Mapped[int | None] = mapped_column(Integer)
    main_language: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    custom_form_options: Mapped[list[CustomFormOption]] = relationship(viewonly=True, lazy="raise")
    custom_form_translates: Mapped[list[CustomFormTranslate]] = relationship(
        viewonly=True, lazy="raise"
    )


class CustomFormOption(SoftDeleted, Record):
    """One of the answers that a field offers."""

    __tablename__ = "custom_form_options"
    __table_args__ = (
        unique_while_live(
            "uq_custom_form_options_custom_form_id_value",
            "custom_form_id",
            "value",
            refusal="The field has this option already.",
        ),
        Index("ix_custom_form_options_custom_form_id", "custom_form_id", "id", **COUNTABLE),
    )

    value: Mapped[str]
    custom_form_id: Mapped[int] = mapped_column(ForeignKey("custom_forms.id", ondelete="CASCADE"))

    custom_form: Mapped[CustomForm] = relationship(viewonly=True, lazy="raise")


class CustomFormTranslate(SoftDeleted, Record):
    """A field's name in another language."""

    __tablename__ = "custom_form_translates"
    __table_args__ = (
        unique_while_live(
            "uq_custom_form_translates_custom_form_id_language_code",
            "custom_form_id",
            "language_code",
            refusal="The field has a name in this language already.",
        ),
        Index("ix_custom_form_translates_custom_form_id", "custom_form_id", "id", **COUNTABLE),
    )

    name: Mapped[str]
    language_code: Mapped[str]
    custom_form_id: Mapped[int] = mapped_column(ForeignKey("custom_forms.id", ondelete="CASCADE"))

    custom_form: Mapped[CustomForm] = relationship(viewonly=True, lazy="raise")
