"""The people of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from openevent.areas.identity.models import (
    CustomSystemRole,
    LoginSession,
    PanelOfSystemRole,
    PanelPermission,
    Role,
    RoleName,
    SingleUseToken,
    TokenPurpose,
    User,
    UserEmail,
    UserPermission,
    UsersEventsRoles,
    UserSystemRole,
)
from openevent.areas.identity.rules import PANELS
from openevent.db.base import Model, Record
from openevent.services.tokens import TokenSigner, hash_secret

MADE: Final = datetime(2029, 11, 5, 8, 0, tzinfo=UTC)
#: The demo world's mailed tokens and log-ins do not end before anybody reads about them.
NEVER: Final = datetime(2099, 1, 1, tzinfo=UTC)

DEMO_PASSWORD: Final = "open-event-demo"  # noqa: S105 - printed by the demo for everybody
#: argon2id of it with today's parameters; a test verifies it and that it is not outdated.
DEMO_PASSWORD_HASH: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$/Y2Bn6VzqL4dLQgsAGtBJA"  # noqa: S105
    "$HDykoFjzpo+f8i7MSMWOYUNGxUhZSszTByJgQ7QA7zk"
)

SUPER_ADMIN_ID: Final = 1

#: The principals that examples and tests speak as, and their accounts.
PRINCIPALS: Final = {
    "super-admin": SUPER_ADMIN_ID,
    "admin": 2,
    "owner": 3,
    "organizer": 4,
    "coorganizer": 5,
    "track-organizer": 6,
    "moderator": 7,
    "registrar": 8,
    "registered": 9,
    "unverified": 10,
    "other-owner": 11,
    "blocked": 12,
}

#: Who is who: address, first and last name, and what is special about the account.
_PEOPLE: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("admin@example.org", "Sofia", "Marin", {"is_super_admin": True, "is_admin": True}),
    ("staff@example.org", "Adam", "Novak", {"is_admin": True}),
    ("owner@example.org", "Olivia", "Brandt", {"is_profile_public": True}),
    ("organizer@example.org", "Omar", "Haddad", {}),
    ("coorganizer@example.org", "Clara", "Lindqvist", {}),
    ("track-organizer@example.org", "Tomas", "Reyes", {}),
    ("moderator@example.org", "Mina", "Okafor", {}),
    ("registrar@example.org", "Rosa", "Keller", {}),
    ("registered@example.org", "Rahel", "Tesfaye", {}),
    ("unverified@example.org", "Uwe", "Petersen", {"is_verified": False}),
    ("other-owner@example.org", "Oskar", "Nilsen", {"is_profile_public": True}),
    ("blocked@example.org", "Bela", "Varga", {"is_blocked": True}),
    ("deleted@example.org", "Dina", "Sousa", {"deleted_at": MADE + timedelta(days=30)}),
)

#: (event, user, role); the ids are 1, 2, ... in this order.
_GRANTS: Final = (
    (1, 3, RoleName.OWNER),
    (1, 4, RoleName.ORGANIZER),
    (1, 5, RoleName.COORGANIZER),
    (1, 6, RoleName.TRACK_ORGANIZER),
    (1, 7, RoleName.MODERATOR),
    (1, 8, RoleName.REGISTRAR),
    (2, 11, RoleName.OWNER),
    (3, 3, RoleName.OWNER),
    (4, 3, RoleName.OWNER),
    # A role of staff's own making, had by nobody who is still there.
    (4, 13, "usher"),
)

#: Mailed tokens, as the documentation's examples send them.
VERIFY_EMAIL_TOKEN: Final = "demo-verify-email-token"  # noqa: S105
RESET_PASSWORD_TOKEN: Final = "demo-reset-password-token"  # noqa: S105
USED_TOKEN: Final = "demo-used-token"  # noqa: S105


def rows() -> list[Model]:
    """Return the rows; the roles of people need the events to be there first."""
    return [
        *_roles(),
        *_permissions(),
        *_users(),
        *_emails(),
        *_logins(),
        *_mailed_tokens(),
        *_grants(),
        *_system_roles(),
    ]


def _grants() -> list[Record]:
    position = {role.name: role.id for role in _roles()}
    return [
        UsersEventsRoles(
            id=id_,
            event_id=event,
            user_id=user,
            role_id=position[role],
            # As the trigger has it, which putting rows back may leave out.
            is_owner=role == RoleName.OWNER,
            **_made(),
        )
        for id_, (event, user, role) in enumerate(_GRANTS, start=1)
    ]


def refresh_token(signer: TokenSigner, user_id: int) -> str:
    """Return the refresh token that is good for the demo world's log-in of a user."""
    return signer.refresh(
        user_id,
        expires_in=timedelta(days=1),
        session=user_id,
        jti=_jti(user_id),
        csrf=csrf_of(user_id),
    )


def csrf_of(user_id: int) -> str:
    """Return the CSRF claim of that refresh token."""
    return f"demo-csrf-{user_id}"


def _made() -> dict[str, datetime]:
    return {"created_at": MADE, "modified_at": MADE}


def _roles() -> list[Role]:
    names = (*(role.value for role in RoleName), "volunteer", "usher")
    return [
        Role(id=id_, name=name, title_name=name.replace("_", " ").capitalize(), **_made())
        for id_, name in enumerate(names, start=1)
    ]


def _permissions() -> list[Record]:
    return [
        UserPermission(
            id=1,
            name="publish_event",
            description="Publish an event",
            unverified_user=False,
            anonymous_user=False,
            **_made(),
        ),
        UserPermission(
            id=2,
            name="create_event",
            description="Create an event",
            unverified_user=True,
            anonymous_user=False,
            **_made(),
        ),
    ]


def _users() -> list[Record]:
    return [
        User(
            id=id_,
            email=email,
            first_name=first,
            last_name=last,
            public_name=f"{first} {last}",
            # The super admin's password is set by whoever loads the world.
            password_hash=None if id_ == SUPER_ADMIN_ID else DEMO_PASSWORD_HASH,
            **{"is_verified": True, **special},
            **_made(),
        )
        for id_, (email, first, last, special) in enumerate(_PEOPLE, start=1)
    ]


def _emails() -> list[Record]:
    addresses = ((9, "rahel@example.net", "home"), (9, "rahel@office.example", "work"))
    return [
        UserEmail(id=id_, user_id=user, email_address=address, type=type_, **_made())
        for id_, (user, address, type_) in enumerate(
            (*addresses, (3, "olivia@example.net", "business")), start=1
        )
    ]


def _logins() -> list[Record]:
    return [
        LoginSession(
            id=id_,
            user_id=id_,
            refresh_hash=hash_secret(_jti(id_)),
            expires_at=NEVER,
            **_made(),
        )
        for id_ in range(1, len(_PEOPLE) + 1)
    ]


def _jti(user_id: int) -> str:
    return hashlib.sha256(f"demo log-in {user_id}".encode()).hexdigest()[:16]


def _mailed_tokens() -> list[Record]:
    known = (
        (VERIFY_EMAIL_TOKEN, 10, TokenPurpose.VERIFY_EMAIL, None),
        (RESET_PASSWORD_TOKEN, 9, TokenPurpose.RESET_PASSWORD, None),
        (USED_TOKEN, 9, TokenPurpose.RESET_PASSWORD, MADE),
    )
    return [
        SingleUseToken(
            id=id_,
            hash=hash_secret(plain),
            user_id=user,
            purpose=purpose,
            email=_PEOPLE[user - 1][0],
            expires_at=NEVER,
            used_at=used_at,
            **_made(),
        )
        for id_, (plain, user, purpose, used_at) in enumerate(known, start=1)
    ]


def _system_roles() -> list[Model]:
    return [
        CustomSystemRole(id=1, name="Sales Team", **_made()),
        CustomSystemRole(id=2, name="Support", **_made()),
        *(
            PanelPermission(id=id_, panel_name=panel, **_made())
            for id_, panel in enumerate(PANELS, start=1)
        ),
        PanelOfSystemRole(custom_system_role_id=1, panel_permission_id=1),
        PanelOfSystemRole(custom_system_role_id=1, panel_permission_id=3),
        PanelOfSystemRole(custom_system_role_id=2, panel_permission_id=5),
        UserSystemRole(user_id=9, custom_system_role_id=1),
    ]
