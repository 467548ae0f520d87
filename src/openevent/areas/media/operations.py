"""Taking in uploads, and making pictures of them in every size.

The storage is outside the database. What is put there comes first, then the row that
names it; whatever is left behind between the two is found by the sweep, for it has no
row. Putting and discarding the same content take the same lock, so that neither sees
half of the other. Both are safe to repeat: a key is the hash of its content.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import file_digest
from itertools import islice
from typing import Any, BinaryIO, Final

import puremagic
from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.media.domain_events import MediaDiscarded
from openevent.areas.media.models import EventImageSize, MediaFile, SpeakerImageSize
from openevent.areas.media.queries import named_digests
from openevent.areas.media.rules import BATCH, PICTURES, Retention, kind_of, leads_inside, title
from openevent.db.base import Model
from openevent.errors import Invalid
from openevent.services.media_urls import KEY, MediaName, MediaURLs
from openevent.services.pictures import Rendered, Rendition, Size, render
from openevent.services.storage import Storage
from openevent.work.unit import UnitOfWork

#: An upload is kept no larger than screens are.
ORIGINAL: Final = Size(name="original", width=2560, height=2560, quality=90)
LOGO_QUALITY: Final = 80
#: How much of a file its kind is judged by.
HEAD_BYTES: Final = 64 * 1024
_PICTURE_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


def take_picture(work: UnitOfWork, file: BinaryIO, file_name: str, *, pixels: int) -> str:
    """Keep a picture that somebody uploads, encoded anew, and return its URL."""
    rendered = render(file, [ORIGINAL], pixels=pixels)
    (original,) = rendered.renditions
    name = keep(work, original, placeholder=rendered.placeholder, user_id=work.principal.id)
    return work.port(MediaURLs).of(name, title(file_name, otherwise="picture"))


def take_file(work: UnitOfWork, file: BinaryIO, file_name: str, *, pixels: int) -> str:
    """Keep a file of any kind that is allowed, and return its URL; a picture as a picture."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise Invalid("The file is empty.", code="empty")
    if head.startswith(_PICTURE_STARTS[:3]) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return take_picture(work, file, file_name, pixels=pixels)
    kind = kind_of(head, _sniffed(head), file_name)
    if kind is None:
        raise Invalid(
            "Files of this kind are not kept. Send slides, a document, plain text, sound, video"
            " or a picture.",
            code="kind-not-allowed",
        )
    file.seek(0)
    digest = file_digest(file, "sha256")  # type: ignore[arg-type]  # it is a real file
    name = MediaName(digest.hexdigest(), kind)
    file.seek(0, 2)
    values = {"size": file.tell(), "user_id": work.principal.id}
    file.seek(0)
    _put(work, name, {kind: file}, values)
    return work.port(MediaURLs).of(name, title(file_name, otherwise="file"))


def keep(
    work: UnitOfWork, made: Rendition, *, placeholder: str | None = None, user_id: int | None = None
) -> MediaName:
    """Put a picture into the storage, twice, and remember it."""
    name = MediaName(made.digest, made.extension)
    values = {
        "size": len(made.plain),
        "width": made.width,
        "height": made.height,
        "placeholder": placeholder,
        "user_id": user_id,
    }
    _put(work, name, {made.extension: made.plain, "webp": made.webp}, values)
    return name


def lock(work: UnitOfWork, digest: str) -> None:
    """Let nobody else put or discard this content until the transaction ends."""
    work.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(digest, 0))))


def forget_unnamed(work: UnitOfWork) -> None:
    """Forget what nothing has named for a while.

    Nothing is taken from the storage here: that follows the commit, name by name.
    """
    before = _kept_since(work)
    old = select(MediaFile.digest).where(MediaFile.used_at < before)
    unnamed = set(work.db.scalars(old))
    if unnamed:
        # Reading all tables takes longer than a request may.
        work.db.execute(text("SET LOCAL statement_timeout = '10min'"))
        unnamed -= named_digests(work.db, work.now())
    for batch in _batches(sorted(unnamed)):
        # Asked again, row by row: somebody may be naming one of them at this moment.
        gone = work.db.execute(
            delete(MediaFile)
            .where(MediaFile.digest.in_(batch), MediaFile.used_at < before)
            .returning(MediaFile.digest, MediaFile.extension)
            .execution_options(synchronize_session=False)
        )
        if names := tuple((digest, extension) for digest, extension in gone):
            work.record(MediaDiscarded(names))


def find_lost(work: UnitOfWork) -> None:
    """Find files without a row, left behind where a server ended between the two."""
    storage: Storage = work.ports[Storage]
    for found in _batches(storage.older_than(_kept_since(work))):
        if lost := _without_row(work, found):
            work.record(MediaDiscarded(lost))


def discard(work: UnitOfWork, names: Iterable[MediaName]) -> None:
    """Take files from the storage, unless they were put there again meanwhile."""
    storage: Storage = work.ports[Storage]
    for name in names:
        lock(work, name.digest)
        rows = select(MediaFile.extension).where(MediaFile.digest == name.digest)
        kept = set(work.db.scalars(rows))
        if not kept & {"jpg", "png"}:
            storage.delete([MediaName(name.digest, "webp").key])
        if name.extension not in kept:
            storage.delete([name.key])


def _kept_since(work: UnitOfWork) -> datetime:
    return work.now() - timedelta(hours=work.port(Retention).hours)


def _without_row(work: UnitOfWork, keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the names of the keys whose content no row names; other keys are not ours."""
    names = {(m["digest"], m["extension"]) for key in keys if (m := KEY.fullmatch(key))}
    digests = {digest for digest, _ in names}
    known = set(work.db.scalars(select(MediaFile.digest).where(MediaFile.digest.in_(digests))))
    return tuple(sorted(name for name in names if name[0] not in known))


def _batches(items: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _put(
    work: UnitOfWork,
    name: MediaName,
    contents: Mapping[str, bytes | BinaryIO],
    values: Mapping[str, Any],
) -> None:
    lock(work, name.digest)
    storage: Storage = work.ports[Storage]
    for extension, content in contents.items():
        storage.put(MediaName(name.digest, extension).key, content)
    work.db.execute(
        insert(MediaFile)
        .values(digest=name.digest, extension=name.extension, used_at=work.now(), **values)
        .on_conflict_do_update(
            index_elements=[MediaFile.digest, MediaFile.extension], set_={"used_at": work.now()}
        )
    )


def _sniffed(head: bytes) -> tuple[str, ...]:
    """Return the extensions of the kinds that the content may be, the likeliest first."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ()
    return tuple(dict.fromkeys(match.extension.lstrip(".") for match in found if match.extension))


class UploadURLs:
    """Accepts URLs of uploads, and of pictures elsewhere, which the server never fetches."""

    def __init__(self, urls: MediaURLs) -> None:
        self._urls = urls

    def accept(self, work: UnitOfWork, url: str, *, pointer: str) -> str:
        """Return the URL as it is kept; an upload that is named is kept from now on."""
        if (found := self._urls.find(url)) is not None:
            kept, name = found
            used = (
                update(MediaFile)
                .where(
                    MediaFile.digest == name.digest,
                    MediaFile.extension == name.extension,
                    MediaFile.width.is_not(None),
                )
                .values(used_at=work.now())
            )
            if work.db.execute(used.returning(MediaFile.id)).first() is None:
                raise Invalid(
                    "There is no such picture. Uploads that nothing names are deleted after a"
                    " while; upload it again.",
                    code="no-such-upload",
                    pointer=pointer,
                )
            return kept
        if leads_inside(url):
            raise Invalid(
                "The address of a picture has to be one that everybody can reach.",
                code="address-not-public",
                pointer=pointer,
            )
        return url


def show_picture(
    work: UnitOfWork,
    *,
    row: tuple[str, int],
    attribute: str,
    url: str,
    sizes: Mapping[str, Size],
    placeholder: str | None,
) -> None:
    """Make a picture in these sizes, by attribute, and put their URLs into its row.

    Nothing happens if the row is gone or names another picture by now, nor if the picture
    is not kept here. Safe to repeat: the same picture gives the same files.
    """
    found = work.port(MediaURLs).find(url)
    if found is None or not _still_named(work, row, attribute, url):
        return
    rendered = _render(work, found[1], list(sizes.values()))
    if rendered is None:
        return
    shown: dict[str, Any] = {}
    by_name = {made.name: made for made in rendered.renditions}
    for target, size in sizes.items():
        if size is ORIGINAL:
            shown[target] = url
            continue
        name = keep(work, by_name[size.name])
        shown[target] = work.port(MediaURLs).of(name, size.name)
    if placeholder is not None:
        shown[placeholder] = rendered.placeholder
    table = Model.metadata.tables[row[0]]
    work.db.execute(
        update(table)
        .where(
            table.c.id == row[1],
            table.c[attribute] == url,
            or_(*(table.c[name].is_distinct_from(value) for name, value in shown.items())),
        )
        .values(**shown, version=table.c.version + 1)
    )


def install_sizes(work: UnitOfWork) -> None:
    """Add the rows of sizes that are missing, with their defaults."""
    for model in (EventImageSize, SpeakerImageSize):
        if work.db.get(model, 1) is None:
            work.db.add(model(id=1))


def sizes_of(work: UnitOfWork, kind: str, variants: Mapping[str, str]) -> dict[str, Size]:
    """Return the size of each variant of a kind of picture, by the attribute that shows it."""
    known = _event_sizes(work) if kind == "event" else _portrait_sizes(work)
    return {target: known[name] for name, target in variants.items()}


def _event_sizes(work: UnitOfWork) -> dict[str, Size]:
    row = work.db.scalar(select(EventImageSize).order_by(EventImageSize.id).limit(1))
    if row is None:
        row = EventImageSize()
    given = _Defaults(row)
    sizes = {
        name: Size(
            name=name,
            width=given[f"{prefix}_width"],
            height=given[f"{prefix}_height"],
            fill=not given[f"{prefix}_aspect"],
            quality=given[f"{prefix}_quality"],
        )
        for name, prefix in (("large", "full"), ("thumbnail", "thumbnail"), ("icon", "icon"))
    }
    logo = Size(
        name="logo", width=given["logo_width"], height=given["logo_height"], quality=LOGO_QUALITY
    )
    return {"original": ORIGINAL, "logo": logo, **sizes}


def _portrait_sizes(work: UnitOfWork) -> dict[str, Size]:
    row = work.db.scalar(select(SpeakerImageSize).order_by(SpeakerImageSize.id).limit(1))
    given = _Defaults(row or SpeakerImageSize())
    sizes = {}
    for name in ("thumbnail", "small", "icon"):
        side = given[f"{name}_size_width_height"]
        quality = given[f"{name}_size_quality"]
        sizes[name] = Size(name=name, width=side, height=side, fill=True, quality=quality)
    return {"original": ORIGINAL, **sizes}


class _Defaults:
    """The values of a row, or its columns' defaults where it was never stored."""

    def __init__(self, row: Model) -> None:
        self._row = row

    def __getitem__(self, name: str) -> Any:
        value = getattr(self._row, name)
        return self._row.__table__.c[name].default.arg if value is None else value


def _still_named(work: UnitOfWork, row: tuple[str, int], attribute: str, url: str) -> bool:
    table = Model.metadata.tables[row[0]]
    return work.db.scalar(select(table.c[attribute]).where(table.c.id == row[1])) == url


def _render(work: UnitOfWork, name: MediaName, sizes: Sequence[Size]) -> Rendered | None:
    storage: Storage = work.ports[Storage]
    content = storage.open(name.key) if name.extension in PICTURES else None
    if content is None:
        return None
    with tempfile.TemporaryFile() as file:
        for chunk in content.chunks:
            file.write(chunk)
        return render(file, sizes, pixels=ORIGINAL.width * ORIGINAL.height)
