"""Documents that clients write: strict JSON, the JSON:API envelope, the schema's loader.

What cannot be read is a 400, a document for another type or resource a 409, and values
that are not allowed a 422 with a pointer each (JSON:API 1.0 § Creating, § Updating).
"""

from __future__ import annotations

import json
import math
import re
import threading
from typing import Any, Final, NoReturn

from marshmallow import ValidationError
from marshmallow_jsonapi.exceptions import IncorrectTypeError

from openevent.errors import BadRequest, Conflict, Forbidden, Invalid, InvalidDocument, Missing
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import JsonApiSchema, dasherize, underscore

MAX_DEPTH = 32
MAX_ID = 2**63 - 1

#: NUL or half a character in a string: neither can stand in JSON text but by its number.
_SUSPECT = re.compile(r"\\u(0000|[dD][89a-fA-F])")
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def parse_id(text: str) -> int | None:
    """Return the numeric id that text is, or ``None`` when it cannot be one."""
    if not _ID.fullmatch(text) or int(text) > MAX_ID:
        return None
    return int(text)


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text (RFC 8259), more strictly than Python would.

    Refused with 400: NaN and infinities, duplicate keys, nesting over ``MAX_DEPTH``,
    strings with NUL or lone surrogates, numbers out of range, anything but UTF-8.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_integer,
            object_pairs_hook=_unique,
        )
        if _SUSPECT.search(text) or text.count("{") + text.count("[") > MAX_DEPTH:
            _check(value, 0)
    except UnicodeDecodeError as ex:
        raise BadRequest("The body is not UTF-8.") from ex
    except RecursionError as ex:
        raise _too_deep() from ex
    except ValueError as ex:
        raise BadRequest("The body is not JSON.") from ex
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadRequest(f"The number {text[:40]} is out of range.")
    return value


def _integer(text: str) -> int:
    value = int(text)
    if not -MAX_ID <= value <= MAX_ID:
        raise BadRequest("A number in the body has more than 64 bits.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadRequest("A JSON object has the same member twice.")
    return members


def _too_deep() -> BadRequest:
    return BadRequest(f"The body nests more than {MAX_DEPTH} levels deep.")


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise BadRequest("A string in the body contains the character NUL.")
        try:
            value.encode()
        except UnicodeEncodeError as ex:
            raise BadRequest("A string in the body contains a lone surrogate.") from ex
    elif isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            raise _too_deep()
        for item in value.items() if isinstance(value, dict) else value:
            if isinstance(item, tuple):
                _check(item[0], depth)
                item = item[1]
            _check(item, depth + 1)


class Loader:
    """Loads documents of one type; a schema instance is kept per thread."""

    def __init__(self, resource: ResourceType) -> None:
        self.resource = resource
        self._kept = threading.local()
        relationships = resource.schema.relationships()
        self._to_one = {n: f"{n}_id" for n, r in relationships.items() if not r.many and r.linked}
        self._to_many = [name for name, relationship in relationships.items() if relationship.many]
        self._types = {name: relationship.type_ for name, relationship in relationships.items()}
        self._not_attributes = frozenset(dasherize(name) for name in relationships)

    def schema(self, *, partial: bool) -> JsonApiSchema:
        name = "partial" if partial else "full"
        schema: JsonApiSchema | None = getattr(self._kept, name, None)
        if schema is None:
            schema = self.resource.schema(partial=partial)
            setattr(self._kept, name, schema)
        return schema

    def load(self, document: Any, *, id_: str | None = None) -> dict[str, Any]:
        """Return the values of a document, snake_case, to-one keys as ``<name>_id``.

        ``id_`` is the URL's id when the document changes a resource: then absent
        members are left alone, and the document must name the same type and id.
        """
        data = self.envelope(document, id_)
        try:
            values = self.schema(partial=id_ is not None).load({"data": data})
        except IncorrectTypeError as ex:
            raise Conflict(str(ex.detail), pointer="/data/type") from ex
        except ValidationError as ex:
            raise InvalidDocument(self.faults(ex)) from ex
        except OverflowError as ex:
            raise Invalid("A value is out of range.", pointer="/data/attributes") from ex
        values.pop("id", None)
        for name, key in self._to_one.items():
            if name in values:
                values[key] = reference(values.pop(name), name)
        return values  # type: ignore[no-any-return]

    def envelope(self, document: Any, id_: str | None) -> dict[str, Any]:
        if not isinstance(document, dict) or not isinstance(document.get("data"), dict):
            raise Invalid("The document has no data object.", pointer="/data")
        data: dict[str, Any] = document["data"]
        name = self.resource.type_name
        given = data.get("type")
        if not isinstance(given, str):
            raise Invalid(f"data.type is missing; it is {name!r} here.", pointer="/data/type")
        if underscore(given) == underscore(name):
            data = {**data, "type": name}
        else:
            raise Conflict(
                f"This URL takes resources of type {name!r}, not {given[:100]!r}.",
                pointer="/data/type",
            )
        for member in ("attributes", "relationships"):
            if not isinstance(data.get(member, {}), dict):
                raise Invalid(f"data.{member} is an object.", pointer=f"/data/{member}")
        if id_ is None:
            if data.get("id") is not None:
                raise Forbidden("The server gives ids; leave data.id out.", pointer="/data/id")
        elif data.get("id") is None:
            raise Invalid("data.id is missing; it is the id in the URL.", pointer="/data/id")
        elif data["id"] != id_:
            raise Conflict("data.id is not the id in the URL.", pointer="/data/id")
        return {
            "type": name,
            **({} if id_ is None else {"id": id_}),
            "attributes": self.attributes(data.get("attributes", {})),
            "relationships": self.relationships(data.get("relationships", {})),
        }

    def attributes(self, members: dict[str, Any]) -> dict[str, Any]:
        """Return the members that can be attributes; a relationship's name is none here."""
        if self._not_attributes.isdisjoint(members):
            return members
        return {k: v for k, v in members.items() if k not in self._not_attributes}

    def relationships(self, members: dict[str, Any]) -> dict[str, Any]:
        """Return the to-one relationships that set something."""
        kept = {}
        for name in self._to_one if members else ():
            wire, member = _stated(members, name)
            if "data" in member:
                data = member["data"]
                if data is not None:
                    pointer = f"/data/relationships/{wire}/data"
                    _check_identifier(data, self._types[name], pointer)
                    data = {"type": data["type"], "id": data["id"]}
                kept[dasherize(name)] = {"data": data}
        return kept

    def members(self, document: Any) -> dict[str, list[int]]:
        """Return the ids that a document, once loaded, gives its to-many relationships."""
        given = document["data"].get("relationships", {})
        found = {}
        for name in self._to_many if given else ():
            wire, member = _stated(given, name)
            if "data" in member:
                at = f"/data/relationships/{wire}/data"
                found[name] = linkage(member, self._types[name], many=True, at=at)
        return found

    def faults(self, error: ValidationError) -> list[Invalid]:
        """Return what a schema refused, each with a pointer to its place."""
        messages = error.messages if isinstance(error.messages, dict) else {}
        faults = []
        for item in messages.get("errors", []):
            pointer = (item.get("source") or {}).get("pointer", "/data")
            # marshmallow-jsonapi takes a relationship with a dash in its name for an attribute.
            name = pointer.removeprefix("/data/attributes/")
            if name in self._not_attributes:
                pointer = f"/data/relationships/{name}/data"
            faults.append(Invalid(str(item.get("detail")), pointer=pointer))
        return faults or [Invalid("The document cannot be read.", pointer="/data")]


#: What a relationship object has at least one of (JSON:API 1.0 § Relationships).
_MEMBERS: Final = ("data", "links", "meta")
_NOTHING: Final[dict[str, Any]] = {"links": {}}


def _stated(members: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """Return how a document spells a relationship, and what it says of it: ``data``, or nothing.

    Links that clients send back as they were given say nothing.
    """
    wire = dasherize(name)
    if wire not in members:
        wire = name
    member = members.get(wire, _NOTHING)
    if not isinstance(member, dict) or member.keys().isdisjoint(_MEMBERS):
        raise Invalid(
            f"The relationship {wire!r} has no data member.",
            pointer=f"/data/relationships/{wire}",
        )
    return wire, member


def _check_identifier(item: Any, type_name: str, pointer: str) -> None:
    """Refuse what identifies no resource of a type (JSON:API 1.0 § Identifier Objects)."""
    if not (
        isinstance(item, dict)
        and isinstance(item.get("type"), str)
        and isinstance(item.get("id"), str)
    ):
        raise Invalid("A resource identifier has type and id, both strings.", pointer=pointer)
    if item["type"] != type_name:
        raise Conflict(
            f"This relationship takes {type_name!r}, not {item['type'][:100]!r}.",
            pointer=f"{pointer}/type",
        )


def reference(value: Any, name: str) -> int | None:
    """Return the id that a to-one relationship names; a malformed one names nothing."""
    if value is None:
        return None
    if (id_ := parse_id(str(value))) is None:
        raise missing_reference(name)
    return id_


def missing_reference(name: str) -> Missing:
    """Return the refusal of a document that names a resource there is none of."""
    wire = dasherize(name)
    return Missing(
        f"The {wire} that the document names does not exist.",
        pointer=f"/data/relationships/{wire}",
    )


def linkage(document: Any, type_name: str, *, many: bool, at: str = "/data") -> list[int]:
    """Return the ids of a relationship document (JSON:API 1.0 § Updating Relationships).

    A to-one that is cleared (``data: null``) is the empty list. ``at`` is where the
    linkage stands in the document.
    """
    if not isinstance(document, dict) or "data" not in document:
        raise Invalid("The document has no data member.", pointer=at)
    data = document["data"]
    if many != isinstance(data, list):
        kind = "an array of resource identifiers" if many else "a resource identifier or null"
        raise Invalid(f"data is {kind} here.", pointer=at)
    ids = []
    for position, item in enumerate(data if many else ([] if data is None else [data])):
        pointer = f"{at}/{position}" if many else at
        _check_identifier(item, type_name, pointer)
        if (id_ := parse_id(item["id"])) is None:
            raise Missing(f"There is no such {type_name}.", pointer=f"{pointer}/id")
        ids.append(id_)
    return ids
