"""What happens to people, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class UserRegistered(DomainEvent):
    """Somebody made an account; the address is not verified yet."""

    user_id: int


@dataclass(frozen=True, slots=True)
class VerificationRequested(DomainEvent):
    """The mail that verifies the address is wanted once more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class EmailChanged(DomainEvent):
    """An account has another address, which is not verified yet."""

    user_id: int
    old_email: str


@dataclass(frozen=True, slots=True)
class PasswordResetRequested(DomainEvent):
    """Somebody who knows an account's address asks for a new password."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged(DomainEvent):
    """An account has a new password; all its older tokens have ended."""

    user_id: int


@dataclass(frozen=True, slots=True)
class RoleGranted(DomainEvent):
    """Somebody has a role on an event that they did not have before."""

    users_events_roles_id: int


@dataclass(frozen=True, slots=True)
class RoleRemoved(DomainEvent):
    """Somebody has a role on an event no longer: it was taken away, or laid down."""

    event_id: int
    user_id: int
    role_id: int
