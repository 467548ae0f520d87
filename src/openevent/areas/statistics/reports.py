"""The reports that admins read, of sales and of what people do, each a type with a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement

from openevent.areas.orders.models import OrderStatus
from openevent.areas.statistics import admin_sales as report
from openevent.areas.statistics.models import (
    Activity,
    DiscountedSales,
    EventFees,
    EventSales,
    InvoicedSales,
    MarketerSales,
    OrganizerSales,
    PlaceSales,
)
from openevent.areas.statistics.policy import SALES_REPORTS
from openevent.areas.statistics.schemas import (
    ActivitySchema,
    AdminSalesByEventsSchema,
    AdminSalesByLocationSchema,
    AdminSalesByMarketerSchema,
    AdminSalesByOrganizersSchema,
    AdminSalesDiscountedSchema,
    AdminSalesFeesSchema,
    AdminSalesInvoicesSchema,
)
from openevent.db.base import Record
from openevent.jsonapi.resource import Listing, ResourceType, Row
from openevent.jsonapi.schema import JsonApiSchema
from openevent.work.principal import Audience, Who

Computed = Mapping[str, Callable[[Row], ColumnElement[Any]]]


def _report(
    schema: type[JsonApiSchema],
    model: type[Record],
    computed: Computed,
    *,
    sort: str = "id",
    about: Callable[[Who, Row], ColumnElement[bool]] | None = None,
) -> ResourceType:
    return ResourceType(
        schema=schema,
        model=model,
        policy=SALES_REPORTS,
        computed=computed,
        listings=(Listing(path=schema.Meta.path, where=about, audience=Audience.STAFF),),
        sort=(sort,),
    )


REPORTS: Final = (
    _report(
        AdminSalesByEventsSchema,
        EventSales,
        {
            **{
                f"{status}_order_sales": report.amount(report.of_event, status)
                for status in report.REPORTED
            },
            **{
                f"{status}_order_tickets": report.seats(report.of_event, status)
                for status in report.REPORTED
            },
            "venue_type": report.venue_type,
            "owner": report.owner,
            "owner_id": report.owner_id,
        },
    ),
    _report(
        AdminSalesByLocationSchema,
        PlaceSales,
        {"sales": report.sales(report.at_place)},
        sort="location_name",
        about=lambda _, row: report.is_first_at_place(row),
    ),
    _report(
        AdminSalesByMarketerSchema,
        MarketerSales,
        {"fullname": report.full_name, "sales": report.sales(report.by_marketer)},
        about=lambda _, row: report.markets(row),
    ),
    _report(
        AdminSalesByOrganizersSchema,
        OrganizerSales,
        {
            "starts_at": report.first_start,
            "ends_at": report.last_end,
            "sales": report.sales(report.by_organizer),
        },
        about=lambda _, row: report.organizes(row),
    ),
    _report(
        AdminSalesDiscountedSchema,
        DiscountedSales,
        {
            "email": report.email_of("marketer_id"),
            "event_name": report.of_its_event("name"),
            "payment_currency": report.of_its_event("payment_currency"),
            "sales": report.sales(report.with_discount),
        },
    ),
    _report(
        AdminSalesFeesSchema,
        EventFees,
        {
            "fee_percentage": report.fee("service_fee"),
            "maximum_fee": report.fee("maximum_fee"),
            "revenue": report.amount(report.of_event, OrderStatus.COMPLETED),
            "ticket_count": report.seats(report.of_event, OrderStatus.COMPLETED),
            "event_date": lambda row: row.starts_at,
        },
    ),
    _report(
        AdminSalesInvoicesSchema,
        InvoicedSales,
        {
            "event_name": report.of_its_event("name"),
            "sent_to": report.email_of("user_id"),
        },
    ),
    _report(
        ActivitySchema,
        Activity,
        {"actor": report.email_of("user_id"), "action": report.action},
        sort="-time",
    ),
)
