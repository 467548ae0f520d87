"""Pure decisions about accounts and roles: lengths, lifetimes, who may grant what."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from openevent.areas.identity.models import RoleName, TokenPurpose
from openevent.services.passwords import MAX_LENGTH, MIN_LENGTH

ACCESS_LIFETIME: Final = timedelta(hours=24)
#: With a refresh token beside it, the access token can be short.
REMEMBERED_ACCESS_LIFETIME: Final = timedelta(minutes=90)
REFRESH_LIFETIME: Final = timedelta(days=365)

TOKEN_LIFETIMES: Final = {
    TokenPurpose.VERIFY_EMAIL: timedelta(days=1),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
}

#: The panels of the administration's front end.
PANELS: Final = (
    *("sales", "admin", "events", "sessions", "users"),
    *("permissions", "messages", "reports", "settings", "content"),
)

#: Roles that rules are written for: they keep their names and stay.
BUILT_IN_ROLES: Final = frozenset(RoleName)


def password_fault(password: str) -> str | None:
    """Return what is wrong with a new password, as a sentence, or ``None``."""
    if len(password) < MIN_LENGTH:
        return f"A password has at least {MIN_LENGTH} characters."
    if len(password) > MAX_LENGTH:
        return f"A password has at most {MAX_LENGTH} characters."
    return None
