"""The resource types of operations."""

from __future__ import annotations

from typing import Any, Final

from openevent.areas.ops.models import Mail
from openevent.areas.ops.policy import StaffOnly
from openevent.areas.ops.schemas import MailSchema
from openevent.jsonapi.resource import Listing, ResourceType
from openevent.work.principal import Audience

MAILS: Final = ResourceType(
    schema=MailSchema,
    model=Mail,
    policy=StaffOnly(),
    listings=(Listing(path="/v1/mails", audience=Audience.STAFF),),
    sort=("-time",),
)

RESOURCES: Final = (MAILS,)

#: Routes that are no resource type's.
ROUTES: Final[tuple[Any, ...]] = ()
