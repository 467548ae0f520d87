"""The resource types of the site area."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import literal

from openevent.areas.identity.policy import StaffWrites
from openevent.areas.media.endpoints import the_only
from openevent.areas.orders.models import OrderStatus
from openevent.areas.orders.rules.states import HELD_FOR
from openevent.areas.programme.schemas import MAX_COMPLEX_FIELDS
from openevent.areas.site.models import Page, Setting
from openevent.areas.site.policy import SETTING
from openevent.areas.site.schemas import PageSchema, SettingSchema
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes

SETTINGS: Final = ResourceType(
    schema=SettingSchema,
    model=Setting,
    policy=SETTING,
    update=plain_writes(Setting)["update"],
    computed={
        "order_expiry_time": lambda _: literal(
            HELD_FOR[OrderStatus.INITIALIZING] // timedelta(minutes=1)
        ),
        "max_complex_custom_fields": lambda _: literal(MAX_COMPLEX_FIELDS),
        "is_stripe_activated": lambda row: row.stripe_client_id.is_not(None),
    },
)
PAGES: Final = ResourceType(
    schema=PageSchema,
    model=Page,
    policy=StaffWrites(),
    **plain_writes(Page),
    listings=(Listing(path="/v1/pages"),),
    sort=("index",),
)

RESOURCES: Final = (SETTINGS, PAGES)
ROUTES: Final = (the_only(SETTINGS),)
