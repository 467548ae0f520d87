"""The resource types of the statistics area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from openevent.areas.programme.rules import SessionState
from openevent.areas.statistics import figures
from openevent.areas.statistics.models import (
    EventOrderStatistics,
    GeneralStatistics,
    TicketOrderStatistics,
)
from openevent.areas.statistics.policy import EVENT_FIGURES, TICKET_FIGURES
from openevent.areas.statistics.schemas import (
    EventStatisticsGeneralSchema,
    OrderStatisticsEventSchema,
    OrderStatisticsTicketSchema,
)
from openevent.jsonapi.resource import ResourceType

GENERAL: Final = ResourceType(
    schema=EventStatisticsGeneralSchema,
    model=GeneralStatistics,
    policy=EVENT_FIGURES,
    computed={
        "sessions": figures.sessions(),
        "sessions_submitted": figures.sessions(),
        **{f"sessions_{state.value}": figures.sessions(state) for state in SessionState},
        "speakers": figures.speakers,
        "speaker_without_session": figures.speakers_without_session,
        "sponsors": figures.sponsors,
    },
    key="identifier",
)
EVENT_ORDERS: Final = ResourceType(
    schema=OrderStatisticsEventSchema,
    model=EventOrderStatistics,
    policy=EVENT_FIGURES,
    computed={
        "tickets": figures.event_tickets,
        "orders": figures.event_orders,
        "sales": figures.event_sales,
    },
    key="identifier",
)
TICKET_ORDERS: Final = ResourceType(
    schema=OrderStatisticsTicketSchema,
    model=TicketOrderStatistics,
    policy=TICKET_FIGURES,
    computed={
        "identifier": figures.own_id,
        "tickets": figures.ticket_seats,
        "orders": figures.ticket_orders,
        "sales": figures.ticket_sales,
    },
)

RESOURCES: Final = (GENERAL, EVENT_ORDERS, TICKET_ORDERS)
