"""Log-ins: from a password to tokens, and how they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from openevent.areas.identity.authentication import claims_of
from openevent.areas.identity.domain_events import PasswordResetRequested, VerificationRequested
from openevent.areas.identity.models import LoginSession, TokenPurpose, User
from openevent.areas.identity.operations.accounts import require_fresh, set_password
from openevent.areas.identity.operations.mailed_tokens import use_token
from openevent.areas.identity.queries import user_of_email
from openevent.areas.identity.rules import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    REMEMBERED_ACCESS_LIFETIME,
    password_fault,
)
from openevent.db.engine import run_in
from openevent.db.writing import write_pending
from openevent.errors import BadRequest, Unauthenticated
from openevent.services.passwords import PasswordHasher
from openevent.services.rate_limits import (
    CHECK_EMAIL,
    LOGIN_BY_ACCOUNT,
    LOGIN_BY_ADDRESS,
    RESEND_BY_ACCOUNT,
    RESEND_BY_ADDRESS,
    RESET_BY_ACCOUNT,
    RESET_BY_ADDRESS,
    RateLimits,
)
from openevent.services.tokens import TokenSigner, TokenType, hash_secret, new_secret
from openevent.work.unit import UnitOfWork

REVOKED: Final = "You were logged out. Log in again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a log-in or a refresh gives; ``csrf`` goes with the refresh token."""

    access_token: str
    refresh_token: str | None = None
    csrf: str | None = None


def log_in(work: UnitOfWork, email: str, password: str, *, remember: bool) -> Tokens:
    """Begin a log-in session: right address and password, for an account in good standing.

    Whether or not there is an account, the same work is done and the same is said.
    """
    user = _check_password(work, user_of_email(work.db, email), password, account=email)
    lifetime = REFRESH_LIFETIME if remember else ACCESS_LIFETIME
    session = LoginSession(user_id=user.id, expires_at=work.now() + lifetime)
    work.db.add(session)
    write_pending(work.db, session)  # Its tokens name the session.
    _touch(work, user)
    return Tokens(
        access_token=work.port(TokenSigner).access(
            user.id,
            expires_in=REMEMBERED_ACCESS_LIFETIME if remember else ACCESS_LIFETIME,
            session=session.id,
            generation=user.token_generation,
        ),
        **(_rotate(work, user, session) if remember else {}),
    )


def log_in_again(work: UnitOfWork, password: str) -> Tokens:
    """Return a fresh access token of the present log-in, for the right password."""
    user = present_user(work)
    _check_password(work, user, password, account=user.email)
    return Tokens(access_token=_access(work, user, work.principal.session_id, fresh=True))


def refresh(work: UnitOfWork, token: str, *, keeps_token: bool = False) -> Tokens | None:
    """Return a new access token, and a new refresh token in place of this one.

    ``None``: this refresh token was used before, so somebody has a copy of it. The whole
    log-in has ended, which the caller must commit. With ``keeps_token`` the token stays
    good: there are published clients that never take a new one.

    Raises:
        Unauthenticated: the token, the log-in or the account is no longer good.
    """
    claims = claims_of(token, work.port(TokenSigner), TokenType.REFRESH)
    # The session is locked: of two refreshes at once with one token, one comes too late.
    session = work.db.scalars(
        select(LoginSession)
        .where(LoginSession.id == claims.session, LoginSession.user_id == claims.identity)
        .with_for_update()
    ).first()
    user = work.db.get(User, claims.identity)
    if user is None or user.deleted_at is not None or session is None:
        raise Unauthenticated(REVOKED, code="token-revoked")
    if user.is_blocked:
        raise Unauthenticated("This account is blocked.", code="account-blocked")
    if session.revoked_at is not None or claims.generation != user.token_generation:
        raise Unauthenticated(REVOKED, code="token-revoked")
    if session.refresh_hash != hash_secret(claims.jti):
        session.revoked_at = work.now()
        return None
    _touch(work, user)
    access = _access(work, user, session.id, fresh=False)
    if keeps_token:
        return Tokens(access_token=access)
    return Tokens(access_token=access, **_rotate(work, user, session))


def log_out(work: UnitOfWork, *session_ids: int) -> None:
    """End log-in sessions: their access and refresh tokens are no longer good."""
    work.db.execute(
        update(LoginSession)
        .where(LoginSession.id.in_(session_ids), LoginSession.revoked_at.is_(None))
        .values(revoked_at=work.now())
        .execution_options(synchronize_session=False)
    )


def log_out_everywhere(work: UnitOfWork) -> None:
    """End every token of the present user, on every device."""
    present_user(work).token_generation += 1


def password_is_right(work: UnitOfWork, password: str) -> bool:
    """Whether this is the present user's password."""
    user = present_user(work)
    limits = work.port(RateLimits)
    permit = limits.spend(
        LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=work.client_address, account=user.email
    )
    if not work.port(PasswordHasher).verify(user.password_hash, password):
        return False
    limits.refund(permit)
    return True


def change_password(work: UnitOfWork, old: str, new: str) -> tuple[User, str]:
    """Give the present user another password; return them with a token that is good again."""
    require_fresh(work)
    _check_new_password(new, "/data/new-password")
    user = present_user(work)
    if not password_is_right(work, old):
        raise BadRequest(
            "This is not your present password.",
            code="wrong-password",
            pointer="/data/old-password",
        )
    if old == new:
        raise BadRequest(
            "The new password must differ from the old one.", pointer="/data/new-password"
        )
    set_password(work, user, new)
    return user, _access(work, user, work.principal.session_id, fresh=True)


def request_password_reset(work: UnitOfWork, email: str) -> None:
    """Have a link mailed that sets a new password, if there is such an account."""
    work.port(RateLimits).spend(
        RESET_BY_ACCOUNT, RESET_BY_ADDRESS, address=work.client_address, account=email
    )
    user = user_of_email(work.db, email)
    if user is not None and not user.is_blocked:
        work.record(PasswordResetRequested(user.id))


def reset_password(work: UnitOfWork, token: str, password: str) -> User:
    """Set a new password with a mailed token; all log-ins end."""
    _check_new_password(password, "/data/password")
    user = use_token(work, token, TokenPurpose.RESET_PASSWORD)
    set_password(work, user, password)
    return user


def request_verification(work: UnitOfWork, email: str) -> None:
    """Have the mail that verifies an address sent again, if it is wanted."""
    work.port(RateLimits).spend(
        RESEND_BY_ACCOUNT, RESEND_BY_ADDRESS, address=work.client_address, account=email
    )
    user = user_of_email(work.db, email)
    if user is not None and not user.is_verified and not user.is_blocked:
        work.record(VerificationRequested(user.id))


def verify_email(work: UnitOfWork, token: str) -> None:
    """Note that somebody reads the mail of an account's address."""
    use_token(work, token, TokenPurpose.VERIFY_EMAIL).is_verified = True


def is_registered(work: UnitOfWork, email: str) -> bool:
    """Whether an account has the address; registration tells it anyway."""
    work.port(RateLimits).spend(CHECK_EMAIL, address=work.client_address)
    return user_of_email(work.db, email) is not None


def present_user(work: UnitOfWork) -> User:
    """Return the account of the principal."""
    user = work.db.get(User, work.principal.id) if work.principal.id is not None else None
    if user is None:
        raise Unauthenticated("Log in to do this.")
    return user


def _check_password(work: UnitOfWork, user: User | None, password: str, *, account: str) -> User:
    """Return the user whose password this is; refuse and count anything else."""
    limits, hasher = work.port(RateLimits), work.port(PasswordHasher)
    permit = limits.spend(
        LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=work.client_address, account=account
    )
    stored = user.password_hash if user is not None else None
    if not hasher.verify(stored, password) or user is None or stored is None:
        raise Unauthenticated("Invalid Credentials", code="invalid-credentials")
    limits.refund(permit)
    if user.is_blocked:
        raise Unauthenticated("This account is blocked.", code="account-blocked")
    if hasher.is_outdated(stored):
        _set_quietly(work, user, password_hash=hasher.hash(password))
    return user


def _check_new_password(password: str, pointer: str) -> None:
    if fault := password_fault(password):
        raise BadRequest(fault, code="password-length", pointer=pointer)


def _access(work: UnitOfWork, user: User, session_id: int, *, fresh: bool) -> str:
    return work.port(TokenSigner).access(
        user.id,
        expires_in=ACCESS_LIFETIME if fresh else REMEMBERED_ACCESS_LIFETIME,
        session=session_id,
        generation=user.token_generation,
        fresh=fresh,
    )


def _rotate(work: UnitOfWork, user: User, session: LoginSession) -> dict[str, str]:
    """Give the session another refresh token; the one before is no longer good."""
    jti, session.refresh_hash = new_secret()
    csrf, _ = new_secret()
    token = work.port(TokenSigner).refresh(
        user.id,
        expires_in=session.expires_at - work.now(),
        session=session.id,
        jti=jti,
        csrf=csrf,
        generation=user.token_generation,
    )
    return {"refresh_token": token, "csrf": csrf}


def _touch(work: UnitOfWork, user: User) -> None:
    _set_quietly(work, user, last_accessed_at=work.now())


def _set_quietly(work: UnitOfWork, user: User, **values: datetime | str) -> None:
    """Set columns that are no change of the account: its version and times stay.

    Log-ins at the same time, or beside an edit, then never conflict with each other.
    """
    assigned = ", ".join(f"{name} = %({name})s" for name in values)
    # Made of names of attributes; written past the ORM, which would note the time.
    sql = f"UPDATE users SET {assigned} WHERE id = %(id)s RETURNING id"  # noqa: S608
    run_in(work.db)(sql, {**values, "id": user.id})
