"""Mails that somebody asks for."""

from __future__ import annotations

from openevent.areas.communication.domain_events import MailTested
from openevent.errors import Forbidden
from openevent.work.unit import UnitOfWork


def ask_for_test_mail(work: UnitOfWork, recipient: str) -> None:
    """Have a mail sent that says nothing, to see whether it arrives; for admins."""
    if not work.principal.is_staff:
        raise Forbidden("Only admins send test mails.")
    work.record(MailTested(recipient=recipient))
