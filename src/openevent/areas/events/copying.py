"""Copying an event with what belongs to it: one transaction, one statement for each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Interval,
    Table,
    case,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy import column as sql_column
from sqlalchemy.orm import aliased

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.events.models import Event
from openevent.areas.events.operations import (
    check_may_create,
    complete_event,
    free_identifier,
    give_owner,
)
from openevent.areas.events.rules import check_dates
from openevent.areas.identity.models import Role, RoleName, User, UsersEventsRoles
from openevent.db.base import Model
from openevent.errors import Invalid, InvalidDocument
from openevent.work.unit import UnitOfWork

#: The part that is the people: whoever has a role on the event.
ROLES: Final = "roles"
#: What a row has for itself.
_OWN: Final = frozenset({"id", "version", "created_at", "modified_at", "deleted_at"})
#: What a copy does not take over: it starts as a draft that nobody has heard of, and
#: asks to be paid nowhere before somebody says where.
NOT_COPIED: Final = _OWN | {
    *(
        "identifier",
        "state",
        "is_featured",
        "is_promoted",
        "is_demoted",
        "is_announced",
        "group_id",
    ),
    *("schedule_published_on", "chat_room_name"),
    *("can_pay_by_paypal", "can_pay_by_stripe", "can_pay_by_cheque", "can_pay_by_bank"),
    *("can_pay_by_invoice", "can_pay_onsite", "can_pay_by_omise", "can_pay_by_alipay"),
    *("can_pay_by_paytm", "paypal_email", "cheque_details", "invoice_details"),
    *("bank_details", "onsite_details"),
}

#: Ids of rows and of their copies, for each table.
Copied = dict[type[Model], dict[int, int]]


def copy_event(
    work: UnitOfWork, event: Event, *, parts: Sequence[str] | None, changes: Mapping[str, Any]
) -> Event:
    """Return a new draft like ``event``, with these of its parts, that the principal owns.

    ``parts`` of ``None`` are all there are. ``changes`` may give it another name, zone
    and time; what happens at some time before or during the event moves with it.
    """
    check_may_create(work)
    offered = work.port(EventParts).copies
    chosen = _chosen(parts, {ROLES, *(part.name for part in offered)})
    starts_at = changes.get("starts_at", event.starts_at)
    shift = starts_at - event.starts_at
    ends_at = changes.get("ends_at", event.ends_at + shift)
    try:
        check_dates(starts_at, ends_at)
    except Invalid as refusal:
        raise Invalid(refusal.detail, code=refusal.error_code, pointer="/ends-at") from refusal
    names = {attribute.key for attribute in inspect(Event).column_attrs} - NOT_COPIED
    values = {name: getattr(event, name) for name in names} | dict(changes)
    copy = Event(
        **values | {"starts_at": starts_at, "ends_at": ends_at, "identifier": free_identifier(work)}
    )
    work.db.add(copy)
    work.db.flush()
    copied: Copied = {}
    for part in offered:
        if part.name in chosen:
            copied[part.model] = _copy(work, part, event.id, copy.id, shift, copied)
    if ROLES in chosen:
        _copy_roles(work, event.id, copy.id)
    give_owner(work, copy)
    complete_event(work, copy)
    return copy


def _chosen(parts: Sequence[str] | None, offered: set[str]) -> set[str]:
    if parts is None:
        return offered
    faults = [
        Invalid(
            f"An event has no part {name!r}; there are {', '.join(sorted(offered))}.",
            code="unknown-part",
            pointer=f"/parts/{place}",
        )
        for place, name in enumerate(parts)
        if name not in offered
    ]
    if faults:
        raise InvalidDocument(faults)
    return set(parts)


def _copy(
    work: UnitOfWork,
    part: CopiedPart,
    source_id: int,
    target_id: int,
    shift: timedelta,
    copied: Copied,
) -> dict[int, int]:
    """Copy the rows of one table; return the ids of the copies by those of the originals."""
    table = cast(Table, part.model.__table__)
    source = table.alias("source")
    rows: FromClause = source
    values: dict[str, ColumnElement[Any]] = {
        column.name: source.c[column.name] for column in table.columns if column.name not in _OWN
    }
    conditions = []
    for name in part.times:
        values[name] = source.c[name] + literal(shift, Interval())
    for name, value in part.values.items():
        values[name] = literal(value, table.c[name].type)
    if "event_id" in values:
        values["event_id"] = literal(target_id, BigInteger())
        conditions.append(source.c.event_id == source_id)
    if "deleted_at" in table.columns:
        conditions.append(source.c.deleted_at.is_(None))
    if part.only is not None:
        conditions.append(part.only(source.c))
    for name, model in part.keys.items():
        pairs = copied.get(model, {})
        ids = (
            func.unnest(
                literal([*pairs], ARRAY(BigInteger)), literal([*pairs.values()], ARRAY(BigInteger))
            )
            .table_valued(
                sql_column("old", BigInteger), sql_column("new", BigInteger), name=f"{name}s"
            )
            .render_derived()
        )
        rows = rows.join(ids, ids.c.old == source.c[name], isouter=bool(table.c[name].nullable))
        values[name] = ids.c.new
    labelled = [value.label(name) for name, value in values.items()]
    if "id" not in table.columns:
        statement = select(*labelled).select_from(rows).where(*conditions)
        work.db.execute(insert(table).from_select([*values], statement, include_defaults=False))
        return {}
    sequence = func.pg_get_serial_sequence(table.name, "id")
    originals = (
        select(source.c.id.label("old"), func.nextval(sequence).label("id"), *labelled)
        .select_from(rows)
        .where(*conditions)
        .order_by(source.c.id)
        .cte("originals")
    )
    made = insert(table).from_select(
        ["id", *values],
        select(*(originals.c[name] for name in ("id", *values))),
        include_defaults=False,
    )
    ids_of = select(originals.c.old, originals.c.id).add_cte(made.cte("made"))
    return {row.old: row.id for row in work.db.execute(ids_of)}


def _copy_roles(work: UnitOfWork, source_id: int, target_id: int) -> None:
    """Give the others their roles; the owner, if it is another, organizes the copy."""
    grant, role, user = aliased(UsersEventsRoles), aliased(Role), aliased(User)
    organizer = select(Role.id).where(Role.name == RoleName.ORGANIZER.value).scalar_subquery()
    work.db.execute(
        insert(UsersEventsRoles).from_select(
            ["event_id", "user_id", "role_id"],
            select(
                literal(target_id, BigInteger()),
                grant.user_id,
                case((role.name == RoleName.OWNER.value, organizer), else_=grant.role_id),
            )
            .join(role, role.id == grant.role_id)
            .join(user, user.id == grant.user_id)
            .where(
                grant.event_id == source_id,
                grant.user_id != work.principal.id,
                user.deleted_at.is_(None),
            )
            .distinct(),
            include_defaults=False,
        )
    )
