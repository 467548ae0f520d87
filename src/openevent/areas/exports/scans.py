"""What was scanned at an event as rows: for those who run it, as scans are kept.

No list of the API has the scans themselves with whose they are, so this one is read by a
statement of its own: under the policy of whoever asked, some rows at a time, by id.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, bindparam, func, select

from openevent.areas.checkin.models import Scan, Station
from openevent.areas.events.policy import event_exists
from openevent.areas.exports import tables
from openevent.areas.exports.tables import Page
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.programme.models import Session
from openevent.areas.ticketing.models import Ticket
from openevent.db.compiled import sql_text
from openevent.jsonapi.reader import Run
from openevent.work.principal import Audience, Principal, Who

_COLUMNS: Final = {
    "id": Scan.id,
    "happened-at": Scan.happened_at,
    "received-at": Scan.received_at,
    "direction": Scan.direction,
    "verdict": Scan.verdict,
    "attendee-id": Scan.ticket_holder_id,
    "firstname": Attendee.firstname,
    "lastname": Attendee.lastname,
    "email": Attendee.email,
    "ticket": Ticket.name,
    "order": Order.identifier,
    "station": Station.station_name,
    "session": Session.title,
    "device": Scan.device_name,
    "is-offline": Scan.is_offline,
    "scanned-by": User.email,
    "code": Scan.code,
}


class CheckIns:
    """All scans of an event, refused ones too, each with its verdict."""

    name = "check-ins"
    columns = tuple(_COLUMNS)

    def read(
        self, run: Run, principal: Principal, owner_id: int, *, after: int, status: str | None
    ) -> Page:
        """Return the next scans after the one of an id. There are no states of scans."""
        assert status is None  # noqa: S101 - no route takes one
        values = {
            **principal.parameters(),
            "event_id": owner_id,
            "after": after,
            "most": tables.PART,
        }
        total, page = (run(text, values) for text in _statements(principal.audience))
        rows = [[_cell(value) for value in row] for row in page]
        return Page(rows=rows, total=total[0][0], last_id=page[-1][0] if page else after)


def _cell(value: object) -> object:
    moment = getattr(value, "isoformat", None)
    return value if moment is None else str(moment()).replace("+00:00", "Z")


@lru_cache(maxsize=4)
def _statements(audience: Audience) -> tuple[str, str]:
    """Return the SQL of how many scans come after an id, and of the first of them."""
    wanted = _wanted(Who(audience))
    counted = select(func.count()).select_from(Scan).where(wanted)
    rows = (
        select(*_COLUMNS.values())
        .select_from(Scan)
        .outerjoin(Attendee, Attendee.id == Scan.ticket_holder_id)
        .outerjoin(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(Order, Order.id == Attendee.order_id)
        .outerjoin(Station, Station.id == Scan.station_id)
        .outerjoin(Session, Session.id == Scan.session_id)
        .outerjoin(User, User.id == Scan.user_id)
        .where(wanted)
        .order_by(Scan.id)
        .limit(bindparam("most", type_=Integer()))
    )
    return sql_text(counted), sql_text(rows)


def _wanted(who: Who) -> ColumnElement[bool]:
    return and_(
        Scan.event_id == bindparam("event_id", type_=BigInteger()),
        Scan.id > bindparam("after", type_=BigInteger()),
        has_role(who, Scan.event_id, *EVENT_ACCESS),
        event_exists(who, Scan.event_id),
    )
