"""What somebody sends as an archive: judged before it is unpacked, and bounded while it is.

Nothing is written to disk and no name in it is a path here: there are as many files as an
event has parts, each known by its name, and anything else is refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from openevent.areas.exports.archives.parts import EVENT_FILE, MAX_ROWS, PARTS, Part
from openevent.errors import DomainError, Invalid
from openevent.jsonapi.documents import parse_json

#: Largest archive, and largest sum of what is in one, in bytes.
MAX_PACKED: Final = 10 * 1024 * 1024
MAX_UNPACKED: Final = 32 * 1024 * 1024
#: Most values (members of objects and arrays) in all files: what they take up in memory is
#: a matter of their number.
MAX_VALUES: Final = 1_500_000
_FILES: Final = frozenset({EVENT_FILE, *(part.file for part in PARTS)})
#: What an entry of the archive's directory begins with.
_ENTRY: Final = b"PK\x01\x02"
_CHUNK: Final = 64 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What unpacking can end in, depending on where an archive is broken.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, OverflowError, RuntimeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource object of a file, and where it stands."""

    part: Part | None
    place: int
    id: str
    attributes: dict[str, Any]
    relationships: dict[str, Any]

    def refused(self, refusal: DomainError) -> Invalid:
        """Return a refusal that says where in the archive its cause is."""
        file, data = (EVENT_FILE, "/data") if self.part is None else (self.part.file, "/data/*")
        data = data.replace("*", str(self.place))
        faults = []
        for error in refusal.error_objects():
            pointer = str(error["source"].get("pointer", "/data"))
            faults.append(f"{data}{pointer.removeprefix('/data')}: {error['detail']}")
        return Invalid(f"{file}: {' '.join(faults)}", code="entry-refused")


@dataclass(frozen=True, slots=True)
class Archive:
    """An event as it is to be made: itself, the names of its classification, its parts."""

    event: Entry
    names: dict[tuple[str, str], str]
    rows: dict[Part, list[Entry]]


def check_archive(content: BinaryIO) -> None:
    """Refuse what cannot be an archive of an event, by its directory alone."""
    _opened(content).close()


def read_archive(content: BinaryIO) -> Archive:
    """Return what is in an archive; refuse what is none, or too much of one."""
    with _opened(content) as archive:
        documents = dict(_documents(archive))
    event = documents.get(EVENT_FILE)
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise _refused(EVENT_FILE, "It is an object, whose data is the event.")
    rows = {part: _entries(part, documents.get(part.file, {"data": []})) for part in PARTS}
    if sum(map(len, rows.values())) > MAX_ROWS:
        raise Invalid(f"The archive has more than {MAX_ROWS} rows.", code="too-many-rows")
    return Archive(_entry(None, 0, event["data"]), _names(event.get("included", [])), rows)


def _opened(content: BinaryIO) -> zipfile.ZipFile:
    # The directory is read whole, so its entries are counted first.
    content.seek(0)
    if content.read().count(_ENTRY) > 2 * len(_FILES):
        raise Invalid("The archive has too many entries.", code="not-an-archive")
    try:
        archive = zipfile.ZipFile(content)
    except _BROKEN as ex:
        raise Invalid("The file is no ZIP archive.", code="not-an-archive") from ex
    names = [entry.filename for entry in archive.infolist()]
    for entry in archive.infolist():
        name = entry.filename
        if name not in _FILES:
            raise Invalid(
                f"{name[:100]!r} is no part of an event; there are {', '.join(sorted(_FILES))}.",
                code="unknown-part",
            )
        if names.count(name) > 1:
            raise _refused(name, "It is in the archive twice.")
        if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            raise _refused(name, "It is encrypted, or packed in a way that is not read here.")
    if EVENT_FILE not in names:
        raise _refused(EVENT_FILE, "It is missing.")
    return archive


def _documents(archive: zipfile.ZipFile) -> Iterator[tuple[str, Any]]:
    """Yield the files by their names. How large one is counts while it is read."""
    size = values = 0
    for entry in archive.infolist():
        content = bytearray()
        try:
            with archive.open(entry) as file:
                while chunk := file.read(_CHUNK):
                    content += chunk
                    if size + len(content) > MAX_UNPACKED:
                        raise Invalid(
                            f"The archive unpacks to more than {MAX_UNPACKED} bytes.",
                            code="too-large",
                        )
        except _BROKEN as ex:
            raise _refused(entry.filename, "It cannot be unpacked.") from ex
        size += len(content)
        values += sum(content.count(sign) for sign in (b",", b"[", b"{"))
        if values > MAX_VALUES:
            raise Invalid("The archive has too many values.", code="too-large")
        try:
            yield entry.filename, parse_json(bytes(content))
        except DomainError as refusal:
            raise _refused(entry.filename, refusal.detail.replace("The body", "It")) from refusal


def _entries(part: Part, document: Any) -> list[Entry]:
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        raise _refused(part.file, "It is an object, whose data is an array.")
    entries = [_entry(part, place, each) for place, each in enumerate(data)]
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise _refused(part.file, f"/data/{entry.place}/id: It is that of another entry.")
        seen.add(entry.id)
    return entries


def _entry(part: Part | None, place: int, given: Any) -> Entry:
    file, type_name = (EVENT_FILE, "event") if part is None else (part.file, part.type_name)
    at = "/data" if part is None else f"/data/{place}"
    if not isinstance(given, dict) or given.get("type") != type_name:
        raise _refused(file, f"{at}: It is a resource object of type {type_name!r}.")
    id_, attributes = given.get("id"), given.get("attributes")
    if not isinstance(id_, str) or not 0 < len(id_) <= 100:
        raise _refused(file, f"{at}/id: It is a string.")
    relationships = given.get("relationships", {})
    for member, value in (("attributes", attributes), ("relationships", relationships)):
        if not isinstance(value, dict):
            raise _refused(file, f"{at}/{member}: It is an object.")
    return Entry(part, place, id_, attributes, relationships)  # type: ignore[arg-type]  # as just asked


def _names(included: Any) -> dict[tuple[str, str], str]:
    """Return the names of what an event is classified by; what has none is passed over."""
    names = {}
    for each in included if isinstance(included, list) else ():
        try:
            names[str(each["type"]), str(each["id"])] = str(each["attributes"]["name"])
        except (TypeError, KeyError):
            continue
    return names


def _refused(file: str, detail: str) -> Invalid:
    return Invalid(f"{file}: {detail}", code="entry-refused")
