"""What speakers are told of their session's state, as organizers see it before they send it.

``{event_name}``, ``{session_name}``, ``{session_cfs_link}`` (the session's page) and
``{event_link}`` are filled in for each mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openevent.areas.programme.rules import SessionState

_END: Final = (
    "<p>You can follow your submission at {session_cfs_link}; you need to be logged in."
    " About the event: {event_link}.</p>"
)


def _mail(subject: str, message: str) -> dict[str, str]:
    return {"subject": subject, "message": f"<p>Hello,</p><p>{message}</p>{_END}"}


SESSION_MAILS: Final[Mapping[SessionState, Mapping[str, str]]] = {
    SessionState.PENDING: _mail(
        "We have your submission {session_name} for {event_name}",
        "Thank you for submitting {session_name}. The organizers of {event_name} will look at it"
        " and decide.",
    ),
    SessionState.ACCEPTED: _mail(
        "Accepted: {session_name} for {event_name}",
        "Congratulations! The organizers of {event_name} have accepted {session_name} and will"
        " find a time and a room for it.",
    ),
    SessionState.CONFIRMED: _mail(
        "Confirmed: {session_name} for {event_name}",
        "{session_name} is a confirmed part of {event_name}. Please tell the organizers if"
        " anything gets in your way.",
    ),
    SessionState.REJECTED: _mail(
        "Not accepted: {session_name} for {event_name}",
        "The organizers of {event_name} have decided not to accept {session_name}. Thank you for"
        " submitting it; they will answer your questions.",
    ),
    SessionState.CANCELED: _mail(
        "Canceled: {session_name} for {event_name}",
        "{session_name} will not take place at {event_name}: the organizers have canceled it."
        " They will answer your questions.",
    ),
    SessionState.WITHDRAWN: _mail(
        "Withdrawn: {session_name} for {event_name}",
        "{session_name} was withdrawn from {event_name}. If you did not want this, please write"
        " to the organizers.",
    ),
}
