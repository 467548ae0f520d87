"""Reads documents: rows in, bytes out, nothing built twice.

A plan (statement and renderers) is compiled once per target, query shape and audience
and kept; a request only binds values. Neither ORM objects nor marshmallow take part.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import xxhash

from openevent.errors import BadRequest, Missing
from openevent.jsonapi.columns import Binder
from openevent.jsonapi.query import Query
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import ToOne
from openevent.jsonapi.select import StatementBuilder
from openevent.jsonapi.serialize import Render, compile_renderer, identifier
from openevent.jsonapi.target import Root, Target
from openevent.jsonapi.union import HEAD, Branch, Statement
from openevent.work.principal import Principal, Who

#: Runs SQL text with parameters and returns all rows as tuples.
Run = Callable[[str, Mapping[str, Any]], Sequence[tuple[Any, ...]]]

JSONAPI = orjson.Fragment(b'{"version":"1.0"}')
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
_PLANS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered document and its entity tag (RFC 9110 § 8.8.3).

    ``version`` is the primary resource's, for ``If-Match``; 0 for a list.
    """

    body: bytes
    version: int = 0

    @property
    def etag(self) -> str:
        """``"<version>-<digest>"``: changes with whatever the reader would see change."""
        return f'"{self.version}-{xxhash.xxh3_128_hexdigest(self.body)}"'


class Reader:
    """Answers every GET of a JSON:API type."""

    def __init__(self, registry: Registry, *, page_size_cap: int) -> None:
        self.registry, self.cap = registry, page_size_cap
        self._plans: OrderedDict[Any, Plan] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self,
        run: Run,
        principal: Principal,
        target: Target,
        query: Query,
        *,
        key: int | str | None = None,
        url: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> Document:
        """Return the document; raise :class:`Missing` where there is none to see.

        ``url`` and ``params`` (the path and query as sent) are what the links of the
        document are made of.
        """
        plan = self.plan(principal, target, query)
        size = self.page_size(query)
        values = {
            **principal.parameters(),
            **Binder.parameters(v for c in query.filters for v in c.values()),
            "key": key,
            "page_size": size,
            "page_offset": (query.number - 1) * size,
        }
        return self.document(plan, run(plan.statement.sql, values), query, url, params or {})

    def document(
        self,
        plan: Plan,
        rows: Sequence[tuple[Any, ...]],
        query: Query,
        url: str,
        params: Mapping[str, Any],
    ) -> Document:
        """Return the document that the rows of a plan's statement are."""
        return plan.document(rows, _Links(url, params, self.page_size(query), query), self.cap)

    def returning(self, principal: Principal, resource: ResourceType, query: Query) -> Plan | None:
        """Return the plan by which the statement that writes a row returns its document.

        There is none where other rows take part in it; then it is read as any other.
        """
        if query.include:
            return None
        plan = self.plan(principal, Target(root=Root.WRITTEN, resource=resource), query)
        return plan if plan.statement.sql else None

    def page_size(self, query: Query) -> int:
        """Return how many rows a page of this query has at most."""
        return self.cap if query.size is None else min(query.size, self.cap)

    def plan(self, principal: Principal, target: Target, query: Query) -> Plan:
        """Return the compiled plan of a target, a query shape and an audience."""
        shape = (
            target.root,
            target.resource.type_name,
            target.listing and target.listing.path,
            target.parent and target.parent.type_name,
            target.relationship,
            target.by_key,
            target.identifiers,
            principal.audience,
            query.include,
            query.fields,
            query.sort,
            tuple(c.shape for c in query.filters),
            query.trashed,
        )
        with self._lock:
            if (plan := self._plans.get(shape)) is not None:
                self._plans.move_to_end(shape)
                return plan
        who = Who(principal.audience)
        builder = StatementBuilder(self.registry, who, target, query, include_cap=self.cap)
        statement = builder.returning() if target.root is Root.WRITTEN else builder.build()
        plan = Plan(statement, target, query)
        with self._lock:
            self._plans[shape] = plan
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        return plan


class Plan:
    """A statement with the functions that render its rows."""

    def __init__(self, statement: Statement, target: Target, query: Query) -> None:
        self.statement, self.target = statement, target
        self.rows_of = {b.kind: b for b in statement.branches if not b.relationship}
        self.pairs_of = {b.kind: b for b in statement.branches if b.relationship}
        self.expanded: dict[str, set[str]] = defaultdict(set)
        for branch in statement.branches:
            if branch.relationship:
                owner = self.rows_of[branch.parent].resource.type_name
                self.expanded[owner].add(branch.relationship)
        self.renderers: dict[int, Render] = {}
        for kind, branch in self.rows_of.items():
            name = branch.resource.type_name
            if not (target.identifiers and branch.path == ()):
                self.renderers[kind] = compile_renderer(
                    branch, frozenset(self.expanded.get(name, ())), query.fields_of(name)
                )
        self.is_compound = len(statement.branches) > 1 or bool(query.include)

    def document(self, rows: Sequence[tuple[Any, ...]], links: _Links, cap: int) -> Document:
        """Return the document that the statement's rows are."""
        statement, target = self.statement, self.target
        total = 0
        if statement.has_head:
            if not rows or rows[0][0] != HEAD:
                raise Missing("There is no such resource.")
            total, rows = rows[0][1], rows[1:]
        elif not rows:
            raise Missing("There is no such resource.")
        if not self.is_compound:
            primary, included = self.plain(rows), None
            first = rows
        else:
            primary, included = self.compound(rows, cap)
            first = [row for row in rows if row[0] == 1]
        document: dict[str, Any] = {}
        version = 0
        if target.is_list:
            document["data"] = primary
        else:
            document["data"] = primary[0] if primary else None
            position = self.rows_of[1].positions.get("version")
            version = first[0][position] if first and position is not None else 0
        if included is not None:
            document["included"] = included
        if target.is_list:
            document["links"] = links.of_list(total)
            document["meta"] = {"count": total}
        else:
            document["links"] = links.of_item()
        document["jsonapi"] = JSONAPI
        return Document(orjson.dumps(document, option=_OPTIONS), version)

    def plain(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return primary data that stands alone."""
        if self.target.identifiers:
            position = self.rows_of[1].positions["id"]
            name = self.target.resource.type_name
            return [{"type": name, "id": str(row[position])} for row in rows]
        render = self.renderers[1]
        return [render(row, {}) for row in rows]

    def compound(self, rows: Sequence[tuple[Any, ...]], cap: int) -> tuple[list[Any], list[Any]]:
        """Return primary data and what it includes, each resource once."""
        by_kind: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            by_kind[row[0]].append(row)
        linkage = self.linkage(by_kind)
        primary: list[Any] = []
        included: list[Any] = []
        seen: set[tuple[str, int]] = set()
        for kind, branch in self.rows_of.items():
            if branch.path and len(by_kind[kind]) > cap:
                raise BadRequest(
                    f"This document would include more than {cap} resources; ask for a smaller "
                    "page or fewer relationships.",
                    parameter="include",
                )
            name, position = branch.resource.type_name, branch.positions["id"]
            known = linkage.get(name, {})
            for row in by_kind[kind]:
                if (name, row[position]) in seen:
                    continue
                seen.add((name, row[position]))
                if kind == 1 and self.target.identifiers:
                    primary.append({"type": name, "id": str(row[position])})
                else:
                    (included if branch.path else primary).append(self.renderers[kind](row, known))
        return primary, included

    def linkage(
        self, by_kind: Mapping[int, list[tuple[Any, ...]]]
    ) -> dict[str, dict[str, dict[int, str]]]:
        """Return type -> relationship -> id -> the ``data`` member as JSON text."""
        found: dict[str, dict[str, dict[int, str]]] = {
            name: {relationship: {} for relationship in relationships}
            for name, relationships in self.expanded.items()
        }
        for kind, branch in self.pairs_of.items():
            owner, rows = self.rows_of[branch.parent], self.rows_of[kind - 1]
            order = [row[rows.positions["id"]] for row in by_kind[kind - 1]]
            rank = {id_: place for place, id_ in enumerate(order)}
            children: dict[int, list[int]] = {
                row[owner.positions["id"]]: [] for row in by_kind[branch.parent]
            }
            parent_at, child_at = branch.positions["parent"], branch.positions["id"]
            for row in by_kind[kind]:
                if row[parent_at] in children and row[child_at] in rank:
                    children[row[parent_at]].append(row[child_at])
            texts = found[owner.resource.type_name][branch.relationship]
            is_one = isinstance(owner.resource.schema.relationships()[branch.relationship], ToOne)
            for id_, ids in children.items():
                ids.sort(key=rank.__getitem__)
                texts[id_] = _linkage_text(branch, ids, is_one=is_one)
        return found


def _linkage_text(branch: Branch, ids: list[int], *, is_one: bool) -> str:
    name = branch.resource.type_name
    if is_one:
        return f',"data":{identifier(name, ids[0]) if ids else "null"}'
    return f',"data":[{",".join(identifier(name, id_) for id_ in ids)}]'


class _Links:
    """The links of a document (JSON:API 1.0 § Document Links, § Pagination)."""

    __slots__ = ("base", "given", "query", "size")

    def __init__(self, url: str, params: Mapping[str, Any], size: int, query: Query) -> None:
        self.size, self.query = size, query
        self.given = params.get("page[number]")
        rest = tuple(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in params.items()
            if name != "page[number]"
        )
        self.base = f"{url}?{_encoded(rest)}" if rest else url

    def of_item(self) -> dict[str, Any]:
        return {"self": self.at(self.given)}

    def of_list(self, total: int) -> dict[str, Any]:
        if self.size == 0:
            return self.of_item()
        number, last = self.query.number, max(-(-total // self.size), 1)
        return {
            "self": self.at(self.given),
            "first": self.base,
            "last": self.page(last),
            "prev": self.page(min(number - 1, last)) if number > 1 else None,
            "next": self.page(number + 1) if number < last else None,
        }

    def page(self, number: int) -> str:
        return self.at(number if number > 1 else None)

    def at(self, number: int | str | None) -> str:
        if number is None:
            return self.base
        return f"{self.base}{'&' if '?' in self.base else '?'}page[number]={number}"


@lru_cache(maxsize=512)
def _encoded(params: tuple[tuple[str, Any], ...]) -> str:
    """Return parameters as a query string; clients ask with the same ones again and again."""
    return urlencode(params, doseq=True, quote_via=quote, safe="[],.")
