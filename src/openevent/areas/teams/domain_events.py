"""What happens to teams, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class RoleInvited(DomainEvent):
    """Somebody is invited to a role on an event, or the mail about it is wanted once more.

    ``mail`` counts those mails: 1 is the first. Each carries a token of its own, which
    :func:`operations.invites.issue_token` makes when it is sent.
    """

    invite_id: int
    mail: int


@dataclass(frozen=True, slots=True)
class RoleInviteAccepted(DomainEvent):
    """Whoever was invited has the role now."""

    invite_id: int
    event_id: int
    user_id: int
    role_id: int


@dataclass(frozen=True, slots=True)
class GroupRoleInvited(DomainEvent):
    """Somebody is invited to a role in a group; ``mail`` counts the mails about it.

    Each carries a token of its own: :func:`operations.group_roles.issue_token`.
    """

    users_groups_role_id: int
    mail: int


@dataclass(frozen=True, slots=True)
class EventAnnounced(DomainEvent):
    """Those who follow the group of an event are to hear of the event."""

    event_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class GroupContacted(DomainEvent):
    """Somebody writes to those who run a group."""

    group_id: int
    user_id: int
    message: str
