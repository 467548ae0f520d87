"""Badges as files: of an attendee, to be worn, and of a form that is being designed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, update

from openevent.areas.events.models import Event
from openevent.areas.exports.formats import badge
from openevent.areas.exports.models import Export
from openevent.areas.exports.rules import ExportKind
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.orders.policy import ATTENDEE
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.ticketing.models import BadgeFieldForm, BadgeForm, Ticket
from openevent.errors import Conflict, Forbidden, Missing
from openevent.services import pdf
from openevent.services.media_urls import MediaURLs
from openevent.services.storage import Storage
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

_FORM: Final = ("badge_size", "badge_color", "badge_image_url", "badge_orientation")
_FIELD: Final = (
    *("field_identifier", "custom_field", "sample_text", "font_size", "font_color"),
    *("font_weight", "text_alignment", "text_type", "text_rotation", "qr_custom_field"),
    *("margin_top", "margin_right", "margin_bottom", "margin_left"),
)


def print_badge(work: UnitOfWork, attendee_id: int, shown: Collection[str] | None) -> Export:
    """Make an attendee's badge, with the chosen fields or all, and note that it was printed.

    It is one page and made at once: who prints at the door has somebody in front of them.
    """
    attendee, form = _find(work, attendee_id)
    lines = select(BadgeFieldForm).where(
        BadgeFieldForm.badge_form_id == form.id, BadgeFieldForm.is_deleted.is_(False)
    )
    fields = [_said(row, _FIELD) for row in work.db.scalars(lines.order_by(BadgeFieldForm.id))]
    parts = [(field, _words(attendee, field, shown)) for field in fields]
    export = Export(
        token=secrets.token_hex(16),
        kind=ExportKind.BADGE_PDF,
        asked_at=work.now(),
        event_id=attendee.event_id,
        user_id=work.principal.id,
        content=_paper(work, _said(form, _FORM), parts),
        file_name=f"badge-{attendee.id}.pdf",
    )
    work.db.add(export)
    work.db.execute(
        update(Attendee)
        .where(Attendee.id == attendee.id)
        .values(is_badge_printed=True, badge_printed_at=work.now(), version=Attendee.version + 1)
        .execution_options(synchronize_session=False)
    )
    return export


def preview(work: UnitOfWork, form: Mapping[str, Any]) -> bytes:
    """Return a form that is being designed as it would be printed, with its samples."""
    fields = [
        {**dict.fromkeys(_FIELD), **field}
        for field in form.get("badge_fields", ())
        if not field.get("is_deleted")
    ]
    parts = [(field, field["sample_text"] or field["custom_field"] or "") for field in fields]
    return _paper(work, {**dict.fromkeys(_FORM), **form}, parts)


def _find(work: UnitOfWork, attendee_id: int) -> tuple[Attendee, BadgeForm]:
    who = Who(work.principal.audience)
    found = work.db.execute(
        select(Attendee, Ticket.badge_id, Order.status, has_role(who, Event.id, *EVENT_ACCESS))
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .join(Order, Order.id == Attendee.order_id)
        .join(Event, Event.id == Attendee.event_id)
        .where(
            Attendee.id == attendee_id,
            Attendee.deleted_at.is_(None),
            ATTENDEE.visible(who, Attendee),
        ),
        work.principal.parameters(),
    ).one_or_none()
    if found is None:
        raise Missing("There is no such attendee.", parameter="attendee_id")
    attendee, badge_id, status, may = found
    if not may:
        raise Forbidden("Badges are printed by those who run the event.")
    if status not in SOLD:
        raise Conflict("A badge is printed when the order is placed or completed.", code="not-sold")
    forms = select(BadgeForm).where(
        BadgeForm.event_id == attendee.event_id, BadgeForm.badge_id == badge_id
    )
    form = work.db.scalars(forms.order_by(BadgeForm.id).limit(1)).first()
    if form is None:
        raise Missing("The ticket has no badge.", code="no-badge")
    return attendee, form


def _words(attendee: Attendee, field: badge.Field, shown: Collection[str] | None) -> str:
    if badge.is_qr(field):
        return badge.contact(attendee, field["qr_custom_field"] or ())
    identifier = field["field_identifier"]
    if shown is not None and identifier not in shown:
        return ""
    return badge.answer(attendee, identifier)


def _paper(work: UnitOfWork, form: badge.Field, parts: Sequence[tuple[badge.Field, str]]) -> bytes:
    return pdf.render("badge", badge.sheet(form, parts, _picture(work, form["badge_image_url"])))


def _picture(work: UnitOfWork, url: str | None) -> bytes | None:
    """Return a picture that was uploaded here; nothing is fetched from elsewhere."""
    named = work.port(MediaURLs).find(url) if url else None
    if named is None:
        return None
    kept = work.ports[Storage].open(named[1].key)
    return None if kept is None else b"".join(kept.chunks)


def _said(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
