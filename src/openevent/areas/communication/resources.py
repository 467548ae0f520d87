"""The resource types of communication."""

from __future__ import annotations

from typing import Final

from openevent.areas.communication.models import Mail
from openevent.areas.communication.policy import StaffOnly
from openevent.areas.communication.schemas import MailSchema
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
