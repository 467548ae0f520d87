"""Who is written to because of invitations to speak, and about what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_

from openevent.areas.communication.operations.rendering import display_name
from openevent.areas.communication.queries.accounts import of_event
from openevent.areas.communication.queries.events import live_event
from openevent.areas.communication.rules import About, Mailing, Secret
from openevent.areas.identity.models import User
from openevent.areas.programme.models import Session
from openevent.areas.speakers.models import InviteStatus, SpeakerInvite
from openevent.work.unit import UnitOfWork

SPEAKER_INVITE: Final = "speaker-invite"


def speaker_invite(work: UnitOfWork, invite_id: int, mail: int) -> Mailing | None:
    """Invite an address to speak; once for each time that it was asked for."""
    invite = work.db.get(SpeakerInvite, invite_id)
    if invite is None or invite.status != InviteStatus.PENDING:
        return None
    event, session = live_event(work, invite.event_id), _live_session(work, invite.session_id)
    if event is None or session is None:
        return None
    return Mailing(
        occasion=f"invite {invite_id} mail {mail}",
        addresses=(invite.email,),
        values={"event": event.name, "session": session.title},
        page="speaker-invites",
        secret=Secret(purpose=SPEAKER_INVITE, of=invite_id),
        about=About(
            type="SpeakerInvite",
            id=invite_id,
            action="invited",
            details={
                "event": of_event(event),
                "session": {"id": str(session.id), "title": session.title},
            },
        ),
    )


def speaker_accepted(
    work: UnitOfWork, invite_id: int, session_id: int, user_id: int
) -> Mailing | None:
    """Tell who proposed a session that somebody else speaks in it now."""
    session, user = _live_session(work, session_id), work.db.get(User, user_id)
    event = live_event(work, session.event_id) if session is not None else None
    if session is None or user is None or event is None or session.creator_id is None:
        return None
    return Mailing(
        occasion=f"invite {invite_id}",
        people=and_(User.id == session.creator_id, User.id != user_id),
        values={
            "event": event.name,
            "session": session.title,
            "person": display_name(user.public_name, user.first_name, user.email),
        },
        page=f"e/{event.identifier}/session/{session.id}",
    )


def _live_session(work: UnitOfWork, session_id: int) -> Session | None:
    session = work.db.get(Session, session_id)
    return session if session is not None and session.deleted_at is None else None
