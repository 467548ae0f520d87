"""What an event consists of when it is taken along as files: one file for each type.

The files have what the API's own documents have, as far as it could be sent to the API
again: written attributes, and relationships between the parts. So what a file may say,
and who may say it, is told by schemas, rules and policies alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openevent.areas.events import resources as events
from openevent.areas.events.copying import NOT_COPIED
from openevent.areas.faq import resources as faq
from openevent.areas.forms import resources as forms
from openevent.areas.identity import resources as identity
from openevent.areas.partners import resources as partners
from openevent.areas.programme import resources as programme
from openevent.areas.speakers import resources as speakers
from openevent.areas.teams import resources as teams
from openevent.areas.ticketing import resources as ticketing
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import dasherize

#: More rows than that are no event to take along: there are lists and copies.
MAX_ROWS: Final = 10_000
CONTENT_TYPE: Final = "application/zip"
EVENT_FILE: Final = "event.json"

REGISTRY: Final = Registry(
    (
        *identity.RESOURCES,
        *events.RESOURCES,
        *programme.RESOURCES,
        *faq.RESOURCES,
        *forms.RESOURCES,
        *partners.RESOURCES,
        *teams.RESOURCES,
        *ticketing.RESOURCES,
        *speakers.RESOURCES,
    )
)
#: The lists of the system that an event is classified by; another server has others.
CLASSIFIED: Final = ("event_type", "event_topic", "event_sub_topic")


#: A resource object.
Resource = Mapping[str, Any]


def _asks_for_nothing(form: Resource) -> Resource:
    """Let a form take what was answered before it asked for more, or for less."""
    open_ = {"is-required": False, "is-included": True, "is-fixed": False}
    return {**form, "attributes": form["attributes"] | open_}


#: In what state a session begins that is in one no new session can be in.
_BEFORE: Final = {"rejected": "pending", "withdrawn": "pending", "canceled": "accepted"}


def _takes_no_place(session: Resource) -> Resource:
    """Let a session be where and when it was, beside what it has become."""
    attributes = session["attributes"] | {"starts-at": None, "ends-at": None}
    if isinstance(state := attributes.get("state"), str):
        attributes["state"] = _BEFORE.get(state, state)
    relationships = {k: v for k, v in session["relationships"].items() if k != "microlocation"}
    return {**session, "attributes": attributes, "relationships": relationships}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows of one type, which are in one file.

    ``relationship`` is that of the event, or of ``parent``, by which they are found.
    ``members`` are the many-to-many relationships that go along, ``without`` the written
    attributes that do not, and ``only`` is the filter that narrows to some rows. ``first``
    is how a row begins that can only become what it is when the others are there.
    """

    type_name: str
    relationship: str
    parent: str = "event"
    members: tuple[str, ...] = ()
    without: frozenset[str] = field(default_factory=frozenset)
    only: str | None = None
    first: Callable[[Resource], Resource] | None = None

    @property
    def resource(self) -> ResourceType:
        """The type of the rows."""
        return REGISTRY[self.type_name]

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{dasherize(self.relationship)}.json"

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that go along: those that anybody who runs the event can write."""
        return tuple(_written(self.resource, self.without))

    @property
    def to_one(self) -> tuple[str, ...]:
        """The to-one relationships that go along: those to other parts."""
        relationships = self.resource.schema.relationships()
        return tuple(n for n, r in relationships.items() if not r.many and r.type_ in TYPES)


def _written(resource: ResourceType, without: frozenset[str]) -> Iterator[str]:
    for name, attribute in resource.schema.attributes().items():
        is_open = not attribute.dump_only and "write" not in attribute.metadata
        if is_open and not attribute.load_only and name not in without:
            yield name


#: In the order in which they are made: what is referred to comes first.
PARTS: Final = (
    Part(type_name="tag", relationship="tags"),
    Part(type_name="social-link", relationship="social_links"),
    Part(type_name="event-copyright", relationship="event_copyright"),
    Part(type_name="faq-type", relationship="faq_types"),
    Part(type_name="faq", relationship="faqs"),
    # Their translations are a file of their own.
    Part(
        type_name="custom-form",
        relationship="custom_forms",
        without=frozenset({"translations"}),
        first=_asks_for_nothing,
    ),
    Part(type_name="custom-form-option", relationship="custom_form_options", parent="custom-form"),
    Part(
        type_name="custom-form-translate",
        relationship="custom_form_translates",
        parent="custom-form",
    ),
    Part(type_name="track", relationship="tracks"),
    Part(type_name="session-type", relationship="session_types"),
    Part(type_name="microlocation", relationship="microlocations"),
    # The secret address of a private call stays with the call it was given out for.
    Part(type_name="speakers-call", relationship="speakers_call", without=frozenset({"hash"})),
    Part(type_name="speaker", relationship="speakers"),
    # Nobody has been told of the sessions of the new event.
    Part(
        type_name="session",
        relationship="sessions",
        members=("speakers",),
        without=frozenset({"send_email", "is_mail_sent"}),
        first=_takes_no_place,
    ),
    Part(type_name="sponsor", relationship="sponsors"),
    Part(type_name="exhibitor", relationship="exhibitors", members=("sessions",)),
    Part(type_name="tax", relationship="tax"),
    # Its fields are a file of their own.
    Part(
        type_name="badge-form",
        relationship="badge_forms",
        without=frozenset({"badge_fields"}),
    ),
    Part(type_name="badge-field-form", relationship="badge_field_forms", parent="badge-form"),
    Part(type_name="ticket", relationship="tickets"),
    Part(type_name="ticket-tag", relationship="ticket_tags", members=("tickets",)),
    Part(
        type_name="discount-code",
        relationship="discount_codes",
        members=("tickets",),
        only='{"name": "used-for", "op": "eq", "val": "ticket"}',
    ),
)
TYPES: Final = frozenset(part.type_name for part in PARTS)
#: What goes along of the event itself: what a copy of it has, too.
EVENT_ATTRIBUTES: Final = tuple(_written(events.EVENTS, NOT_COPIED))
