"""The resource types of the exports area."""

from __future__ import annotations

from typing import Final

from openevent.areas.exports.models import ImportJob
from openevent.areas.exports.policy import ImportPolicy
from openevent.areas.exports.schemas import ImportJobSchema
from openevent.jsonapi.resource import Listing, ResourceType
from openevent.work.principal import Audience

IMPORT_JOBS: Final = ResourceType(
    schema=ImportJobSchema,
    model=ImportJob,
    policy=ImportPolicy(),
    listings=(Listing(path="/v1/import-jobs", audience=Audience.REGISTERED),),
    sort=("-starts_at",),
)

RESOURCES: Final = (IMPORT_JOBS,)
