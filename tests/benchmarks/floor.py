"""The floor: what a good engineer would write by hand for these six requests and no more.

Falcon, psycopg and orjson; one SQL statement per request, prepared and planned once, on a
connection per thread; relationships and links as text around which orjson writes the
rest. The documents are those of the real server. There is no policy, no token, no ETag,
no error document and no query language.

The write (W5) parses the document, checks type and lengths by hand, and inserts by one
statement that finds event and section, takes the next place and returns the row. It does not
know who asks, keeps no outbox row and sends no message: what the real server spends on these,
in both databases, is its own.
"""

from __future__ import annotations

import os
import threading
from typing import Any
from urllib.parse import quote

import falcon
import orjson
import psycopg
from orjson import Fragment

from openevent.areas.events.schemas import EventSchema
from openevent.jsonapi.schema import ToOne

DATABASE_URL = "FLOOR_DATABASE_URL"
#: What both servers believe to be reached at.
PUBLIC_URL = "http://localhost:8000"

_OPTIONS = orjson.OPT_UTC_Z
_JSONAPI = Fragment(b'{"version":"1.0"}')

# -- connections ---------------------------------------------------------------------------

_kept = threading.local()


def rows_of(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement on this thread's connection."""
    try:
        cursor: psycopg.Cursor[Any] = _kept.cursor
    except AttributeError:
        connection = psycopg.connect(
            os.environ[DATABASE_URL],
            autocommit=True,
            prepare_threshold=0,
            options="-c timezone=UTC -c plan_cache_mode=force_generic_plan",
        )
        cursor = _kept.cursor = connection.cursor(binary=True)
    return cursor.execute(statement, values).fetchall()


# -- resources -----------------------------------------------------------------------------

FAQ = "f.id, f.question, f.answer, f.position, f.deleted_at, f.event_id, f.faq_type_id"


def faq(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a question as a resource object."""
    id_, question, answer, position, deleted_at, event, type_ = row[:7]
    own = f"/v1/faqs/{id_}"
    linkage = "null" if type_ is None else f'{{"type":"faq-type","id":"{type_}"}}'
    return {
        "type": "faq",
        "id": str(id_),
        "attributes": {
            "question": question,
            "answer": answer,
            "position": position,
            "deleted-at": deleted_at,
        },
        "relationships": Fragment(
            f'{{"event":{{"links":{{"self":"{own}/relationships/event","related":"{own}/event"}},'
            f'"data":{{"type":"event","id":"{event}"}}}},'
            f'"faq-type":{{"links":{{"self":"{own}/relationships/faq-type",'
            f'"related":"{own}/faq-type"}},"data":{linkage}}}}}'
        ),
        "links": Fragment(f'{{"self":"{own}"}}'),
    }


FAQ_TYPE = "t.id, t.name, t.position, t.event_id"


def faq_type(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a section as a resource object."""
    id_, name, position, event = row
    own = f"/v1/faq-types/{id_}"
    return {
        "type": "faq-type",
        "id": str(id_),
        "attributes": {"name": name, "position": position},
        "relationships": Fragment(
            f'{{"event":{{"links":{{"self":"{own}/relationships/event","related":"{own}/event"}},'
            f'"data":{{"type":"event","id":"{event}"}}}},'
            f'"faqs":{{"links":{{"self":"{own}/relationships/faqs","related":"{own}/faqs"}}}}}}'
        ),
        "links": Fragment(f'{{"self":"{own}"}}'),
    }


# The names of an event's public attributes are many and still growing: they are taken
# from the schema once, so that the documents stay comparable. Nothing is per request.
_COMPUTED = {
    **{
        f"{name}_url": "CASE WHEN e.state = 'published' AND e.schedule_published_on IS NOT NULL"
        f" THEN '{PUBLIC_URL}/v1/events/' || e.id || '/schedule.{kind}' END"
        for name, kind in (("ical", "ics"), ("xcal", "xcal"), ("pentabarf", "xml"))
    },
    "is_event_online": "e.online",
    "is_ticketing_enabled": "e.ticket_url IS NULL",
    "is_complete": "coalesce(e.description, '') <> ''"
    " AND (e.online OR coalesce(e.location_name, '') <> '')"
    " AND coalesce(e.original_image_url, e.logo_url) IS NOT NULL"
    " AND e.event_type_id IS NOT NULL AND e.event_topic_id IS NOT NULL",
}
_ATTRIBUTES = [n for n, f in EventSchema.attributes().items() if "read" not in f.metadata]
_WIRE = [name.replace("_", "-") for name in _ATTRIBUTES]
# To-one relationships whose key is a column of the row, with their types.
_LINKED = {
    name: relationship.type_
    for name, relationship in EventSchema.relationships().items()
    if isinstance(relationship, ToOne) and relationship.linked
}
EVENT = ", ".join(
    ["e.id", *(f"e.{name}_id" for name in _LINKED)]
    + [_COMPUTED.get(name, f"e.{name}") for name in _ATTRIBUTES]
)


def _event_relationships() -> str:
    """Return the relationships of an event, ``@`` for its id and ``$name`` for linkage."""
    parts = []
    for name, relationship in EventSchema.relationships().items():
        wire = name.replace("_", "-")
        linkage = f',"data":${name}' if name in _LINKED else ""
        parts.append(
            f'"{wire}":{{"links":{{"self":"/v1/events/@/relationships/{wire}",'
            f'"related":"/v1/events/@/{relationship.segment_of(name)}"}}{linkage}}}'
        )
    return "{" + ",".join(parts) + "}"


_RELATIONSHIPS = _event_relationships()


def event(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return an event as a resource object."""
    id_ = str(row[0])
    relationships = _RELATIONSHIPS.replace("@", id_)
    for (name, type_), key in zip(_LINKED.items(), row[1:], strict=False):
        linkage = f'{{"type":"{type_}","id":"{key}"}}' if key else "null"
        relationships = relationships.replace(f"${name}", linkage, 1)
    return {
        "type": "event",
        "id": id_,
        "attributes": dict(zip(_WIRE, row[1 + len(_LINKED) :], strict=True)),
        "relationships": Fragment(relationships),
        "links": Fragment(f'{{"self":"/v1/events/{id_}"}}'),
    }


# -- statements ----------------------------------------------------------------------------

DETAIL = f"SELECT {FAQ} FROM faqs f WHERE f.id = %s AND f.deleted_at IS NULL"  # noqa: S608

# Keys first, on an index; then the wide rows.
_ORDERS = {"position": "f.position, f.id", "-position": "f.position DESC, f.id"}
_LIST = """
SELECT {columns}, (SELECT count(*) FROM faqs c WHERE c.event_id = %s AND c.deleted_at IS NULL)
FROM (SELECT f.id FROM faqs f WHERE f.event_id = %s AND f.deleted_at IS NULL
      ORDER BY {order} LIMIT %s OFFSET %s) page
JOIN faqs f ON f.id = page.id
ORDER BY {order}
"""
LISTS = {sort: _LIST.format(columns=FAQ, order=order) for sort, order in _ORDERS.items()}

# The event is that of the URL: its wide columns come with the first row only.
COMPOUND = f"""
SELECT {FAQ}, (SELECT count(*) FROM faqs c WHERE c.event_id = %s AND c.deleted_at IS NULL),
       {FAQ_TYPE}, {EVENT}
FROM (SELECT p.id, row_number() OVER () AS place
      FROM (SELECT f.id FROM faqs f WHERE f.event_id = %s AND f.deleted_at IS NULL
            ORDER BY f.position, f.id LIMIT %s OFFSET %s) p) page
JOIN faqs f ON f.id = page.id
LEFT JOIN faq_types t ON t.id = f.faq_type_id AND t.deleted_at IS NULL
LEFT JOIN events e ON page.place = 1 AND e.id = f.event_id
ORDER BY page.place
"""  # noqa: S608

_MATCH = "event_id = %s AND deleted_at IS NULL AND question ILIKE %s"
SPARSE = f"""
SELECT f.id, f.question, f.position, (SELECT count(*) FROM faqs WHERE {_MATCH})
FROM faqs f WHERE {_MATCH} ORDER BY f.position, f.id LIMIT %s OFFSET %s
"""  # noqa: S608

INSERT = """
INSERT INTO faqs (question, answer, position, event_id, faq_type_id)
SELECT %s, %s, (SELECT coalesce(max(position) + 1, 0) FROM faqs
                WHERE event_id = e.id AND deleted_at IS NULL), e.id, t.id
FROM events e JOIN faq_types t ON t.event_id = e.id
WHERE e.id = %s AND t.id = %s AND e.deleted_at IS NULL AND t.deleted_at IS NULL
RETURNING id, question, answer, position, deleted_at, event_id, faq_type_id
"""

UPDATE = f"""
UPDATE events e SET owner_name = %s, version = version + 1, modified_at = now()
WHERE e.id = %s AND e.deleted_at IS NULL
RETURNING {EVENT}
"""  # noqa: S608

# -- endpoints -----------------------------------------------------------------------------


class Faq:
    """GET /v1/faqs/{id}."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, id_: int) -> None:
        """Answer one question."""
        rows = rows_of(DETAIL, id_)
        if not rows:
            raise falcon.HTTPNotFound
        document = {
            "data": faq(rows[0]),
            "links": {"self": f"/v1/faqs/{id_}"},
            "jsonapi": _JSONAPI,
        }
        resp.data = orjson.dumps(document, option=_OPTIONS)


class EventFaqs:
    """GET /v1/events/{id}/faqs, as a page, as a compound page, and as a filtered sparse one."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, id_: int) -> None:
        """Answer a page."""
        params = req.params
        size = int(params.get("page[size]", 20))
        number = int(params.get("page[number]", 1))
        offset = (number - 1) * size
        document: dict[str, Any] = {}
        if "include" in params:
            rows = rows_of(COMPOUND, id_, id_, size, offset)
            document["data"] = [faq(row) for row in rows]
            types = {row[8]: row[8:12] for row in rows if row[8] is not None}
            document["included"] = [event(rows[0][12:]), *map(faq_type, types.values())]
            asked = f"include={params['include']}&"
        elif "filter" in params:
            (condition,) = orjson.loads(params["filter"])
            pattern = condition["val"]
            rows = rows_of(SPARSE, id_, pattern, id_, pattern, size, offset)
            document["data"] = [sparse_faq(row) for row in rows]
            asked = f"filter={quote(params['filter'])}&fields[faq]={params['fields[faq]']}&"
        else:
            rows = rows_of(LISTS[params["sort"]], id_, id_, size, offset)
            document["data"] = [faq(row) for row in rows]
            asked = f"sort={params['sort']}&"
        if not rows:
            raise falcon.HTTPNotFound
        total = rows[0][3] if "filter" in params else rows[0][7]
        base = f"{req.path}?{asked}page[size]={size}"
        last = -(-total // size)
        document["links"] = {
            "self": base if number == 1 else f"{base}&page[number]={number}",
            "first": base,
            "last": base if last == 1 else f"{base}&page[number]={last}",
            "prev": None if number == 1 else f"{base}&page[number]={number - 1}",
            "next": None if number >= last else f"{base}&page[number]={number + 1}",
        }
        document["meta"] = {"count": total}
        document["jsonapi"] = _JSONAPI
        resp.data = orjson.dumps(document, option=_OPTIONS)


def sparse_faq(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return the two attributes of a question that were asked for."""
    id_, question, position, _ = row
    return {
        "type": "faq",
        "id": str(id_),
        "attributes": {"question": question, "position": position},
        "links": Fragment(f'{{"self":"/v1/faqs/{id_}"}}'),
    }


class Faqs:
    """POST /v1/faqs."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Check a document by hand and insert what it says."""
        try:
            data = orjson.loads(req.bounded_stream.read())["data"]
            attributes = data["attributes"]
            question, answer = attributes["question"], attributes["answer"]
            event_id = int(data["relationships"]["event"]["data"]["id"])
            type_id = int(data["relationships"]["faq-type"]["data"]["id"])
        except (KeyError, TypeError, ValueError) as ex:
            raise falcon.HTTPUnprocessableEntity from ex
        if (
            data["type"] != "faq"
            or not (isinstance(question, str) and 0 < len(question) <= 20_000 and question.strip())
            or not (isinstance(answer, str) and 0 < len(answer) <= 20_000 and answer.strip())
        ):
            raise falcon.HTTPUnprocessableEntity
        rows = rows_of(INSERT, question, answer, event_id, type_id)
        if not rows:
            raise falcon.HTTPNotFound
        own = f"/v1/faqs/{rows[0][0]}"
        document = {"data": faq(rows[0]), "links": {"self": own}, "jsonapi": _JSONAPI}
        resp.status = falcon.HTTP_201
        resp.set_header("Location", own)
        resp.data = orjson.dumps(document, option=_OPTIONS)


class Event:
    """PATCH /v1/events/{id}."""

    def on_patch(self, req: falcon.Request, resp: falcon.Response, id_: int) -> None:
        """Check a document by hand and change what it says."""
        try:
            data = orjson.loads(req.bounded_stream.read())["data"]
            owner_name = data["attributes"]["owner-name"]
        except (KeyError, TypeError, ValueError) as ex:
            raise falcon.HTTPUnprocessableEntity from ex
        if (
            data["type"] != "event"
            or data["id"] != str(id_)
            or not (isinstance(owner_name, str) and len(owner_name) <= 500)
        ):
            raise falcon.HTTPUnprocessableEntity
        rows = rows_of(UPDATE, owner_name, id_)
        if not rows:
            raise falcon.HTTPNotFound
        document = {
            "data": event(rows[0]),
            "links": {"self": f"/v1/events/{id_}"},
            "jsonapi": _JSONAPI,
        }
        resp.data = orjson.dumps(document, option=_OPTIONS)


def application() -> falcon.App[Any, Any]:
    """Return the WSGI application that gunicorn serves."""
    app: falcon.App[Any, Any] = falcon.App(media_type="application/vnd.api+json")
    app.add_route("/v1/faqs", Faqs())
    app.add_route("/v1/faqs/{id_:int}", Faq())
    app.add_route("/v1/events/{id_:int}", Event())
    app.add_route("/v1/events/{id_:int}/faqs", EventFaqs())
    return app
