"""What a document is about: an item, a listing, or what is related to an item."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openevent.jsonapi.resource import Listing, ResourceType


class Root(StrEnum):
    """What a document is about."""

    ITEM = "item"
    #: An item, as the statement that writes it returns it.
    WRITTEN = "written"
    LISTING = "listing"
    RELATED_ONE = "related-one"
    RELATED_MANY = "related-many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The primary data of a document: where it comes from and of which type it is.

    ``parent`` and ``relationship`` say whose related resources these are; ``by_key``
    that the item (or the parent) is addressed by its alternate key; ``identifiers``
    that only resource identifiers are wanted (a relationship URL).
    """

    root: Root
    resource: ResourceType
    listing: Listing | None = None
    parent: ResourceType | None = None
    relationship: str = ""
    by_key: bool = False
    identifiers: bool = False

    @property
    def is_list(self) -> bool:
        """Whether the primary data is an array."""
        return self.root in (Root.LISTING, Root.RELATED_MANY)


@dataclass(frozen=True, slots=True)
class Address:
    """How a URL names a row: by id, or by the type's alternate key."""

    value: int | str
    by_key: bool = False
