"""The Falcon resources that every JSON:API type is served by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import falcon
from falcon import Request, Response

from openevent.db.base import Record
from openevent.db.engine import ReadPool, run_in
from openevent.db.writing import Returning, write_at_commit, write_pending
from openevent.errors import Conflict, Forbidden, Missing, Unauthenticated
from openevent.jsonapi.columns import is_false
from openevent.jsonapi.documents import linkage, parse_id, parse_json
from openevent.jsonapi.members import Choice, replace
from openevent.jsonapi.query import Query, parse_query
from openevent.jsonapi.reader import Reader
from openevent.jsonapi.resource import Listing, Registry, ResourceType
from openevent.jsonapi.rows import relation, reverse_key
from openevent.jsonapi.schema import ToMany, ToOne, dasherize
from openevent.jsonapi.target import Address, Root, Target
from openevent.jsonapi.writer import Precondition, Writer, required
from openevent.work.principal import Audience, Principal, Who
from openevent.work.unit import UnitOfWork

MEDIA_TYPE = "application/vnd.api+json"
DELETED = b'{"meta":{"message":"Object successfully deleted"},"jsonapi":{"version":"1.0"}}'

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Engine:
    """What endpoints share: the types, the reader, the writer and the database."""

    registry: Registry
    reader: Reader
    writer: Writer
    pool: ReadPool


class Endpoint:
    """Common to all: addressing, queries, conditional requests."""

    #: What the route speaks; RPC-style routes say ``application/json``.
    speaks = MEDIA_TYPE
    #: An ``Idempotency-Key`` makes a repeated write the same write.
    idempotent = True

    def __init__(self, engine: Engine, resource: ResourceType) -> None:
        self.engine, self.resource = engine, resource
        addressed = self.addressed()
        self.is_public = not is_false(
            addressed.policy.visible(Who(Audience.ANONYMOUS), addressed.model)
        )
        self._query = lru_cache(maxsize=512)(self._parse)

    def address(self, text: str) -> Address:
        """Return what a URL segment names: an id, or the type's alternate key."""
        resource = self.addressed()
        if (id_ := parse_id(text)) is not None:
            return Address(id_)
        if resource.key is None or not _KEY.fullmatch(text) or text.isdigit():
            raise Missing(f"There is no {resource.type_name} {text[:64]!r}.")
        return Address(text, by_key=True)

    def addressed(self) -> ResourceType:
        """The type that ``{id}`` in the route belongs to."""
        return self.resource

    def require_login(self, req: Request) -> None:
        """Tell an anonymous caller to log in where the type shows nothing without."""
        if not self.is_public and req.context.work.principal.is_anonymous:
            raise Unauthenticated("Log in to see this.")

    def query(self, req: Request, *, is_list: bool) -> Query:
        """Return the parsed query string; equal strings are parsed once."""
        if not req.query_string:
            return Query()
        if len(req.query_string) > 1024:
            return self._parse(req.query_string, is_list)
        return self._query(req.query_string, is_list)

    def _parse(self, query_string: str, is_list: bool) -> Query:
        params = falcon.uri.parse_query_string(query_string, keep_blank=True, csv=False)
        return parse_query(params, self.document_type(), self.engine.registry, is_list=is_list)

    def document_type(self) -> ResourceType:
        """The type of the primary data."""
        return self.resource

    def show(
        self,
        req: Request,
        resp: Response,
        target: Target,
        query: Query,
        key: int | str | None = None,
    ) -> None:
        """Answer a GET, or 304 when the client has this representation (RFC 9110 § 13.1.2)."""
        principal: Principal = req.context.work.principal
        document = self.engine.reader.read(
            self.engine.pool.run, principal, target, query, key=key, url=req.path, params=req.params
        )
        etag = document.etag
        resp.set_header("ETag", etag)
        resp.set_header(
            "Cache-Control", "no-cache" if principal.is_anonymous else "private, no-cache"
        )
        resp.set_header("Vary", "Accept, Authorization")
        wanted = req.get_header("If-None-Match")
        if wanted and (wanted.strip() == "*" or etag[1:-1] in _TAG.findall(wanted)):
            resp.status = falcon.HTTP_304
            resp.delete_header("Content-Type")
            return
        resp.data = document.body

    def answer(self, req: Request, resp: Response, row: Record) -> None:
        """Write a row, and answer with the resource as it is in the row's own transaction.

        The answer is there once the row is written, which may be with the commit.
        """
        work: UnitOfWork = req.context.work
        reader, principal = self.engine.reader, work.principal
        query = self.query(req, is_list=False)
        plan = reader.returning(principal, self.resource, query)

        def show(found: tuple[Any, ...] | None) -> None:
            url = f"{self.resource.path}/{row.id}"
            if plan is not None and found is not None:
                document = reader.document(plan, [found], query, url, req.params)
            else:
                target = Target(root=Root.ITEM, resource=self.resource)
                run = run_in(work.db)
                document = reader.read(
                    run, principal, target, query, key=row.id, url=url, params=req.params
                )
            resp.data = document.body
            resp.set_header("ETag", document.etag)
            if resp.status_code == 201:
                resp.set_header("Location", url)

        wanted = None if plan is None else Returning(plan.statement.sql, principal.parameters())
        if wanted is None or not write_at_commit(work.db, row, wanted, show):
            rows = write_pending(work.db, row, wanted)
            show(rows[0] if rows else None)


def precondition(req: Request) -> Precondition:
    """Return the test that ``If-Match`` puts on a version (RFC 9110 § 13.1.1)."""
    header = req.get_header("If-Match")
    if header is None or header.strip() == "*":
        return lambda _: True
    versions = {tag.partition("-")[0] for tag in _TAG.findall(header)}
    return lambda version: str(version) in versions


def body_of(req: Request) -> Any:
    """Return the JSON:API document of a request."""
    return parse_json(req.context.read_body())


class Collection(Endpoint):
    """GET and POST /v1/things."""

    def __init__(self, engine: Engine, resource: ResourceType, path: str) -> None:
        super().__init__(engine, resource)
        self.listing = next((x for x in resource.listings if x.path == path), None)
        if self.listing:
            self.target = Target(root=Root.LISTING, resource=resource, listing=self.listing)
            self.on_get = self._get
        if resource.create and path == resource.path:
            self.on_post = self._post

    def _get(self, req: Request, resp: Response) -> None:
        assert self.listing is not None  # noqa: S101  # bound only with it
        admit(req.context.work.principal, self.listing)
        self.show(req, resp, self.target, self.query(req, is_list=True))

    def _post(self, req: Request, resp: Response) -> None:
        row = self.engine.writer.create(req.context.work, self.resource, body_of(req))
        resp.status = falcon.HTTP_201
        self.answer(req, resp, row)


def admit(principal: Principal, listing: Listing) -> None:
    """Refuse a list to those it is not for."""
    if listing.audience is Audience.ANONYMOUS:
        return
    if principal.is_anonymous:
        raise Unauthenticated("Log in to see this list.")
    if listing.audience is Audience.STAFF and not principal.is_staff:
        raise Forbidden("This list is for admins.")


class Item(Endpoint):
    """GET, PATCH and DELETE /v1/things/{id}."""

    def __init__(self, engine: Engine, resource: ResourceType) -> None:
        super().__init__(engine, resource)
        if resource.update:
            self.on_patch = self._patch
        if resource.delete:
            self.on_delete = self._delete

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.require_login(req)
        address = self.address(id)
        target = Target(root=Root.ITEM, resource=self.resource, by_key=address.by_key)
        self.show(req, resp, target, self.query(req, is_list=False), address.value)

    def _patch(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        row = self.engine.writer.update(
            req.context.work, self.resource, self.address(id), body_of(req), precondition(req)
        )
        self.answer(req, resp, row)

    def _delete(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.engine.writer.delete(
            req.context.work, self.resource, self.address(id), precondition(req)
        )
        resp.data = DELETED


class Related(Endpoint):
    """GET /v1/things/{id}/others."""

    def __init__(self, engine: Engine, parent: ResourceType, name: str) -> None:
        self.parent, self.name = parent, name
        self.relationship = parent.schema.relationships()[name]
        super().__init__(engine, engine.registry[self.relationship.type_])

    def addressed(self) -> ResourceType:
        return self.parent

    def target(self, address: Address, *, identifiers: bool = False) -> Target:
        many = isinstance(self.relationship, ToMany)
        return Target(
            root=Root.RELATED_MANY if many else Root.RELATED_ONE,
            resource=self.resource,
            parent=self.parent,
            relationship=self.name,
            by_key=address.by_key,
            identifiers=identifiers,
        )

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.require_login(req)
        address = self.address(id)
        target = self.target(address)
        self.show(req, resp, target, self.query(req, is_list=target.is_list), address.value)


class Nested(Related):
    """GET and POST /v1/things/{id}/others: another one is of the thing that the URL names."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        document = body_of(req)
        owner = {"type": self.parent.type_name, "id": str(self.address(id).value)}
        key = reverse_key(relation(self.parent, self.name))
        _give_owner(document, dasherize(str(key).removesuffix("_id")), {"data": owner})
        row = self.engine.writer.create(req.context.work, self.resource, document)
        resp.status = falcon.HTTP_201
        self.answer(req, resp, row)


def _give_owner(document: Any, name: str, owner: dict[str, Any]) -> None:
    """Add a relationship to a document that has none of that name; refuse another one."""
    try:
        named = document["data"].setdefault("relationships", {}).setdefault(name, owner)
    except (TypeError, KeyError, AttributeError):
        return  # no document: the writer says what is wrong with it
    if named != owner:
        raise Conflict(
            "The document says that it belongs to something else than the URL does.",
            pointer=f"/data/relationships/{name}",
        )


class Relationship(Related):
    """GET, and where the relationship is writable PATCH, POST and DELETE, of its linkage.

    A to-one is written through its owner's update operation, a to-many through the
    update operation of each resource that joins or leaves, so that no rule is bypassed
    (JSON:API 1.0 § Updating Relationships).
    """

    def __init__(self, engine: Engine, parent: ResourceType, name: str) -> None:
        super().__init__(engine, parent, name)
        if not self.relationship.writable:
            return
        if isinstance(self.relationship, ToOne):
            if parent.update and self.relationship.linked:
                self.on_patch = self._patch_one
            return
        self.members = engine.writer.members[parent.type_name, name]
        if self.members.are_writable:
            self.on_patch = self._patch_many
            self.on_post = self._post_many
            self.on_delete = self._delete_many

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.require_login(req)
        address = self.address(id)
        target = self.target(address, identifiers=True)
        self.show(req, resp, target, self.query(req, is_list=target.is_list), address.value)

    def _patch_one(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        writer = self.engine.writer
        row = writer.find(work, self.parent, self.address(id), "change", precondition(req))
        ids = linkage(body_of(req), self.relationship.type_, many=False)
        if not ids:
            required(self.parent, self.name)
        writer.apply(work, self.parent, row, {f"{self.name}_id": ids[0] if ids else None})
        self.linkage_now(req, resp, row.id)

    def _post_many(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.change_members(req, resp, id, lambda named, present: (set(), named - present))

    def _delete_many(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.change_members(req, resp, id, lambda named, present: (named & present, set()))

    def _patch_many(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.change_members(req, resp, id, replace)

    def change_members(self, req: Request, resp: Response, id_: str, choose: Choice) -> None:
        """Let members leave and join; ``choose`` says which of the named and the present."""
        work: UnitOfWork = req.context.work
        owner = self.engine.writer.find(
            work, self.parent, self.address(id_), "change", precondition(req)
        )
        named = linkage(body_of(req), self.relationship.type_, many=True)
        self.members.change(work, owner, named, choose)
        self.linkage_now(req, resp, owner.id)

    def linkage_now(self, req: Request, resp: Response, id_: int) -> None:
        """Answer with the linkage as it is now, read inside the same transaction."""
        work: UnitOfWork = req.context.work
        target = self.target(Address(id_), identifiers=True)
        document = self.engine.reader.read(
            run_in(work.db), work.principal, target, Query(), key=id_, url=req.path
        )
        resp.data = document.body


def routes(engine: Engine) -> Iterator[tuple[str, Endpoint]]:
    """Yield the path and the Falcon resource of every route of every type."""
    for resource in engine.registry:
        paths = dict.fromkeys(listing.path for listing in resource.listings)
        if resource.create:
            paths[resource.path] = None
        for path in paths:
            yield path, Collection(engine, resource, path)
        yield f"{resource.path}/{{id}}", Item(engine, resource)
        for name, relationship in resource.schema.relationships().items():
            if relationship.type_ in engine.registry:
                base = f"{resource.path}/{{id}}"
                creates = isinstance(relationship, ToMany) and relationship.creates
                kind = Nested if creates else Related
                yield f"{base}/{relationship.segment_of(name)}", kind(engine, resource, name)
                yield (
                    f"{base}/relationships/{dasherize(name)}",
                    Relationship(engine, resource, name),
                )
