"""Pure decisions about feedback."""

from __future__ import annotations

from openevent.errors import Invalid


def check_one_target(event_id: int | None, session_id: int | None) -> None:
    """Refuse feedback on nothing, or on two things at once."""
    if (event_id is None) == (session_id is None):
        raise Invalid(
            "Feedback is on an event or on a session, one of the two.",
            code="one-target",
            pointer="/data/relationships",
        )
