"""The resource types of the statistics area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from openevent.areas.programme.rules import SessionState
from openevent.areas.statistics import admin_figures, figures, overview
from openevent.areas.statistics.models import (
    EventOrderStatistics,
    EventSalesOverview,
    GeneralStatistics,
    TicketOrderStatistics,
)
from openevent.areas.statistics.policy import EVENT_FIGURES, TICKET_FIGURES
from openevent.areas.statistics.reports import REPORTS
from openevent.areas.statistics.schemas import (
    EventSalesOverviewSchema,
    EventStatisticsGeneralSchema,
    OrderStatisticsEventSchema,
    OrderStatisticsTicketSchema,
)
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import Item
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
SALES_OVERVIEW: Final = ResourceType(
    schema=EventSalesOverviewSchema,
    model=EventSalesOverview,
    policy=EVENT_FIGURES,
    computed={
        "by_day": overview.sales_by_day,
        "by_ticket": overview.sales_by_ticket,
        "by_discount_code": overview.sales_by_discount_code,
        "by_access_code": overview.sales_by_access_code,
        "check_ins_by_hour": overview.check_ins_by_hour,
    },
    key="identifier",
)


def _sales_overview(context: Context) -> Item:
    """Return what answers ``GET /v1/events/{id}/sales-overview``, a name that can be guessed."""
    return Item(context.engine, SALES_OVERVIEW)


RESOURCES: Final = (GENERAL, EVENT_ORDERS, TICKET_ORDERS, SALES_OVERVIEW, *REPORTS)
ROUTES: Final = (
    Route("/v1/events/{id}/sales-overview", _sales_overview),
    *admin_figures.ROUTES,
)
