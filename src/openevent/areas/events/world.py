"""The events area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.events.models import (
    CustomPlaceholder,
    Event,
    EventChange,
    EventCopyright,
    EventLocation,
    EventSubTopic,
    EventTopic,
    EventType,
    SocialLink,
    Tag,
)
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    return [*_classifications(), *_events(), *_tags(), *_changes(), *_pages()]


def _classifications() -> list[Record]:
    return [
        EventType(id=1, name="Conference", slug="conference", **_made()),
        EventType(id=2, name="Meetup", slug="meetup", **_made()),
        EventTopic(
            id=1,
            name="Science & Technology",
            slug="science-technology",
            system_image_url="https://images.example.org/topics/science.jpg",
            **_made(),
        ),
        EventTopic(id=2, name="Music", slug="music", system_image_url=None, **_made()),
        EventSubTopic(id=1, name="Robotics", slug="robotics", event_topic_id=1, **_made()),
        EventSubTopic(id=2, name="Web", slug="web", event_topic_id=1, **_made()),
        CustomPlaceholder(
            id=1,
            name="Robots",
            original_image_url="https://images.example.org/placeholders/robots.jpg",
            copyright="CC0",
            event_sub_topic_id=1,
            **_made(),
        ),
        CustomPlaceholder(
            id=2,
            name="Anything",
            original_image_url="https://images.example.org/placeholders/any.jpg",
            **_made(),
        ),
        EventLocation(id=1, name="Berlin, Germany", slug="berlin-germany", **_made()),
        EventLocation(id=2, name="Singapore", slug="singapore", **_made()),
    ]


def _events() -> list[Record]:
    return [
        Event(
            id=1,
            identifier="a5b1c2d3",
            name="Open Tech Summit",
            state="published",
            starts_at=datetime(2030, 5, 1, 9, 0, tzinfo=UTC),
            ends_at=datetime(2030, 5, 3, 17, 0, tzinfo=UTC),
            timezone="Europe/Berlin",
            description="<p>Three days of open technology.</p>",
            location_name="Kalkscheune, Johannisstraße 2, Berlin",
            searchable_location_name="Berlin, Germany",
            latitude=52.5257,
            longitude=13.3888,
            is_map_shown=True,
            has_owner_info=True,
            owner_name="Open Tech e.V.",
            owner_description="<p>We run summits.</p>",
            external_event_url="https://summit.example.org/",
            original_image_url="https://images.example.org/events/1/original.jpg",
            logo_url="https://images.example.org/events/1/logo.png",
            code_of_conduct="<p>Be kind.</p>",
            is_promoted=True,
            is_sessions_speakers_enabled=True,
            payment_country="DE",
            payment_currency="EUR",
            can_pay_by_bank=True,
            bank_details="IBAN DE02 1203 0000 0000 2020 51",
            paypal_email="treasurer@example.org",
            schedule_published_on=datetime(2025, 12, 10, 12, 0, tzinfo=UTC),
            document_links=[
                {"name": "Travel guide", "link": "https://summit.example.org/travel.pdf"}
            ],
            event_type_id=1,
            event_topic_id=1,
            event_sub_topic_id=1,
            group_id=1,
            is_tax_enabled=True,
            **_made(),
        ),
        Event(
            id=2,
            identifier="b6c2d3e4",
            name="Night of Strings",
            state="published",
            starts_at=datetime(2030, 6, 14, 18, 0, tzinfo=UTC),
            ends_at=datetime(2030, 6, 14, 23, 0, tzinfo=UTC),
            timezone="Asia/Singapore",
            location_name="Esplanade, Singapore",
            searchable_location_name="Singapore",
            is_sessions_speakers_enabled=True,
            event_type_id=2,
            event_topic_id=2,
            group_id=2,
            is_announced=True,
            is_tax_enabled=True,
            **_made(),
        ),
        Event(
            id=3,
            identifier="c7d3e4f5",
            name="Summit of Next Year",
            state="draft",
            starts_at=datetime(2031, 5, 7, 9, 0, tzinfo=UTC),
            ends_at=datetime(2031, 5, 9, 17, 0, tzinfo=UTC),
            timezone="Europe/Berlin",
            event_type_id=1,
            event_topic_id=1,
            is_tax_enabled=True,
            **_made(),
        ),
        Event(
            id=4,
            identifier="d8e4f5a6",
            name="Cancelled Summit",
            state="published",
            starts_at=datetime(2030, 2, 5, 9, 0, tzinfo=UTC),
            ends_at=datetime(2030, 2, 6, 17, 0, tzinfo=UTC),
            timezone="Europe/Berlin",
            deleted_at=datetime(2025, 12, 1, 10, 0, tzinfo=UTC),
            event_type_id=1,
            **_made(),
        ),
    ]


def _tags() -> list[Record]:
    return [
        Tag(id=1, event_id=1, name="Speaker", color="#2a6ebb", is_read_only=True, **_made()),
        Tag(id=2, event_id=1, name="Press", color="#bb2a6e", is_read_only=False, **_made()),
        Tag(id=3, event_id=2, name="Musician", color=None, is_read_only=False, **_made()),
    ]


def _changes() -> list[Record]:
    return [
        EventChange(
            id=1,
            event_id=1,
            key="world-1",
            user_id=3,
            changed=["name"],
            changed_at=datetime(2025, 11, 6, 9, 30, tzinfo=UTC),
            **_made(),
        ),
        EventChange(
            id=2,
            event_id=1,
            key="world-2",
            user_id=4,
            changed=["location-name", "latitude", "longitude"],
            changed_at=datetime(2025, 11, 7, 15, 0, tzinfo=UTC),
            **_made(),
        ),
    ]


def _pages() -> list[Record]:
    deleted = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)
    return [
        SocialLink(
            id=1,
            event_id=1,
            name="Website",
            link="https://summit.example.org/",
            identifier="website",
            **_made(),
        ),
        SocialLink(
            id=2,
            event_id=1,
            name="Mastodon",
            link="https://social.example.org/@summit",
            identifier="mastodon",
            **_made(),
        ),
        SocialLink(
            id=3, event_id=2, name="Website", link="https://strings.example.org/", **_made()
        ),
        SocialLink(
            id=4, event_id=3, name="Website", link="https://summit.example.org/next", **_made()
        ),
        SocialLink(
            id=5,
            event_id=1,
            name="Old website",
            link="https://old.example.org/",
            identifier="old",
            deleted_at=deleted,
            **_made(),
        ),
        EventCopyright(
            id=1,
            event_id=1,
            holder="Open Tech e.V.",
            holder_url="https://summit.example.org/about",
            licence="Creative Commons Attribution 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            year=2025,
            **_made(),
        ),
        EventCopyright(id=2, event_id=2, licence="All rights reserved", **_made()),
        EventCopyright(id=3, event_id=3, licence="Public domain", deleted_at=deleted, **_made()),
    ]


def _made() -> dict[str, datetime]:
    return {"created_at": MADE, "modified_at": MADE}
