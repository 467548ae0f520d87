"""The partners area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.partners.models import ExhibitedSession, Exhibitor, Sponsor
from openevent.db.base import Model

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Model]:
    """Return the rows in the order in which they can be inserted."""
    made: list[Sponsor | Exhibitor] = [
        Sponsor(
            id=1,
            event_id=1,
            name="Free Hardware Foundation",
            description="<p>They lend us the soldering irons.</p>",
            url="https://hardware.example.org/",
            level=1,
            logo_url="https://images.example.org/sponsors/1.png",
            type="Gold",
        ),
        Sponsor(id=2, event_id=1, name="Corner Bakery", level=2, type="Breakfast"),
        Sponsor(id=3, event_id=2, name="Rosin & Sons", level=1),
        Sponsor(id=4, event_id=3, name="Free Hardware Foundation", level=1),
        Sponsor(id=5, event_id=1, name="Closed Source Inc.", level=3, deleted_at=DELETED),
        Exhibitor(
            id=1,
            event_id=1,
            name="Open Laptop Project",
            status="accepted",
            description="<p>Laptops that you can take apart.</p>",
            url="https://laptops.example.org/",
            position=1,
            logo_url="https://images.example.org/exhibitors/1/logo.png",
            banner_url="https://images.example.org/exhibitors/1/banner.jpg",
            contact_email="stand@laptops.example.org",
            contact_link="https://laptops.example.org/contact",
            social_links=[{"name": "Mastodon", "link": "https://social.example.org/@laptops"}],
        ),
        Exhibitor(id=2, event_id=1, name="Community Radio", position=2),
        Exhibitor(id=3, event_id=2, name="Luthiers' Guild", status="accepted", position=1),
        Exhibitor(id=4, event_id=3, name="Community Radio", status="accepted", position=1),
        Exhibitor(
            id=5, event_id=1, name="Vapourware", status="accepted", position=3, deleted_at=DELETED
        ),
        Exhibitor(id=6, event_id=1, name="Repair Café", status="accepted", position=4),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    pairs = [
        ExhibitedSession(exhibitor_id=exhibitor, session_id=session, event_id=event)
        for exhibitor, session, event in ((1, 1, 1), (1, 2, 1), (6, 2, 1), (3, 7, 2))
    ]
    return [*made, *pairs]
