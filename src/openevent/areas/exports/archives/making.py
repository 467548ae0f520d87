"""A new event from an archive: every row through the schemas, rules and policies of the API.

What a file says is what its sender could have sent row by row, and is judged as that. Ids
are those of the archive; each is mapped to the row that was made of its entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Final

from sqlalchemy import select

from openevent.areas.events.domain_events import EventCreated
from openevent.areas.events.models import Event, EventSubTopic, EventTopic, EventType
from openevent.areas.events.operations import add_event, complete_event
from openevent.areas.events.resources import EVENTS
from openevent.areas.exports.archives.parts import EVENT_ATTRIBUTES, PARTS, REGISTRY, Part, Resource
from openevent.areas.exports.archives.reading import Archive, Entry
from openevent.db.base import Record
from openevent.db.engine import of_work
from openevent.db.refusals import refusal_of
from openevent.db.writing import write_pending
from openevent.errors import DomainError, Invalid
from openevent.jsonapi.pictures import PictureChanged
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import dasherize
from openevent.jsonapi.target import Address
from openevent.jsonapi.writer import Writer
from openevent.work.unit import UnitOfWork

_BARE_EVENT: Final = replace(EVENTS, create=add_event)
#: What an event is while its parts are made, and afterwards, unless it says so itself: it
#: has sessions that may be switched off, and prices before anybody can pay.
_OPEN: Final = {"is-sessions-speakers-enabled": True, "can-pay-onsite": True}
_CLOSED: Final = dict.fromkeys(_OPEN, False)
#: What of the new event is told: not that each of its sessions was scheduled, and so on.
_TOLD: Final = (EventCreated, PictureChanged)


@cache
def _writer() -> Writer:
    """Return the writer; it is made when all models are known."""
    return Writer(REGISTRY)


def make_event(work: UnitOfWork, archive: Archive) -> Event:
    """Make the event of an archive, as a draft that the principal owns: all of it, or nothing.

    Raises ``Invalid``, which names the file, the entry and the member, for the first entry
    that is refused.
    """
    before = len(work.recorded)
    try:
        with work.db.begin_nested():
            event = _Maker(work, archive).make()
    except BaseException:
        del work.recorded[before:]
        raise
    work.recorded[before:] = [e for e in work.recorded[before:] if isinstance(e, _TOLD)]
    return event


class _Maker:
    """Makes one event. What an archive calls a row is known when the row is made."""

    def __init__(self, work: UnitOfWork, archive: Archive) -> None:
        self.work, self.archive = work, archive
        self.ids: dict[tuple[str, str], int] = {}
        self.event_id = 0

    def make(self) -> Event:
        """Make the event, its parts, and then what had to wait for all of them."""
        entry = self.archive.event
        document = self._event(entry)
        opened = {**document, "attributes": document["attributes"] | _OPEN}
        event = self._create(_BARE_EVENT, entry, opened)
        assert isinstance(event, Event)  # noqa: S101  # it is what the type is stored in
        self.event_id = event.id
        rows = [(part, each) for part in PARTS for each in self.archive.rows[part]]
        for part, each in rows:
            resource = self._resource(part, each)
            first = part.first(resource) if part.first else resource
            row = self._create(part.resource, each, first)
            self.ids[part.type_name, each.id] = row.id
        for part, each in reversed(rows):
            if part.first:
                row_id = self.ids[part.type_name, each.id]
                self._change(part.resource, each, row_id, self._resource(part, each))
        complete_event(self.work, event)
        closed = {**document, "attributes": _CLOSED | document["attributes"]}
        self._change(EVENTS, entry, event.id, closed)
        return event

    # -- documents ---------------------------------------------------------------------

    def _event(self, entry: Entry) -> Resource:
        """Return the event as a client would send it, classified by what is called the same."""
        found: dict[str, int] = {}
        for name, model in (("event_type", EventType), ("event_topic", EventTopic)):
            self._classify(found, entry, name, model)
        if "event_topic" in found:
            of_topic = EventSubTopic.event_topic_id == found["event_topic"]
            self._classify(found, entry, "event_sub_topic", EventSubTopic, of_topic)
        relationships = {
            dasherize(name): {"data": {"type": dasherize(name), "id": str(id_)}}
            for name, id_ in found.items()
        }
        attributes = _chosen(entry, EVENT_ATTRIBUTES)
        return {"type": "event", "attributes": attributes, "relationships": relationships}

    def _classify(
        self, found: dict[str, int], entry: Entry, name: str, model: Any, *conditions: Any
    ) -> None:
        linkage = entry.relationships.get(dasherize(name))
        data = linkage.get("data") if isinstance(linkage, dict) else None
        if isinstance(data, dict):
            called = self.archive.names.get((dasherize(name), str(data.get("id"))))
            same = select(model.id).where(
                model.name == called, model.deleted_at.is_(None), *conditions
            )
            if (id_ := self.work.db.scalar(same.order_by(model.id).limit(1))) is not None:
                found[name] = id_

    def _resource(self, part: Part, entry: Entry) -> Resource:
        """Return a row as a client would send it, referring to what has been made."""
        event = {"data": {"type": "event", "id": str(self.event_id)}}
        relationships = {"event": event} if part.parent == "event" else {}
        for name in map(dasherize, (*part.to_one, *part.members)):
            if name in entry.relationships:
                data = self._mapped(entry, name)
                relationships[name] = {"data": data}
        attributes = _chosen(entry, part.attributes)
        return {"type": part.type_name, "attributes": attributes, "relationships": relationships}

    def _mapped(self, entry: Entry, name: str) -> Any:
        """Return the linkage of a relationship with the ids of rows for those of the archive."""
        linkage = entry.relationships[name]
        data = linkage.get("data") if isinstance(linkage, dict) else None
        mapped = []
        for item in data if isinstance(data, list) else [data] if data is not None else []:
            type_, id_ = (item.get("type"), item.get("id")) if isinstance(item, dict) else ("", "")
            if (made := self.ids.get((str(type_), str(id_)))) is None:
                raise entry.refused(
                    Invalid(
                        f"The archive has no {type_!s:.50} {id_!s:.100}.",
                        pointer=f"/data/relationships/{name}",
                    )
                )
            mapped.append({"type": type_, "id": str(made)})
        return mapped if isinstance(data, list) else mapped[0] if mapped else None

    # -- writes ------------------------------------------------------------------------

    def _create(self, resource: ResourceType, entry: Entry, document: Resource) -> Record:
        return self._or_refuse(
            entry, lambda: _writer().create(self.work, resource, {"data": document})
        )

    def _change(
        self, resource: ResourceType, entry: Entry, row_id: int, document: Resource
    ) -> None:
        data, address = {**document, "id": str(row_id)}, Address(row_id)
        self._or_refuse(
            entry,
            lambda: _writer().update(self.work, resource, address, {"data": data}, lambda _: True),
        )

    def _or_refuse(self, entry: Entry, write: Callable[[], Record]) -> Record:
        """Write a row, or say of a refusal which entry it is about."""
        try:
            row = write()
            write_pending(self.work.db, row)
        except Exception as error:
            of_work(self.work.db).forget()
            refusal = error if isinstance(error, DomainError) else refusal_of(error)
            if refusal is None:
                raise
            raise entry.refused(refusal) from error
        return row


def _chosen(entry: Entry, names: tuple[str, ...]) -> dict[str, Any]:
    wire = map(dasherize, names)
    return {name: entry.attributes[name] for name in wire if name in entry.attributes}
