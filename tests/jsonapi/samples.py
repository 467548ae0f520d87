"""A document for every type that clients create, and a change for every type they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import document
from tests.jsonapi.catalogue import REGISTRY, TYPES

EVENT = {
    "name": "Winter Summit",
    "starts-at": "2031-12-01T09:00:00Z",
    "ends-at": "2031-12-02T17:00:00Z",
    "timezone": "Europe/Berlin",
}


@dataclass(frozen=True, slots=True)
class Creation:
    """What somebody who may sends to make a new resource."""

    who: str | None
    attributes: dict[str, Any]
    to_one: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute that somebody who may changes in one row of the world."""

    who: str
    id: int
    attribute: str
    value: Any


CREATIONS: dict[str, Creation] = {
    "station": Creation(
        "organizer",
        {"station-name": "Side door", "station-type": "registration"},
        {"event": ("event", 1)},
    ),
    "user_check_in": Creation(
        "registrar", {}, {"station": ("station", 1), "ticket_holder": ("attendee", 1)}
    ),
    "station-store-pax": Creation(
        "registrar",
        {"current-pax": 61},
        {"station": ("station", 2), "session": ("session", 2)},
    ),
    "user": Creation(None, {"email": "new@example.org", "password": "correct horse"}),
    "video-channel": Creation(
        "admin", {"name": "Meet", "provider": "jitsi", "url": "https://meet.example.net"}
    ),
    "video-stream-moderator": Creation(
        "organizer", {"email": "new@example.org"}, {"video-stream": ("video-stream", 1)}
    ),
    "page": Creation("admin", {"name": "Imprint", "url": "/imprint"}),
    "user-email": Creation(
        "registered", {"email-address": "more@example.org"}, {"user": ("user", 9)}
    ),
    "role": Creation("admin", {"name": "stage_hand"}),
    "users-events-roles": Creation(
        "organizer", {}, {"event": ("event", 1), "user": ("user", 11), "role": ("role", 6)}
    ),
    "user-permission": Creation("admin", {"name": "organize_group"}),
    "custom-system-role": Creation("admin", {"name": "Press Team"}),
    "panel-permission": Creation("admin", {"panel-name": "invoices"}),
    "event": Creation("registered", EVENT),
    "event-type": Creation("admin", {"name": "Hackathon"}),
    "event-topic": Creation("admin", {"name": "Film"}),
    "event-sub-topic": Creation("admin", {"name": "Jazz"}, {"event_topic": ("event-topic", 2)}),
    "custom-placeholder": Creation(
        "admin", {"name": "Web", "original-image-url": "https://images.example.org/web.jpg"}
    ),
    "event-location": Creation("admin", {"name": "Chennai, India"}),
    "tag": Creation("organizer", {"name": "Helper"}, {"event": ("event", 1)}),
    "session": Creation("registered", {"title": "Kites"}, {"event": ("event", 1)}),
    "schedule-version": Creation(
        "organizer", {"comment": "With keynotes"}, {"event": ("event", 1)}
    ),
    "track": Creation("organizer", {"name": "Art", "color": "#f6c"}, {"event": ("event", 1)}),
    "session-type": Creation(
        "organizer", {"name": "Panel", "length": "01:00"}, {"event": ("event", 1)}
    ),
    "microlocation": Creation("organizer", {"name": "Roof"}, {"event": ("event", 1)}),
    "video-stream": Creation(
        "organizer",
        {"name": "Roof, live", "url": "https://live.example.org/roof"},
        {"event": ("event", 1)},
    ),
    "email-notification": Creation(
        "registered", {"next-event": False}, {"user": ("user", 9), "event": ("event", 1)}
    ),
    "faq-type": Creation("organizer", {"name": "Food"}, {"event": ("event", 1)}),
    "ticket": Creation(
        "organizer",
        {
            "name": "Family",
            "type": "paid",
            "price": 80.5,
            "sales-starts-at": "2026-01-01T00:00:00Z",
            "sales-ends-at": "2030-04-30T22:00:00Z",
        },
        {"event": ("event", 1)},
    ),
    "ticket-tag": Creation("organizer", {"name": "For families"}, {"event": ("event", 1)}),
    "badge-form": Creation("organizer", {"badge-id": "supporter"}, {"event": ("event", 1)}),
    "badge-field-form": Creation(
        "organizer", {"custom-field": "Organisation"}, {"badge_form": ("badge-form", 1)}
    ),
    "discount-code": Creation(
        "organizer",
        {"code": "FRIENDS", "type": "percent", "value": 20.5},
        {"event": ("event", 1)},
    ),
    "access-code": Creation(
        "organizer",
        {"code": "CREW", "valid-from": "2026-01-01T00:00:00Z"},
        {"event": ("event", 1)},
    ),
    "order": Creation(
        "organizer",
        {"on-site-tickets": [{"data": {"attributes": {"id": "1", "quantity": "2"}}}]},
        {"event": ("event", 1)},
    ),
    "stripe-authorization": Creation(
        "owner", {"stripe-auth-code": "ac_demo"}, {"event": ("event", 3)}
    ),
    "refund": Creation("organizer", {"amount": 5}, {"order": ("order", 6)}),
    "tax": Creation("owner", {"name": "VAT", "rate": 7.5}, {"event": ("event", 3)}),
    "ticket-fee": Creation("admin", {"currency": "GBP", "country": "GB"}),
    "faq": Creation(
        "organizer", {"question": "Is there food?", "answer": "Yes."}, {"event": ("event", 1)}
    ),
    "role-invite": Creation(
        "organizer",
        {"email": "ada@example.org"},
        {"event": ("event", 1), "role": ("role", 6)},
    ),
    "custom-form": Creation(
        "organizer", {"field-identifier": "hobby", "form": "speaker"}, {"event": ("event", 1)}
    ),
    "custom-form-option": Creation(
        "organizer", {"value": "S"}, {"custom_form": ("custom-form", 3)}
    ),
    "custom-form-translate": Creation(
        "organizer",
        {"name": "Taglia", "language-code": "it"},
        {"custom_form": ("custom-form", 3)},
    ),
    "speaker": Creation(
        "organizer", {"name": "Grace Okoye", "email": "grace@example.net"}, {"event": ("event", 1)}
    ),
    "speakers-call": Creation(
        "owner",
        {"starts-at": "2029-10-01T00:00:00Z", "ends-at": "2029-12-31T23:00:00Z"},
        {"event": ("event", 3)},
    ),
    "speaker-invite": Creation(
        "organizer",
        {"email": "grace@example.net"},
        {"event": ("event", 1), "session": ("session", 1)},
    ),
    "user-favourite-session": Creation("registered", {}, {"session": ("session", 2)}),
    "feedback": Creation("organizer", {"rating": 4.5}, {"event": ("event", 1)}),
    "user-favourite-event": Creation("registered", {}, {"event": ("event", 2)}),
    "social-link": Creation(
        "organizer",
        {"name": "Chat", "link": "https://chat.example.org/"},
        {"event": ("event", 1)},
    ),
    "event-copyright": Creation("owner", {"licence": "MIT"}, {"event": ("event", 3)}),
    "sponsor": Creation("organizer", {"name": "Brewery"}, {"event": ("event", 1)}),
    "exhibitor": Creation("organizer", {"name": "Museum"}, {"event": ("event", 1)}),
    "group": Creation("registered", {"name": "Berlin Makers"}),
    "users-groups-role": Creation(
        "owner", {"email": "ada@example.org"}, {"group": ("group", 1), "role": ("role", 2)}
    ),
    "user-follow-group": Creation("registered", {}, {"group": ("group", 2)}),
}
CHANGES: dict[str, Change] = {
    "station": Change("organizer", 1, "station-name", "Side door"),
    "station-store-pax": Change("organizer", 1, "current-pax", 43),
    "user": Change("registered", 9, "first-name", "Rahel Maria"),
    "user-email": Change("registered", 1, "type", "other"),
    "role": Change("admin", 6, "title-name", "Front desk"),
    "user-permission": Change("admin", 1, "description", "Show an event to everybody"),
    "custom-system-role": Change("admin", 1, "name", "Sellers"),
    "panel-permission": Change("admin", 1, "can-access", False),
    "event": Change("organizer", 1, "name", "Open Tech Summit 2030"),
    "event-type": Change("admin", 1, "name", "Congress"),
    "event-topic": Change("admin", 1, "name", "Science"),
    "event-sub-topic": Change("admin", 1, "name", "Robots"),
    "custom-placeholder": Change("admin", 1, "copyright", "CC BY 4.0"),
    "event-location": Change("admin", 1, "name", "Berlin"),
    "tag": Change("organizer", 1, "name", "Talker"),
    "session": Change("organizer", 1, "title", "Soldering for All"),
    "track": Change("organizer", 1, "name", "Hardware"),
    "session-type": Change("organizer", 1, "name", "Lecture"),
    "microlocation": Change("organizer", 1, "name", "Hall"),
    "video-stream": Change("organizer", 1, "name", "Hall, live"),
    "notification": Change("organizer", 1, "is-read", True),
    "email-notification": Change("organizer", 1, "session-schedule", False),
    "message-setting": Change("admin", 1, "enabled", False),
    "notification-setting": Change("admin", 1, "enabled", False),
    "faq-type": Change("organizer", 1, "name", "Admission"),
    "ticket": Change("organizer", 3, "name", "Speakers"),
    "ticket-tag": Change("organizer", 1, "name", "For all"),
    "badge-form": Change("organizer", 1, "badge-color", "#aaccff"),
    "badge-field-form": Change("organizer", 1, "font-size", 20),
    "discount-code": Change("organizer", 1, "tickets-number", 60),
    "access-code": Change("organizer", 1, "tickets-number", 60),
    "order": Change("other-owner", 3, "company", "Strings Ltd"),
    "attendee": Change("organizer", 1, "company", "Strings Ltd"),
    "event-invoice": Change("admin", 1, "transaction-id", "T-1"),
    "tax": Change("organizer", 1, "rate", 7.25),
    "ticket-fee": Change("admin", 1, "maximum-fee", 7.5),
    "faq": Change("organizer", 1, "answer", "No."),
    "custom-form": Change("organizer", 3, "is-required", True),
    "custom-form-option": Change("organizer", 1, "value", "Medium"),
    "custom-form-translate": Change("organizer", 1, "name", "Trikot"),
    "speaker": Change("organizer", 1, "position", "Editor"),
    "feedback": Change("registered", 1, "comment", "Good tea."),
    "speakers-call": Change("organizer", 1, "announcement", "<p>Once more.</p>"),
    "event-image-size": Change("admin", 1, "full-width", 1200),
    "speaker-image-size": Change("admin", 1, "thumbnail-size-width-height", 400),
    "video-channel": Change("admin", 1, "name", "Meetings"),
    "video-stream-moderator": Change("organizer", 1, "email", "other@example.org"),
    "setting": Change("admin", 1, "tagline", "Open to all"),
    "page": Change("admin", 1, "title", "What we keep"),
    "social-link": Change("organizer", 1, "name", "Home"),
    "event-copyright": Change("organizer", 1, "holder", "Everybody"),
    "sponsor": Change("organizer", 1, "level", 3),
    "exhibitor": Change("organizer", 1, "enable-video-room", True),
    "event-role-permissions": Change("admin", 1, "can-delete", False),
    "group": Change("organizer", 1, "name", "Open Tech"),
}
CREATED = tuple(REGISTRY[name] for name in CREATIONS)
CHANGED = tuple(REGISTRY[name] for name in CHANGES)
DELETED = tuple(resource for resource in TYPES if resource.delete)


def creation(resource: ResourceType) -> dict[str, Any]:
    """Return the document that makes a new resource of a type."""
    sample = CREATIONS[resource.type_name]
    return document(resource.type_name, None, dict(sample.attributes), **sample.to_one)


def change(resource: ResourceType, **attributes: Any) -> dict[str, Any]:
    """Return the document that changes a row of a type: the sample's change, or this."""
    sample = CHANGES[resource.type_name]
    return document(resource.type_name, sample.id, attributes or {sample.attribute: sample.value})


def path_of(resource: ResourceType) -> str:
    """Return the path of the row that the sample changes."""
    return f"{resource.path}/{CHANGES[resource.type_name].id}"
