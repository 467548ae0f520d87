"""Attributes that name a picture: what clients set, and what is derived from it.

A type declares them (``ResourceType.pictures``); the writer has each new URL accepted,
takes away what was derived from the one before, and records ``PictureChanged``. That
event carries the declaration, so that one job serves the pictures of every table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy import inspect

from openevent.db.base import Record
from openevent.db.writing import write_pending
from openevent.jsonapi.schema import dasherize
from openevent.work.unit import DomainEvent, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An attribute in which clients name a picture.

    ``kind`` says whose sizes are made (``event`` or ``speaker``), ``variants`` which
    attribute shows which size, ``placeholder`` which one has the BlurHash.
    """

    attribute: str
    kind: str
    variants: Mapping[str, str] = field(default_factory=dict)
    placeholder: str | None = None

    @property
    def derived(self) -> tuple[str, ...]:
        """The attributes that follow from the picture."""
        names = [*self.variants.values(), *filter(None, [self.placeholder])]
        return tuple(name for name in names if name != self.attribute)


#: The attributes that show a portrait.
PORTRAIT: Final = {
    "thumbnail": "thumbnail_image_url",
    "small": "small_image_url",
    "icon": "icon_image_url",
}
#: A logo, which is kept no larger than it is shown.
LOGO: Final = Picture(attribute="logo_url", kind="event", variants={"logo": "logo_url"})
#: A wide picture, which is also shown small.
BANNER: Final = Picture(
    attribute="banner_url", kind="event", variants={"thumbnail": "thumbnail_image_url"}
)


@dataclass(frozen=True, slots=True)
class PictureChanged(DomainEvent):
    """A row names another picture, of which the sizes are to be made."""

    table: str
    row_id: int
    attribute: str
    url: str
    kind: str
    variants: Mapping[str, str]
    placeholder: str | None


class PictureURLs(Protocol):
    """Decides about URLs of pictures that clients send."""

    def accept(self, work: UnitOfWork, url: str, *, pointer: str) -> str:
        """Return the URL as it is kept, or refuse it."""


def accept_pictures(
    work: UnitOfWork, pictures: Iterable[Picture], values: dict[str, Any]
) -> dict[str, Any]:
    """Return the values with each picture's URL as it is kept."""
    accepted = dict(values)
    for picture in pictures:
        if url := values.get(picture.attribute):
            pointer = f"/data/attributes/{dasherize(picture.attribute)}"
            # The interface is a protocol: that is what its implementations are found by.
            urls: PictureURLs = work.ports[PictureURLs]
            accepted[picture.attribute] = urls.accept(work, url, pointer=pointer)
    return accepted


def forget_variants(pictures: Iterable[Picture], row: Record, changes: Mapping[str, Any]) -> None:
    """Clear what was derived from a picture that is another one now."""
    for picture in pictures:
        if picture.attribute in changes:
            for name in picture.derived:
                if name not in changes:
                    setattr(row, name, None)


def tell_pictures(
    work: UnitOfWork, pictures: Iterable[Picture], row: Record, changes: Mapping[str, Any]
) -> None:
    """Record that a row names another picture."""
    for picture in pictures:
        if url := changes.get(picture.attribute):
            if inspect(row).pending:
                write_pending(work.db, row)  # the domain event needs the id
            work.record(
                PictureChanged(
                    table=row.__tablename__,
                    row_id=row.id,
                    attribute=picture.attribute,
                    url=url,
                    kind=picture.kind,
                    variants=dict(picture.variants),
                    placeholder=picture.placeholder,
                )
            )
