"""Who is written to because of what becomes of an order, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from openevent.areas.communication.operations.rendering import display_name
from openevent.areas.communication.queries.accounts import of_event
from openevent.areas.communication.queries.events import as_markup, has_role_on, live_event
from openevent.areas.communication.rules import About, Mailing, Paper
from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS
from openevent.areas.orders.models import Attendee, Order, OrderChange, OrderLine, OrderStatus
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.passes.models import Pass
from openevent.services.languages import Amount, Moment
from openevent.work.unit import UnitOfWork

#: What a buyer is told, by how far the order is and how it came there.
PLACED, PAID, PURCHASED, FREE = CONFIRMATIONS = (
    *("order-placed", "order-paid", "ticket-purchased", "ticket-purchased-free"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """An order with its event, and its buyer if it has one: at the door there is none."""

    order: Order
    event: Event
    buyer: User | None

    @property
    def values(self) -> dict[str, Any]:
        """What texts say of it."""
        return {
            "event": self.event.name,
            "order": self.order.identifier,
            "amount": Amount(self.order.amount, self.order.currency),
            "starts": Moment(self.event.starts_at, self.event.timezone),
        }

    @property
    def language(self) -> str | None:
        """What the buyer reads: most likely those who come with them do too."""
        return None if self.buyer is None else self.buyer.language_prefrence

    def mailing(self, action: str, values: dict[str, Any] | None = None, **more: Any) -> Mailing:
        """Return what is said of it; programs read what was done."""
        return Mailing(
            values=self.values | (values or {}),
            event_id=self.event.id,
            language=self.language,
            about=About(
                type="Order",
                id=self.order.id,
                action=action,
                details={
                    "event": of_event(self.event),
                    "order": {"id": str(self.order.id), "identifier": self.order.identifier},
                },
            ),
            actor_ids=() if self.order.user_id is None else (self.order.user_id,),
            **more,
        )


def find_order(work: UnitOfWork, order_id: int) -> Bought | None:
    """Return an order of an event that is there."""
    order = work.db.get(Order, order_id)
    event = None if order is None else live_event(work, order.event_id)
    if order is None or event is None:
        return None
    buyer = None if order.user_id is None else work.db.get(User, order.user_id)
    return Bought(order=order, event=event, buyer=buyer)


def order_confirmation(work: UnitOfWork, order_id: int) -> Mailing | None:
    """Send a buyer the tickets and the invoice: once when placed, once when it is paid."""
    return _confirmation(work, order_id, occasion=f"order {order_id}", again=False)


def order_confirmation_again(work: UnitOfWork, order_id: int, key: str) -> Mailing | None:
    """Send that again, with everything in it."""
    return _confirmation(work, order_id, occasion=f"order {order_id} again {key}", again=True)


def _confirmation(work: UnitOfWork, order_id: int, *, occasion: str, again: bool) -> Mailing | None:
    bought = find_order(work, order_id)
    if bought is None or bought.buyer is None or bought.order.status not in SOLD:
        return None
    order = bought.order
    text = _text_of(work, order, again=again)
    invoice = (Paper("order-invoice", order_id),) if order.amount > 0 else ()
    tickets = () if text == PAID else (Paper("order-tickets", order_id),)
    return bought.mailing(
        order.status,
        {"count": _seats(work, order_id)},
        occasion=occasion,
        people=User.id == order.user_id,
        text=text,
        quote=_how_to_pay(bought) if text == PLACED else "",
        page=f"orders/{order.identifier}/view",
        papers=(*tickets, *invoice),
    )


def _text_of(work: UnitOfWork, order: Order, *, again: bool) -> str:
    """Return what to say: who was sent tickets when the order was placed has them."""
    if order.status == OrderStatus.PLACED:
        return PLACED
    if order.amount == 0:
        return FREE
    return PAID if not again and _was(work, order.id, OrderStatus.PLACED) else PURCHASED


def _was(work: UnitOfWork, order_id: int, *statuses: OrderStatus) -> bool:
    """Whether an order ever was in one of these states, as its history tells."""
    then = OrderChange.values["status"].astext.in_([status.value for status in statuses])
    return bool(work.db.scalar(select(exists().where(OrderChange.order_id == order_id, then))))


def _seats(work: UnitOfWork, order_id: int) -> int:
    seats = select(func.coalesce(func.sum(OrderLine.quantity), 0))
    return int(work.db.scalars(seats.where(OrderLine.order_id == order_id)).one())


def _how_to_pay(bought: Bought) -> str:
    """Return what the event says of the way to pay that was chosen."""
    return as_markup(getattr(bought.event, f"{bought.order.payment_mode}_details", None) or "")


def attendee_tickets(work: UnitOfWork, order_id: int) -> list[Mailing]:
    """Send each attendee with an address their ticket; once each."""
    return _attendee_tickets(work, order_id, again="")


def attendee_tickets_again(work: UnitOfWork, order_id: int, key: str, buyer: bool) -> list[Mailing]:
    """Send those again; to who bought too, where that is not in the buyer's own mail."""
    return _attendee_tickets(work, order_id, again=f" again {key}", also_buyer=not buyer)


def _attendee_tickets(
    work: UnitOfWork, order_id: int, *, again: str, also_buyer: bool = False
) -> list[Mailing]:
    bought = find_order(work, order_id)
    if bought is None or bought.order.status not in SOLD:
        return []
    return [
        bought.mailing(
            "issued",
            occasion=f"attendee {attendee.id}{again}",
            addresses=(address,),
            papers=(Paper("attendee-ticket", attendee.id),),
        )
        for attendee, address in _attendees(work, bought, Attendee.deleted_at.is_(None))
        if also_buyer or not _is_buyer(bought, attendee)
    ]


def _attendees(
    work: UnitOfWork, bought: Bought, wanted: ColumnElement[bool]
) -> list[tuple[Attendee, str]]:
    """Return attendees of an order with their addresses; who has none is not there."""
    found = work.db.scalars(
        select(Attendee).where(Attendee.order_id == bought.order.id, wanted).order_by(Attendee.id)
    )
    return [(attendee, attendee.email) for attendee in found if attendee.email]


def _is_buyer(bought: Bought, attendee: Attendee) -> bool:
    """Whether an attendee is who bought: they have all of the order's tickets already."""
    buyer = bought.buyer
    return buyer is not None and (
        attendee.user_id == buyer.id or (attendee.email or "").lower() == buyer.email.lower()
    )


def reissued_ticket(work: UnitOfWork, attendee_id: int, order_id: int) -> Mailing | None:
    """Send an attendee the ticket that is good now, or the buyer, if they have no address."""
    bought, attendee = find_order(work, order_id), work.db.get(Attendee, attendee_id)
    if bought is None or attendee is None or attendee.deleted_at is not None:
        return None
    buyer = bought.order.user_id
    if bought.order.status not in SOLD or not (attendee.email or buyer):
        return None
    issue = work.db.scalar(select(Pass.revision).where(Pass.attendee_id == attendee_id))
    return bought.mailing(
        "reissued",
        {"attendee": " ".join(filter(None, (attendee.firstname, attendee.lastname)))},
        occasion=f"attendee {attendee_id} issue {issue or 1}",
        addresses=(attendee.email,) if attendee.email else (),
        people=None if attendee.email else User.id == buyer,
        papers=(Paper("attendee-ticket", attendee_id),),
    )


def sale(work: UnitOfWork, order_id: int) -> Mailing | None:
    """Tell those who run the event of an order that others made; once per order."""
    bought = find_order(work, order_id)
    if bought is None or bought.buyer is None or bought.order.status not in SOLD:
        return None
    return bought.mailing(
        bought.order.status,
        {"count": _seats(work, order_id), "person": _name_of(bought.buyer)},
        occasion=f"order {order_id}",
        people=_running(bought),
        page=f"events/{bought.event.identifier}/tickets/orders",
    )


def _running(bought: Bought) -> ColumnElement[bool]:
    return has_role_on(bought.event.id, *EVENT_ACCESS)


def _name_of(user: User) -> str:
    return display_name(user.public_name, user.first_name, user.email)


def cancellation(work: UnitOfWork, order_id: int) -> Mailing | None:
    """Tell a buyer that the order is called off, and why; never of what was not sold."""
    bought = _cancelled(work, order_id)
    if bought is None or bought.buyer is None:
        return None
    return bought.mailing(
        "cancelled",
        occasion=f"order {order_id}",
        people=User.id == bought.order.user_id,
        quote=as_markup(bought.order.cancel_note or ""),
    )


def attendee_cancellation(work: UnitOfWork, order_id: int) -> Mailing | None:
    """Tell those who have a ticket that it is worth nothing any more; once each."""
    bought = _cancelled(work, order_id)
    if bought is None:
        return None
    # Their seats went with the order, last: who was removed before has been told.
    seat = aliased(Attendee)
    last = select(func.max(seat.deleted_at)).where(seat.order_id == order_id).scalar_subquery()
    went = Attendee.deleted_at.is_not_distinct_from(last)
    addresses = tuple(
        address
        for attendee, address in _attendees(work, bought, went)
        if not _is_buyer(bought, attendee)
    )
    return bought.mailing("cancelled", occasion=f"order {order_id}", addresses=addresses)


def removed_attendee(work: UnitOfWork, attendee_id: int, order_id: int) -> Mailing | None:
    """Tell who was taken out of an order, if they have an address."""
    bought, attendee = find_order(work, order_id), work.db.get(Attendee, attendee_id)
    if bought is None or attendee is None or not attendee.email:
        return None
    occasion = f"attendee {attendee_id} removed"
    return bought.mailing("cancelled", occasion=occasion, addresses=(attendee.email,))


def organizer_cancellation(work: UnitOfWork, order_id: int) -> Mailing | None:
    """Tell those who run the event that seats are free again."""
    bought = _cancelled(work, order_id)
    if bought is None:
        return None
    return bought.mailing(
        "cancelled",
        {"count": _seats(work, order_id)},
        occasion=f"order {order_id}",
        people=_running(bought),
        page=f"events/{bought.event.identifier}/tickets/orders",
    )


def _cancelled(work: UnitOfWork, order_id: int) -> Bought | None:
    """Return an order that was sold and is called off."""
    bought = find_order(work, order_id)
    if bought is None or bought.order.status != OrderStatus.CANCELLED:
        return None
    return bought if _was(work, order_id, *SOLD) else None
