"""What a resource type looks like on the wire: marshmallow-jsonapi, with dasherised names.

A schema is the one declaration of attributes, relationships and their formats. The
reader compiles its serializers from it; documents that clients write are loaded by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE
from marshmallow.fields import Field
from marshmallow_jsonapi import Schema, fields
from marshmallow_jsonapi.fields import BaseRelationship


def dasherize(name: str) -> str:
    """Return the wire spelling of a Python name."""
    return name.replace("_", "-")


def underscore(name: str) -> str:
    """Return the Python spelling of a wire name."""
    return name.replace("-", "_")


def access(
    *, read: str | None = None, write: str | None = None, when_asked: bool = False
) -> dict[str, str]:
    """Return field metadata that narrows who may read or write one attribute, and when it is told.

    ``read`` names an audience of the type's policy (``Policy.audiences``): to everybody
    else the attribute does not exist. ``write`` is ``staff`` or ``super-admin``: a
    document of anybody else may repeat the present value but not change it. What costs
    more than a row is told ``when_asked`` for by name, in ``fields[...]``: without it a
    server may send a subset (JSON:API 1.0 § Sparse Fieldsets).
    """
    said = (("read", read), ("write", write), ("told", "when asked" if when_asked else None))
    return {k: v for k, v in said if v is not None}


def told_when_asked(field: Field) -> bool:
    """Whether an attribute is only in documents whose fieldset names it."""
    return "told" in field.metadata


class JsonApiSchema(Schema):
    """Base schema. Subclasses declare attributes, relationships and ``Meta``.

    ``Meta.type_`` is the JSON:API type, ``Meta.path`` the route of its items.
    """

    id = fields.Str(dump_only=True)

    class Meta:
        unknown = EXCLUDE
        inflect = dasherize
        type_ = "abstract"
        path = ""

    @classmethod
    def attributes(cls) -> dict[str, Field]:
        """Return the attribute fields by Python name, in declaration order, without ``id``."""
        return {
            name: field
            for name, field in cls._declared_fields.items()
            if name != "id" and not isinstance(field, BaseRelationship)
        }

    @classmethod
    def relationships(cls) -> dict[str, ToOne | ToMany]:
        """Return the relationship fields by Python name, in declaration order."""
        return {n: f for n, f in cls._declared_fields.items() if isinstance(f, ToOne | ToMany)}

    def get_resource_links(self, item: Mapping[str, Any]) -> dict[str, str]:
        """Return the links of one resource object (JSON:API 1.0 § Resource Links)."""
        return {"self": f"{self.Meta.path}/{item['id']}"}


def _schema_name(type_name: str) -> str:
    words = type_name.replace("_", "-").split("-")
    return "".join(word.capitalize() for word in words) + "Schema"


class _Relationship(fields.Relationship):
    """A relationship whose URLs follow from its name.

    ``related`` is the last segment of the related URL where published clients know it
    by another word than the relationship's name (``roles`` at ``/users-events-roles``).
    """

    def __init__(
        self, type_: str, *, related: str | None = None, writable: bool = True, **options: Any
    ) -> None:
        super().__init__(type_=type_, schema=_schema_name(type_), **options)
        self.related_segment = related
        self.writable = writable

    def segment_of(self, name: str) -> str:
        """Return the last segment of the related URL of the relationship called ``name``."""
        return self.related_segment or dasherize(name)

    def get_self_url(self, obj: Any) -> str:
        return f"{self.parent.Meta.path}/{obj.id}/relationships/{dasherize(self.name)}"

    def get_related_url(self, obj: Any) -> str:
        return f"{self.parent.Meta.path}/{obj.id}/{self.segment_of(self.name)}"


class ToMany(_Relationship):
    """Links only, unless included: a list page never loads another table by accident.

    ``creates`` lets ``POST`` to the related URL make another member.
    """

    def __init__(
        self, type_: str, *, writable: bool = False, creates: bool = False, **options: Any
    ) -> None:
        super().__init__(type_, many=True, writable=writable, **options)
        self.creates = creates


class ToOne(_Relationship):
    """Links and, where the row has the key ``<name>_id``, linkage, which costs no query.

    ``linked=False`` is for a to-one that another table decides (an event's owner).
    """

    def __init__(self, type_: str, *, linked: bool = True, **options: Any) -> None:
        super().__init__(type_, **options)
        self.linked = linked

    def _serialize(self, value: Any, attr: str | None, obj: Any) -> Any:
        document = super()._serialize(value, attr, obj)
        if self.linked and not self.include_data:
            id_ = getattr(obj, f"{attr}_id")
            document["data"] = None if id_ is None else {"type": self.type_, "id": str(id_)}
        return document


class UTCDateTime(fields.AwareDateTime):
    """ISO 8601 with an offset on the way in, UTC with ``Z`` on the way out (RFC 3339)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kw: Any) -> Any:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kw: Any) -> datetime:
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kw)
            return moment.astimezone(UTC)
        except OverflowError as ex:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from ex
