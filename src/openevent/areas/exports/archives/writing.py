"""An event as an archive: read as the API reads it, on behalf of who asked for it.

The same event gives the same bytes: rows are in the order of their ids, members in that of
their schemas, and the archive tells no times.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from openevent.areas.events.resources import EVENTS
from openevent.areas.exports.archives.parts import (
    CLASSIFIED,
    EVENT_ATTRIBUTES,
    EVENT_FILE,
    MAX_ROWS,
    PARTS,
    REGISTRY,
    Part,
    Resource,
)
from openevent.areas.forms.rules import key_of
from openevent.errors import Conflict
from openevent.jsonapi.query import parse_query
from openevent.jsonapi.reader import Reader, Run
from openevent.jsonapi.schema import dasherize
from openevent.jsonapi.target import Root, Target
from openevent.work.principal import Principal

#: How many rows are read at a time.
PAGE: Final = 500
_READER: Final = Reader(REGISTRY, page_size_cap=MAX_ROWS)
#: The first moment that an archive can tell.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def pack(run: Run, principal: Principal, event_id: int) -> bytes:
    """Return an event and its parts as a ZIP archive of JSON files."""
    event, found = _event(run, principal, event_id), dict[str, list[Resource]]()
    for part in PARTS:
        if part.parent == "event":
            for of, rows in _rows(run, principal, event_id, part).items():
                found[of.type_name] = rows
        if sum(map(len, found.values())) > MAX_ROWS:
            raise Conflict(f"More than {MAX_ROWS} rows are too many for one archive.")
    for form in ("session", "speaker"):
        _forget_answers(found[form], found["custom-form"], form)
    files = {part.file: {"data": found[part.type_name]} for part in PARTS}
    return _zip({EVENT_FILE: event, **files})


def _forget_answers(rows: Iterable[Resource], fields: Iterable[Resource], form: str) -> None:
    """Leave out what was answered to questions that no form asks any more."""
    asked = {
        key_of(field["attributes"]["field-identifier"])
        for field in fields
        if field["attributes"]["form"] == form
    }
    for row in rows:
        answers = row["attributes"].get("complex-field-values") or {}
        kept = {name: value for name, value in answers.items() if key_of(name) in asked}
        row["attributes"]["complex-field-values"] = kept or None


def _zip(files: Mapping[str, Any]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, document in files.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every machine
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return packed.getvalue()


def _event(run: Run, principal: Principal, event_id: int) -> Resource:
    """Return the event, with the names of what it is classified by."""
    params = {
        "include": ",".join(CLASSIFIED),
        "fields[event]": ",".join((*EVENT_ATTRIBUTES, *CLASSIFIED)),
        **{f"fields[{dasherize(name)}]": "name" for name in CLASSIFIED},
    }
    query = parse_query(params, EVENTS, REGISTRY, is_list=False)
    target = Target(root=Root.ITEM, resource=EVENTS)
    document = orjson.loads(_READER.read(run, principal, target, query, key=event_id).body)
    return {
        "data": _portable(document["data"], CLASSIFIED),
        "included": [_portable(each, ()) for each in document["included"]],
    }


def _rows(run: Run, principal: Principal, event_id: int, part: Part) -> dict[Part, list[Resource]]:
    """Return the rows of a part, and of the parts below it."""
    below = {p.type_name: p for p in PARTS if p.parent == part.type_name}
    found: dict[Part, list[Resource]] = {of: [] for of in (part, *below.values())}
    is_list = EVENTS.schema.relationships()[part.relationship].many
    target = Target(
        root=Root.RELATED_MANY if is_list else Root.RELATED_ONE,
        resource=part.resource,
        parent=EVENTS,
        relationship=part.relationship,
    )
    for document in _pages(run, principal, event_id, part, target, below.values()):
        data = document["data"]
        rows = data if is_list else [data] if data else []
        found[part] += [_portable(row, (*part.to_one, *part.members)) for row in rows]
        for each in document.get("included", ()):
            if child := below.get(each["type"]):
                found[child].append(_portable(each, child.to_one))
    for rows in found.values():
        rows.sort(key=_number)
    return found


def _pages(
    run: Run,
    principal: Principal,
    event_id: int,
    part: Part,
    target: Target,
    below: Iterable[Part],
) -> Iterator[Any]:
    shown: dict[str, Iterable[str]] = {
        # Of what is only referred to, nothing but that.
        **{part.resource.schema.relationships()[name].type_: ("id",) for name in part.members},
        part.type_name: (*part.attributes, *part.to_one, *part.members),
        **{p.type_name: (*p.attributes, *p.to_one) for p in below},
    }
    params = {f"fields[{name}]": ",".join(names) for name, names in shown.items()}
    params["include"] = ",".join((*part.members, *(p.relationship for p in below)))
    after, more = 0, True
    while more:
        if target.is_list:
            conditions = [f'{{"name": "id", "op": "gt", "val": "{after}"}}', part.only]
            params |= {
                "sort": "id",
                "page[size]": str(PAGE),
                "filter": f"[{','.join(filter(None, conditions))}]",
            }
        query = parse_query(params, part.resource, REGISTRY, is_list=target.is_list)
        document = orjson.loads(_READER.read(run, principal, target, query, key=event_id).body)
        yield document
        more = target.is_list and document["meta"]["count"] > len(document["data"])
        after = _number(document["data"][-1]) if more else after


def _portable(resource: Mapping[str, Any], relationships: Iterable[str]) -> Resource:
    """Return a resource without what only this server knows: its links."""
    found = {
        "type": resource["type"],
        "id": resource["id"],
        "attributes": resource.get("attributes", {}),
    }
    given = {}
    for name in map(dasherize, relationships):
        data = resource["relationships"][name]["data"]
        given[name] = {"data": sorted(data, key=_number) if isinstance(data, list) else data}
    return {**found, "relationships": given} if given else found


def _number(resource: Mapping[str, Any]) -> int:
    return int(resource["id"])
