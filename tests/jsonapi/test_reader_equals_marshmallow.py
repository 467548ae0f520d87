"""The compiled reader writes what marshmallow-jsonapi would write of the same rows."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import aliased

from openevent.areas.identity.world import PRINCIPALS
from openevent.jsonapi.query import MAX_INCLUDES
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import dasherize, underscore
from openevent.work.principal import ANONYMOUS, Principal, Who
from tests.conftest import Client
from tests.jsonapi.catalogue import LINKS, REGISTRY, TYPES, Link, private, readable, told
from tests.jsonapi.differences import difference

#: Who sees what is public, who more of some rows than of others, and who everything.
PEOPLE = {
    None: ANONYMOUS,
    "organizer": Principal(id=PRINCIPALS["organizer"], is_verified=True),
    "owner": Principal(id=PRINCIPALS["owner"], is_verified=True),
    "admin": Principal(id=PRINCIPALS["admin"], is_verified=True, is_admin=True),
}
#: Types that are related to others.
OWNERS = tuple(REGISTRY[name] for name in dict.fromkeys(x.owner.type_name for x in LINKS))


class Row(SimpleNamespace):
    """A row as it was read. Rows name each other, so one must not print all."""

    def __repr__(self) -> str:
        return f"<row {self.id}>"


Rows = dict[str, dict[int, Row]]


@lru_cache(maxsize=8)
def _seen(engine: Engine, name: str | None) -> Rows:
    """Return what a principal may see: type -> id -> row, read by the tables' own columns.

    Only the policy's expressions are shared with the reader. A row carries the computed
    attributes, the names of the audiences that the principal is in, and related rows.
    """
    principal = PEOPLE[name]
    who = Who(principal.audience)
    seen: Rows = {}
    with engine.connect() as connection:
        for resource in TYPES:
            row = aliased(resource.model)
            names = [attribute.key for attribute in resource.model.__mapper__.column_attrs]
            columns: dict[str, Any] = {n: getattr(row, n) for n in names}
            columns |= {key: make(row) for key, make in resource.computed.items()}
            audiences = dict(resource.policy.audiences(who, row))
            statement = select(
                *(expression.label(f"c{i}") for i, expression in enumerate(columns.values())),
                *(expression.label(f"a{i}") for i, expression in enumerate(audiences.values())),
            ).where(resource.policy.visible(who, row))
            if hasattr(resource.model, "deleted_at"):
                statement = statement.where(row.deleted_at.is_(None))
            seen[resource.type_name] = {}
            for values in connection.execute(statement, principal.parameters()):
                found = dict(zip(columns, values, strict=False))
                held = {
                    audience
                    for audience, holds in zip(audiences, values[len(columns) :], strict=True)
                    if holds
                }
                seen[resource.type_name][found["id"]] = Row(**found, audiences=held)
        for link in LINKS:
            _relate(connection, link, seen, principal)
    return seen


def _relate(connection: Any, link: Link, seen: Rows, principal: Principal) -> None:
    other = aliased(link.target.model)
    pairs = connection.execute(
        select(link.owner.model.id, other.id).join(
            getattr(link.owner.model, link.name).of_type(other)
        ),
        principal.parameters(),  # what is the reader's own depends on who reads
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for owner_id, other_id in pairs:
        if other_id in seen[link.target.type_name]:
            found[owner_id].append(seen[link.target.type_name][other_id])
    for id_, row in seen[link.owner.type_name].items():
        related = sorted(found[id_], key=lambda item: item.id)
        setattr(row, link.name, related if link.field.many else (related or [None])[0])


def _dumped(row: Row, resource: ResourceType, **options: Any) -> dict[str, Any]:
    """Return marshmallow-jsonapi's document of a row, without what the principal may not read."""
    document: dict[str, Any] = resource.schema(**options).dump(row)
    return document


def _strip(item: dict[str, Any], seen: Rows, *, asked: bool = False) -> dict[str, Any]:
    """Return a resource object without what the principal may not read, or did not ask for."""
    resource = REGISTRY[item["type"]]
    audiences = seen[item["type"]][int(item["id"])].audiences
    guarded = private(resource)
    names = readable(resource) if asked else told(resource)
    may = {n for n in names if guarded.get(n) is None or guarded[n] in audiences}
    kept = {name: value for name, value in item.get("attributes", {}).items() if name in may}
    return {**item, "attributes": kept} if "attributes" in item else item


#: Types of one row in all.
SINGLETONS = {"event-image-size", "speaker-image-size", "setting"}


def _in_order(item: dict[str, Any]) -> dict[str, Any]:
    """Return a resource object whose to-many linkage is in the order of ids."""
    for relationship in item.get("relationships", {}).values():
        if isinstance(relationship.get("data"), list):
            relationship["data"].sort(key=lambda identifier: int(identifier["id"]))
    return item


@pytest.mark.parametrize("name", [None, "organizer", "admin"])
@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_full_resource_equals_marshmallows_dump(
    client: Client, engine: Engine, resource: ResourceType, name: str | None
) -> None:
    seen = _seen(engine, name)
    for id_, row in seen[resource.type_name].items():
        answer = client.get(f"{resource.path}/{id_}", as_=name)
        expected = _strip(_dumped(row, resource)["data"], seen)
        assert difference(answer.json["data"], expected) is None
        assert list(answer.json["data"]) == list(expected), "members in marshmallow's order"


@pytest.mark.parametrize("name", [None, "organizer"])
@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_sparse_resource_equals_marshmallows_dump(
    client: Client, engine: Engine, resource: ResourceType, name: str | None
) -> None:
    seen = _seen(engine, name)
    schema = resource.schema
    names = (*schema.relationships(), *map(underscore, readable(resource)))
    fields = [dasherize(n) for n in names][::3]
    only = ("id", *(n.replace("-", "_") for n in fields))
    for id_, row in seen[resource.type_name].items():
        path = f"{resource.path}/{id_}?fields[{resource.type_name}]={','.join(fields)}"
        answer = client.get(path, as_=name)
        found, expected = (
            answer.json["data"],
            _strip(_dumped(row, resource, only=only)["data"], seen, asked=True),
        )
        # Where the reader may see none of them, there is no member for them.
        both = {"attributes": {}}
        assert difference(both | found, both | expected) is None


@pytest.mark.parametrize("name", [None, "owner"])
@pytest.mark.parametrize("owner", OWNERS, ids=lambda r: r.type_name)
def test_compound_document_equals_marshmallows_dump(
    client: Client, engine: Engine, owner: ResourceType, name: str | None
) -> None:
    seen = _seen(engine, name)
    links = [link for link in LINKS if link.owner is owner]
    for start in range(0, len(links), MAX_INCLUDES):
        compare_compound(client, owner, links[start : start + MAX_INCLUDES], seen, name)


def compare_compound(
    client: Client, owner: ResourceType, links: list[Link], seen: Rows, name: str | None
) -> None:
    include = ",".join(link.wire for link in links)
    for id_, row in seen[owner.type_name].items():
        answer = client.get(f"{owner.path}/{id_}?include={include}", as_=name)
        expected = _dumped(row, owner, include_data=tuple(link.name for link in links))
        for link in links:
            key = getattr(row, f"{link.name}_id", None)
            if not link.field.many and getattr(row, link.name) is None and key is not None:
                # Linkage says what the row says, also of what the reader may not see.
                linkage = {"type": link.target.type_name, "id": str(key)}
                expected["data"]["relationships"][link.wire]["data"] = linkage
        data = _in_order(_strip(expected["data"], seen))
        assert difference(_in_order(answer.json["data"]), data) is None
        included = {(i["type"], i["id"]): i for i in answer.json["included"]}
        wanted = {(i["type"], i["id"]): _strip(i, seen) for i in expected.get("included", ())}
        assert difference(included, wanted) is None


@pytest.mark.parametrize("name", [None, "owner", "admin"])
def test_include_of_includes_equals_marshmallows_dump(
    client: Client, engine: Engine, name: str | None
) -> None:
    seen = _seen(engine, name)
    event = REGISTRY["event"]
    paths = ("faqs.faq-type", "roles.user", "roles.role", "event-topic.event-sub-topics")
    for id_, row in seen["event"].items():
        answer = client.get(f"/v1/events/{id_}?include={','.join(paths)}", as_=name)
        expected = _dumped(row, event, include_data=tuple(p.replace("-", "_") for p in paths))
        data = _in_order(_strip(expected["data"], seen))
        assert difference(_in_order(answer.json["data"]), data) is None
        included = {(i["type"], i["id"]): _in_order(i) for i in answer.json["included"]}
        wanted = {(i["type"], i["id"]): _in_order(_strip(i, seen)) for i in expected["included"]}
        assert difference(included, wanted) is None


def test_rows_of_every_type_are_compared(engine: Engine) -> None:
    """Staff sees whatever is not deleted, so that no type is compared on nothing."""
    for resource in TYPES:
        least = 1 if resource.type_name in SINGLETONS else 2
        assert len(_seen(engine, "admin")[resource.type_name]) >= least, resource.type_name
