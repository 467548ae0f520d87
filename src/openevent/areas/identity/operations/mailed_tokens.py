"""Secrets that are mailed: random, stored as hashes, good once and for a short time."""

from __future__ import annotations

from sqlalchemy import select, update

from openevent.areas.identity.models import SingleUseToken, TokenPurpose, User
from openevent.areas.identity.rules import TOKEN_LIFETIMES
from openevent.errors import BadRequest, Missing
from openevent.services.tokens import hash_secret, new_secret
from openevent.work.unit import UnitOfWork


def issue_token(work: UnitOfWork, user_id: int, purpose: str) -> str:
    """Return a new single-use token for the user's present address, to be mailed there.

    ``purpose`` is a :class:`TokenPurpose`. Only the mail ever holds the token itself.
    """
    user = work.db.get(User, user_id)
    if user is None or user.deleted_at is not None:
        raise Missing("There is no such user.")
    kind = TokenPurpose(purpose)
    plain, hash_ = new_secret()
    work.db.add(
        SingleUseToken(
            hash=hash_,
            user_id=user_id,
            purpose=kind,
            email=user.email,
            expires_at=work.now() + TOKEN_LIFETIMES[kind],
        )
    )
    return plain


def use_token(work: UnitOfWork, plain: str, purpose: TokenPurpose) -> User:
    """Use up a token and return its user, locked.

    Raises:
        BadRequest: it is not one of ours, was used, is too old, was meant for another
            purpose or for an address that the account no longer has.
    """
    # One statement takes it: of two requests with the same token one finds it used.
    taken = work.db.execute(
        update(SingleUseToken)
        .where(
            SingleUseToken.hash == hash_secret(plain),
            SingleUseToken.purpose == purpose,
            SingleUseToken.used_at.is_(None),
            SingleUseToken.expires_at > work.now(),
        )
        .values(used_at=work.now())
        .returning(SingleUseToken.user_id, SingleUseToken.email)
        .execution_options(synchronize_session=False)
    ).first()
    user = (
        taken
        and work.db.scalars(
            select(User)
            .where(User.id == taken.user_id, User.deleted_at.is_(None), User.email == taken.email)
            .with_for_update()
        ).first()
    )
    if not user:
        raise BadRequest(
            "This link is not valid, was used already or has expired. Ask for a new one.",
            code="invalid-token",
            pointer="/data/token",
        )
    return user


def void_tokens(work: UnitOfWork, user: User) -> None:
    """End all tokens that were mailed to the user and not used yet."""
    work.db.execute(
        update(SingleUseToken)
        .where(SingleUseToken.user_id == user.id, SingleUseToken.used_at.is_(None))
        .values(used_at=work.now())
        .execution_options(synchronize_session=False)
    )
