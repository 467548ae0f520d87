"""The site area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.site.models import Page, Setting
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    made = [
        Setting(
            id=1,
            tagline="Events that are open",
            cookie_policy="<p>We set a cookie when you log in.</p>",
            cookie_policy_link="/cookie-policy",
            support_url="https://opentech.example.org/support",
            github_url="https://github.com/opentech-example",
            admin_company="Open Tech e.V.",
            admin_billing_email="billing@example.org",
            admin_billing_address="Invalidenstr. 43",
            admin_billing_zip="10115",
            admin_billing_city="Berlin",
            admin_billing_country="Germany",
            admin_billing_tax_info="DE123456789",
        ),
        Page(
            id=1,
            name="Privacy",
            title="Privacy policy",
            url="/privacy",
            description="<p>We keep what you tell us.</p>",
            place="footer",
            language="en",
            index=1,
        ),
        Page(id=2, name="About", title="About us", url="/about", place="event", index=0),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    return made
