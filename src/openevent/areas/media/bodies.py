"""Reading uploads: counted while they come in, to a file without a name on disk.

Such a file is gone with the process that holds it open, whatever happens: an upload that
is refused, broken off or outlived by its server leaves nothing behind.
"""

from __future__ import annotations

import base64
import binascii
import mmap
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

import falcon
from falcon import Request
from falcon.media.multipart import MultipartFormHandler

from openevent.errors import BadRequest, Invalid, TooLarge
from openevent.jsonapi.documents import parse_json

_CHUNK: Final = 256 * 1024
#: For what is around the content: boundaries, headers of parts, names.
_AROUND: Final = 64 * 1024
#: Base64, and a line break after every 76 characters, written ``\r\n`` in JSON.
_AS_TEXT: Final = 4 / 3 * 80 / 76
MOST_FILES: Final = 20

#: The one shape in which a large document is read without taking it apart in memory.
_ENVELOPE: Final = re.compile(rb'\s*\{\s*"data"\s*:\s*"([^"]*)"\s*\}\s*')
_DATA_URI: Final = re.compile(rb"\s*data:[^,;]{0,100}(?:;[^,;]{0,100}){0,5};base64,", re.IGNORECASE)
#: White space, as it is and as JSON writes it; JSON's spelling of characters of base64.
_SPACE: Final = re.compile(rb"\s|\\[nrtf]|\\u00(?:0[9aAcCdD]|20)")
_SPELLED: Final = {rb"\/": b"/", rb"\u002b": b"+", rb"\u002B": b"+", rb"\u002f": b"/"} | {
    rb"\u002F": b"/",
    rb"\u003d": b"=",
    rb"\u003D": b"=",
}
_LONGEST_ESCAPE: Final = 6


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many of the next bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came in: its content, what the client calls it, which field it was in."""

    content: BinaryIO
    file_name: str = ""
    field: str = ""


class _Counted:
    """A stream that ends in a refusal once more than the limit has come out of it."""

    def __init__(self, source: Source, limit: int, told: int) -> None:
        self._source, self._left, self._told = source, limit, told

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left + 1 if size is None or size < 0 else min(size, self._left + 1)
        data = self._source.read(wanted)
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._told)
        return data


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"A picture or file may have at most {limit} bytes.")


def uploads_of(req: Request, limit: int) -> Iterator[Upload]:
    """Yield what a request uploads, one at a time: as JSON, as parts of a form, or as it is."""
    essence = (req.content_type or "").partition(";")[0].strip().lower()
    if essence.startswith("multipart/"):
        yield from _parts(req, limit)
    elif essence.startswith("image/"):
        with _spool(_body(req, limit, limit)) as file:
            yield Upload(file)
    else:
        body = _body(req, int(limit * _AS_TEXT) + _AROUND, limit)
        with _spool(body) as text, tempfile.TemporaryFile() as file:
            _decode(text, file.write, small=req.context.json_limit)
            if file.tell() > limit:
                raise too_large(limit)
            yield Upload(file, field="data")


def _body(req: Request, most: int, limit: int) -> _Counted:
    """Return the body as a stream; one that says it is too large is not read at all."""
    if (req.content_length or 0) > most:
        raise too_large(limit)
    return _Counted(req.context.body_stream(), most, limit)


def _spool(source: Source) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who asked closes it
    try:
        while chunk := source.read(_CHUNK):
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file


def _parts(req: Request, limit: int) -> Iterator[Upload]:
    handler = MultipartFormHandler()
    handler.parse_options.max_body_part_count = MOST_FILES
    stream = _body(req, limit + _AROUND, limit)
    try:
        # A chunked form ends by itself; read one byte too many, it is refused as too large.
        length = req.content_length or limit + _AROUND + 1
        form = handler.deserialize(stream, req.content_type, length)
        for part in form:
            if part.filename is None and not (part.content_type or "").startswith("image/"):
                continue  # another field of the form
            with _spool(_Counted(part.stream, limit, limit)) as file:
                yield Upload(file, str(part.filename or ""), part.name or "")
    except falcon.HTTPError as ex:
        raise BadRequest(ex.description or "The form cannot be read.") from ex
    except ValueError as ex:
        raise BadRequest("The form cannot be read.") from ex


def _decode(text: BinaryIO, write: Callable[[bytes], object], *, small: int) -> None:
    """Write what the data URI of a JSON document holds."""
    size = text.tell()
    if not size:
        raise BadRequest("The body is empty.")
    text.flush()
    with mmap.mmap(text.fileno(), 0, access=mmap.ACCESS_READ) as body:
        envelope = _ENVELOPE.fullmatch(body)
        if envelope is not None:
            start, end = envelope.span(1)
            if (uri := _DATA_URI.match(body[start : min(end, start + 1024)])) is None:
                raise _no_data_uri()
            _decode_base64(_slices(body, start + uri.end(), end), write)
            return
        if size > small:
            raise BadRequest('A large body is {"data": "<data URI>"} and nothing else.')
        value = parse_json(bytes(body))
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, str) or (uri := _DATA_URI.match(data.encode())) is None:
        raise _no_data_uri()
    _decode_base64(iter([data.encode()[uri.end() :]]), write)


def _no_data_uri() -> BadRequest:
    return BadRequest(
        'Send {"data": "data:image/jpeg;base64,..."}, a form, or the picture itself.',
        pointer="/data",
    )


def _slices(body: mmap.mmap, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes in pieces, none of which ends inside an escape of JSON."""
    while start < end:
        stop = min(end, start + _CHUNK)
        if stop < end and (escape := body.rfind(b"\\", stop - _LONGEST_ESCAPE + 1, stop)) > start:
            stop = escape
        yield body[start:stop]
        start = stop


def _decode_base64(pieces: Iterator[bytes], write: Callable[[bytes], object]) -> None:
    rest = b""
    try:
        for piece in pieces:
            plain = _SPACE.sub(b"", piece)
            if b"\\" in plain:
                for spelled, character in _SPELLED.items():
                    plain = plain.replace(spelled, character)
            plain = rest + plain
            whole = len(plain) - len(plain) % 4
            write(base64.b64decode(plain[:whole], validate=True))
            rest = plain[whole:]
        if rest:
            # Some encoders leave the padding out.
            write(base64.b64decode(rest + b"=" * (-len(rest) % 4), validate=True))
    except (binascii.Error, ValueError) as ex:
        raise Invalid(
            "What follows base64, is not base64.", code="not-base64", pointer="/data"
        ) from ex
