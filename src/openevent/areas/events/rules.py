"""Pure decisions about events: dates, zones, identifiers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from slugify import slugify

from openevent.errors import Invalid

LONGEST: Final = timedelta(days=20)
#: The names of the IANA database, not what this machine happens to have of it.
TIME_ZONES: Final = frozenset((files("tzdata") / "zones").read_text("ascii").split())
MAX_SLUG: Final = 80


def check_dates(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse an event that ends before it starts, or lasts longer than 20 days."""
    if ends_at <= starts_at:
        raise Invalid(
            "The event must end after it starts.",
            code="ends-before-start",
            pointer="/data/attributes/ends-at",
        )
    if ends_at - starts_at > LONGEST:
        raise Invalid(
            f"An event lasts at most {LONGEST.days} days.",
            code="too-long",
            pointer="/data/attributes/ends-at",
        )


def is_identifier(text: str) -> bool:
    """Whether the text can be an identifier: 8 hex digits, at least one of them a letter.

    One of decimal digits only could be taken for the id of another event.
    """
    return len(text) == 8 and set(text) <= set("0123456789abcdef") and not text.isdigit()


def new_identifier(random_text: Callable[[], str], is_taken: Callable[[str], bool]) -> str:
    """Return the first random text that is an identifier and not taken."""
    while not is_identifier(text := random_text()) or is_taken(text):
        pass
    return text


def new_slug(name: str, random_text: Callable[[], str], is_taken: Callable[[str], bool]) -> str:
    """Return a readable part of an address for the name; a random end tells equal ones apart."""
    slug = slugify(name, max_length=MAX_SLUG, word_boundary=True) or random_text()
    return f"{slug}-{random_text()}" if is_taken(slug) else slug
