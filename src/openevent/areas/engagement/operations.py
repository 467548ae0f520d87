"""What it means to like something, or to say what one thinks of it.

A session counts its favourites and ratings itself, for lists that are sorted by them. Its
``version`` stays: whoever edits the session has not been overtaken by a visitor.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from openevent.areas.engagement.models import Feedback, UserFavouriteEvent, UserFavouriteSession
from openevent.areas.engagement.rules import check_one_target
from openevent.areas.programme.models import Session
from openevent.errors import Forbidden
from openevent.work.unit import UnitOfWork


def add_favourite_event(work: UnitOfWork, values: dict[str, Any]) -> UserFavouriteEvent:
    """Mark an event for whoever asks, or for the user that staff names."""
    favourite = UserFavouriteEvent(**_for_whom(work, values))
    work.db.add(favourite)
    return favourite


def add_favourite_session(work: UnitOfWork, values: dict[str, Any]) -> UserFavouriteSession:
    """Mark a session, which counts it."""
    favourite = UserFavouriteSession(**_for_whom(work, values))
    work.db.add(favourite)
    work.db.flush()  # Refused if it is marked already, and then not counted.
    _count_favourite(work, favourite.session_id, 1)
    return favourite


def remove_favourite_session(work: UnitOfWork, favourite: UserFavouriteSession) -> None:
    """Unmark a session, which counts it no more."""
    work.db.delete(favourite)
    _count_favourite(work, favourite.session_id, -1)


def give_feedback(work: UnitOfWork, values: dict[str, Any]) -> Feedback:
    """Say what one thinks of an event, or of a session, which keeps the average."""
    check_one_target(values.get("event_id"), values.get("session_id"))
    feedback = Feedback(**_for_whom(work, values))
    _lock_session(work, feedback)
    work.db.add(feedback)
    _rate_session(work, feedback)
    return feedback


def revise_feedback(work: UnitOfWork, feedback: Feedback, changes: dict[str, Any]) -> None:
    """Think again; of the same thing."""
    for name in ("event", "session", "user"):
        if f"{name}_id" in changes:
            raise Forbidden(
                "Feedback stays what it is about, and whose it is.",
                pointer=f"/data/relationships/{name}",
            )
    _lock_session(work, feedback)
    for name, value in changes.items():
        setattr(feedback, name, value)
    _rate_session(work, feedback)


def retract_feedback(work: UnitOfWork, feedback: Feedback) -> None:
    """Delete feedback; it does not count any more."""
    _lock_session(work, feedback)
    feedback.deleted_at = work.now()
    _rate_session(work, feedback)


def _for_whom(work: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the user they are for; by themselves they are the principal's."""
    return {**values, "user_id": values.get("user_id") or work.principal.id}


def _count_favourite(work: UnitOfWork, session_id: int, change: int) -> None:
    _keep(work, session_id, favourite_count=Session.favourite_count + change)


def _lock_session(work: UnitOfWork, feedback: Feedback) -> None:
    """Let one rating of a session in at a time: the next one sees what this one did."""
    if feedback.session_id is not None:
        work.db.execute(
            select(Session.id)
            .where(Session.id == feedback.session_id)
            .with_for_update(key_share=True)
        )


def _rate_session(work: UnitOfWork, feedback: Feedback) -> None:
    """Work out the session's average anew from all ratings, this one among them."""
    work.db.flush()
    if feedback.session_id is None:
        return
    live = (Feedback.session_id == feedback.session_id, Feedback.deleted_at.is_(None))
    _keep(
        work,
        feedback.session_id,
        rating_count=select(func.count()).where(*live).scalar_subquery(),
        average_rating=select(func.coalesce(func.avg(Feedback.rating), 0))
        .where(*live)
        .scalar_subquery(),
    )


def _keep(work: UnitOfWork, session_id: int, **numbers: Any) -> None:
    work.db.execute(
        update(Session)
        .where(Session.id == session_id)
        .values(modified_at=Session.modified_at, **numbers)
        .execution_options(synchronize_session=False)
    )
