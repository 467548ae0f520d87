"""Mails that somebody asks for."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from openevent.areas.communication.domain_events import MailTested, OrganizersContacted
from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.identity.operations.logins import present_user
from openevent.errors import Forbidden, Missing
from openevent.services.rate_limits import CONTACT, RateLimits
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork


def ask_for_test_mail(work: UnitOfWork, recipient: str) -> None:
    """Have a mail sent that says nothing, to see whether it arrives; for admins."""
    if not work.principal.is_staff:
        raise Forbidden("Only admins send test mails.")
    work.record(MailTested(recipient=recipient))


def contact_organizers(work: UnitOfWork, event_key: str, message: str) -> None:
    """Send a message to those who run an event, and a copy to who wrote it."""
    user = present_user(work)
    is_named = (
        Event.id == int(event_key)
        if event_key.isdecimal() and len(event_key) < 19
        else Event.identifier == event_key
    )
    seen = EVENT.visible(Who(work.principal.audience), Event)
    event_id = work.db.execute(
        select(Event.id).where(is_named, Event.deleted_at.is_(None), seen),
        work.principal.parameters(),
    ).scalar()
    if event_id is None:
        raise Missing("There is no such event.")
    work.port(RateLimits).spend(CONTACT, account=str(user.id))
    work.record(
        OrganizersContacted(
            event_id=event_id, user_id=user.id, key=secrets.token_hex(16), message=message
        )
    )
