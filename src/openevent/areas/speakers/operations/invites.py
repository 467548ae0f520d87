"""Invitations to speak in a session: made, mailed, accepted or rejected, and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, inspect, or_, select
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.identity.operations.logins import present_user
from openevent.areas.programme.models import Session
from openevent.areas.speakers.domain_events import SpeakerInviteAccepted, SpeakerInvited
from openevent.areas.speakers.models import InviteStatus, Speaker, SpeakerInvite, SpeakersSession
from openevent.areas.speakers.operations.profiles import add_sessions
from openevent.areas.teams.operations.invites import spend_mail
from openevent.areas.teams.rules import INVITE_LIFETIME, check_invited, check_open
from openevent.errors import Conflict, Forbidden, Invalid, Missing
from openevent.services.tokens import hash_secret, new_secret
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of an invitation: who speaks where."""

    user: User
    event: Event
    session: Session
    speaker: Speaker


def invite(work: UnitOfWork, values: dict[str, Any]) -> SpeakerInvite:
    """Invite an address to speak in a session; a mail with a token follows."""
    session = work.db.get_one(Session, values["session_id"])
    if session.event_id != values["event_id"]:
        raise Invalid(
            "The session belongs to another event.",
            code="other-event",
            pointer="/data/relationships/session",
        )
    _check_new(work, session.id, values["email"])
    spend_mail(work, values["email"])
    row = SpeakerInvite(**values)
    work.db.add(row)
    work.db.flush()  # The domain event needs the id.
    work.record(SpeakerInvited(row.id, mail=1))
    return row


def withdraw(work: UnitOfWork, invite: SpeakerInvite) -> None:
    """Delete an invitation for good; what was accepted is a speaker by now."""
    if invite.status == InviteStatus.ACCEPTED:
        raise Conflict(
            "This invitation was accepted. Take the speaker out of the session instead.",
            code="invite-accepted",
        )
    work.db.delete(invite)


def resend(work: UnitOfWork, invite: SpeakerInvite) -> None:
    """Have the mail sent again, with a new token; the old one is dead at once."""
    if invite.status != InviteStatus.PENDING:
        raise Conflict(
            f"This invitation was {invite.status} already.", code=f"invite-{invite.status}"
        )
    spend_mail(work, invite.email)
    invite.hash = invite.expires_at = None
    invite.mails += 1
    work.record(SpeakerInvited(invite.id, mail=invite.mails))


def issue_token(work: UnitOfWork, invite_id: int) -> str | None:
    """Return a new token for an invitation, to be mailed; none if it is no longer wanted.

    Only the mail ever holds the token itself; the token of the mail before is dead.
    """
    invite = work.db.get(SpeakerInvite, invite_id, with_for_update=True)
    if invite is None or invite.status != InviteStatus.PENDING:
        return None
    plain, invite.hash = new_secret()
    invite.expires_at = work.now() + INVITE_LIFETIME
    return plain


def accept(work: UnitOfWork, invite_id: int, token: str) -> Accepted:
    """Let whoever was invited speak in the session, with their profile of the event.

    Of two requests with the same token one waits for the other's lock on the invitation
    and finds it accepted.
    """
    user, invite, session, event = _answered(work, invite_id, token)
    speaker = _profile(work, user, event.id)
    pair = {"speaker_id": speaker.id, "session_id": session.id, "event_id": event.id}
    add_sessions(work, speaker, [session.id])
    # Who speaks there already stays; the constraint on being in two places holds.
    key = inspect(SpeakersSession).primary_key
    work.db.execute(insert(SpeakersSession).values(pair).on_conflict_do_nothing(index_elements=key))
    invite.status = InviteStatus.ACCEPTED
    work.record(
        SpeakerInviteAccepted(
            invite.id, session_id=session.id, speaker_id=speaker.id, user_id=user.id
        )
    )
    return Accepted(user, event, session, speaker)


def reject(work: UnitOfWork, invite_id: int, token: str) -> None:
    """Note that whoever was invited does not want to speak."""
    _, invite, _, _ = _answered(work, invite_id, token)
    invite.status = InviteStatus.REJECTED


def _answered(
    work: UnitOfWork, invite_id: int, token: str
) -> tuple[User, SpeakerInvite, Session, Event]:
    """Return who answers which open invitation to what; the invitation is locked."""
    user = present_user(work)
    found = work.db.execute(
        select(SpeakerInvite, Session, Event)
        .join(Session, Session.id == SpeakerInvite.session_id)
        .join(Event, Event.id == SpeakerInvite.event_id)
        .where(
            SpeakerInvite.id == invite_id,
            SpeakerInvite.hash == hash_secret(token),
            Session.deleted_at.is_(None),
            Event.deleted_at.is_(None),
        )
        .with_for_update(of=SpeakerInvite)
    ).one_or_none()
    if found is None:
        raise Missing(
            "There is no such invitation: it was withdrawn, or a newer mail has another link.",
            pointer="/data/token",
        )
    invite, session, event = found
    check_invited(invite.email, user.email)
    if not user.is_verified:
        raise Forbidden("Verify your e-mail address first.", code="unverified-user")
    check_open(InviteStatus(invite.status), invite.expires_at, work.now())
    return user, invite, session, event


def _profile(work: UnitOfWork, user: User, event_id: int) -> Speaker:
    """Return the user's profile as a speaker of the event, a new one if there is none."""
    speaker = work.db.scalars(
        select(Speaker)
        .where(
            Speaker.event_id == event_id,
            Speaker.deleted_at.is_(None),
            or_(Speaker.user_id == user.id, _has_address(user.email)),
        )
        .order_by(Speaker.user_id == user.id, Speaker.id.desc())
    ).all()
    if speaker:
        return speaker[-1]
    name = user.public_name or " ".join(n for n in (user.first_name, user.last_name) if n)
    made = Speaker(
        event_id=event_id,
        user_id=user.id,
        name=name or user.email.partition("@")[0],
        email=user.email,
        photo_url=user.original_image_url,
    )
    work.db.add(made)
    work.db.flush()  # The session refers to it.
    return made


def _has_address(email: str) -> ColumnElement[bool]:
    return (func.lower(Speaker.email) == func.lower(email)) & ~Speaker.is_email_overridden


def _check_new(work: UnitOfWork, session_id: int, email: str) -> None:
    """Refuse who speaks there or is invited; the unique index decides between racers."""
    speaks = exists().where(
        SpeakersSession.session_id == session_id,
        SpeakersSession.speaker_id == Speaker.id,
        Speaker.deleted_at.is_(None),
        _has_address(email),
    )
    invited = exists().where(
        SpeakerInvite.session_id == session_id,
        SpeakerInvite.status == InviteStatus.PENDING.value,
        func.lower(SpeakerInvite.email) == func.lower(email),
    )
    does_speak, is_invited = work.db.execute(select(speaks, invited)).one()
    if does_speak or is_invited:
        raise Conflict(
            "This address is a speaker of the session already."
            if does_speak
            else "This address is invited to the session already. Send the mail again instead.",
            code="speaks-already" if does_speak else "invited-already",
            pointer="/data/attributes/email",
        )
