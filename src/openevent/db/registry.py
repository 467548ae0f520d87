"""Imports every module with tables, so that the metadata is complete.

Alembic, the tests and whoever works on all tables import this module.
"""

from __future__ import annotations

import openevent.areas.checkin.models
import openevent.areas.communication.models
import openevent.areas.engagement.models
import openevent.areas.events.models
import openevent.areas.exports.models
import openevent.areas.faq.models
import openevent.areas.forms.models
import openevent.areas.identity.models
import openevent.areas.invoices.models
import openevent.areas.media.models
import openevent.areas.orders.models
import openevent.areas.partners.models
import openevent.areas.passes.models
import openevent.areas.payments.models
import openevent.areas.programme.models
import openevent.areas.site.models
import openevent.areas.speakers.models
import openevent.areas.statistics.models
import openevent.areas.streams.models
import openevent.areas.teams.models
import openevent.areas.ticketing.models
import openevent.work.deadletters
import openevent.work.idempotency
import openevent.work.outbox
import openevent.work.schedule  # noqa: F401  # imported for their tables
from openevent.db.base import Model

metadata = Model.metadata
