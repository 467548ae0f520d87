"""Every kind of mail that the server writes: one declaration each, and nothing else.

Adding one: a line here, its query, and its message in every ``texts/*.ftl``.
"""

from __future__ import annotations

from typing import Final

from openevent.areas.communication.domain_events import MailTested, OrganizersContacted
from openevent.areas.communication.models import MailAction, NotificationType
from openevent.areas.communication.queries import (
    accounts,
    events,
    groups,
    invoices,
    orders,
    payments,
    sessions,
    speakers,
    teams,
)
from openevent.areas.communication.rules import MailKind, Switch
from openevent.areas.events.domain_events import EventChanged, EventPublished
from openevent.areas.identity.domain_events import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    RoleGranted,
    RoleRemoved,
    UserRegistered,
    VerificationRequested,
)
from openevent.areas.invoices.domain_events import EventInvoiceIssued
from openevent.areas.orders.domain_events import (
    AttendeeRemoved,
    OrderCancelled,
    OrderMailsWanted,
)
from openevent.areas.passes.domain_events import PassReissued, TicketsIssued
from openevent.areas.payments.domain_events import (
    LatePaymentReturned,
    PaymentUnmatched,
    RefundFailed,
    RefundMade,
)
from openevent.areas.programme.domain_events import (
    SessionNotified,
    SessionScheduled,
    SessionStateChanged,
    SessionSubmitted,
)
from openevent.areas.speakers.domain_events import SpeakerInviteAccepted, SpeakerInvited
from openevent.areas.teams.domain_events import (
    EventAnnounced,
    GroupContacted,
    GroupRoleInvited,
    RoleInviteAccepted,
    RoleInvited,
)

KINDS: Final = (
    MailKind(
        action=MailAction.USER_CONFIRMATION,
        on=UserRegistered,
        mailing=accounts.confirmation,
        reader="Who has registered",
    ),
    MailKind(
        action=MailAction.USER_CONFIRMATION,
        on=(VerificationRequested, EmailChanged),
        mailing=accounts.confirmation_again,
        reader="Who has registered",
    ),
    MailKind(
        action=MailAction.USER_CHANGE_EMAIL,
        on=EmailChanged,
        mailing=accounts.address_change,
        reader="The address that an account had before",
    ),
    MailKind(
        action=MailAction.PASSWORD_RESET,
        on=PasswordResetRequested,
        mailing=accounts.password_reset,
        reader="Whose password it is",
    ),
    MailKind(
        action=MailAction.PASSWORD_CHANGE,
        on=PasswordChanged,
        mailing=accounts.password_change,
        reader="Whose password it is",
    ),
    MailKind(
        action=MailAction.TEST_MAIL,
        on=MailTested,
        mailing=accounts.trial,
        reader="The address that an admin names",
    ),
    MailKind(
        action=MailAction.EVENT_ROLE,
        on=RoleGranted,
        mailing=accounts.role,
        reader="Who has a new role",
        notification=NotificationType.EVENT_ROLE,
    ),
    MailKind(
        action=MailAction.EVENT_PUBLISHED,
        on=EventPublished,
        mailing=events.published,
        reader="The event's team",
        switch=Switch.NEXT_EVENT,
        notification=NotificationType.EVENT_PUBLISHED,
    ),
    MailKind(
        action=MailAction.EVENT_CHANGED,
        on=EventChanged,
        mailing=events.changed,
        reader="The event's team and speakers, and who has it among their favourites",
        switch=Switch.NEXT_EVENT,
        notification=NotificationType.EVENT_CHANGED,
        when=events.moves,
    ),
    MailKind(
        action=MailAction.CONTACT_ORGANIZERS,
        on=OrganizersContacted,
        mailing=events.contact_organizers,
        reader="The event's owner, organizers and co-organizers; a copy to who asks",
    ),
    MailKind(
        action=MailAction.CONTACT_ORGANIZERS,
        on=OrganizersContacted,
        mailing=events.contact_organizers_copy,
        reader="Who asks",
        texts=("contact-organizers-copy",),
    ),
    MailKind(
        action=MailAction.ANNOUNCE_EVENT,
        on=EventAnnounced,
        mailing=groups.announce_event,
        reader="Who follows the group",
        notification=NotificationType.ANNOUNCE_EVENT,
    ),
    MailKind(
        action=MailAction.GROUP_ROLE,
        on=GroupRoleInvited,
        mailing=groups.group_role,
        reader="Who is invited",
    ),
    MailKind(
        action=MailAction.CONTACT_GROUP_ORGANIZERS,
        on=GroupContacted,
        mailing=groups.contact_group_organizers,
        reader="The group's owner, organizers and co-organizers; a copy to who asks",
    ),
    MailKind(
        action=MailAction.CONTACT_GROUP_ORGANIZERS,
        on=GroupContacted,
        mailing=groups.contact_group_organizers_copy,
        reader="Who asks",
        texts=("contact-group-organizers-copy",),
    ),
    MailKind(
        action=MailAction.NEW_SESSION,
        on=SessionSubmitted,
        mailing=sessions.new_session,
        reader="The event's owner and organizers",
        switch=Switch.NEW_PAPER,
        notification=NotificationType.NEW_SESSION,
    ),
    MailKind(
        action=MailAction.SESSION_STATE_CHANGE,
        on=SessionStateChanged,
        mailing=sessions.session_state,
        reader="Who proposed the session, and its speakers",
        texts=sessions.STATE_TEXTS,
        switch=Switch.SESSION_ACCEPT_REJECT,
        notification=NotificationType.SESSION_STATE_CHANGE,
    ),
    MailKind(
        action=MailAction.SESSION_SCHEDULE,
        on=SessionScheduled,
        mailing=sessions.session_schedule,
        reader="Who proposed the session, and its speakers",
        texts=("session-schedule", "session-unscheduled"),
        switch=Switch.SESSION_SCHEDULE,
        notification=NotificationType.SESSION_SCHEDULE,
    ),
    MailKind(
        action=MailAction.SESSION_NOTIFY,
        on=SessionNotified,
        mailing=sessions.session_notify,
        reader="Who proposed the session, its speakers, and further addresses",
        texts=("session-notify", *sessions.STATE_TEXTS),
    ),
    MailKind(
        action=MailAction.SPEAKER_INVITE,
        on=SpeakerInvited,
        mailing=speakers.speaker_invite,
        reader="Who is invited",
        notification=NotificationType.SPEAKER_INVITE,
    ),
    MailKind(
        action=MailAction.SPEAKER_INVITE_ACCEPTED,
        on=SpeakerInviteAccepted,
        mailing=speakers.speaker_accepted,
        reader="Who proposed the session",
    ),
    MailKind(
        action=MailAction.EVENT_ROLE,
        on=RoleInvited,
        mailing=teams.role_invite,
        reader="Who is invited",
        texts=("event-role-invite",),
        notification=NotificationType.EVENT_ROLE,
    ),
    MailKind(
        action=MailAction.EVENT_ROLE_ACCEPTED,
        on=RoleInviteAccepted,
        mailing=teams.role_accepted,
        reader="The event's owner, and who invited them",
    ),
    MailKind(
        action=MailAction.EVENT_ROLE_REMOVED,
        on=RoleRemoved,
        mailing=teams.role_removed,
        reader="Whose role it was",
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED,
        on=TicketsIssued,
        mailing=orders.order_confirmation,
        reader="Who bought the tickets",
        texts=orders.CONFIRMATIONS,
        notification=NotificationType.TICKET_PURCHASED,
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED,
        on=OrderMailsWanted,
        mailing=orders.order_confirmation_again,
        reader="Who bought the tickets",
        texts=orders.CONFIRMATIONS,
        when=lambda event: event.buyer,
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED_ATTENDEE,
        on=TicketsIssued,
        mailing=orders.attendee_tickets,
        reader="Whom a ticket is for",
        notification=NotificationType.TICKET_PURCHASED_ATTENDEE,
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED_ATTENDEE,
        on=OrderMailsWanted,
        mailing=orders.attendee_tickets_again,
        reader="Whom a ticket is for",
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED_ATTENDEE,
        on=PassReissued,
        mailing=orders.reissued_ticket,
        reader="Whom a ticket is for",
        texts=("ticket-reissued",),
    ),
    MailKind(
        action=MailAction.TICKET_PURCHASED_ORGANIZER,
        on=TicketsIssued,
        mailing=orders.sale,
        reader="The event's owner, organizers and co-organizers",
        switch=Switch.AFTER_TICKET_PURCHASE,
        notification=NotificationType.TICKET_PURCHASED_ORGANIZER,
    ),
    MailKind(
        action=MailAction.TICKET_CANCELLED,
        on=OrderCancelled,
        mailing=orders.cancellation,
        reader="Who bought the tickets, whom they were for, and who runs the event",
        notification=NotificationType.TICKET_CANCELLED,
    ),
    MailKind(
        action=MailAction.TICKET_CANCELLED,
        on=OrderCancelled,
        mailing=orders.attendee_cancellation,
        reader="Whom a ticket was for",
        texts=("ticket-cancelled-attendee",),
    ),
    MailKind(
        action=MailAction.TICKET_CANCELLED,
        on=AttendeeRemoved,
        mailing=orders.removed_attendee,
        reader="Whom a ticket was for",
        texts=("ticket-cancelled-attendee",),
    ),
    MailKind(
        action=MailAction.TICKET_CANCELLED,
        on=OrderCancelled,
        mailing=orders.organizer_cancellation,
        reader="The event's owner, organizers and co-organizers",
        texts=("ticket-cancelled-organizer",),
        switch=Switch.AFTER_TICKET_PURCHASE,
        notification=NotificationType.TICKET_CANCELLED_ORGANIZER,
    ),
    MailKind(
        action=MailAction.ORDER_REFUNDED,
        on=RefundMade,
        mailing=payments.refund,
        reader="Who bought the tickets",
    ),
    MailKind(
        action=MailAction.LATE_PAYMENT_RETURNED,
        on=LatePaymentReturned,
        mailing=payments.late_payment,
        reader="Who paid too late, or twice",
        texts=("late-payment-returned", "double-payment-returned"),
    ),
    MailKind(
        action=MailAction.REFUND_FAILED,
        on=RefundFailed,
        mailing=payments.refund_failure,
        reader="The event's owner, organizers and co-organizers",
    ),
    MailKind(
        action=MailAction.PAYMENT_UNMATCHED,
        on=PaymentUnmatched,
        mailing=payments.unmatched_payment,
        reader="The event's owner, organizers and co-organizers",
    ),
    MailKind(
        action=MailAction.MONTHLY_PAYMENT,
        on=EventInvoiceIssued,
        mailing=invoices.monthly_invoice,
        reader="Who owes the invoice",
        notification=NotificationType.MONTHLY_PAYMENT,
    ),
)
