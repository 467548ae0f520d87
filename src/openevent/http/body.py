"""Reading request bodies: never more than the limit, never the whole of a lie about length."""

from __future__ import annotations

from typing import Any, Final

from falcon import Request
from gunicorn.http import errors

from openevent.errors import BadRequest, TooLarge, Unavailable
from openevent.http.receiving import CrowdedError, StalledError
from openevent.jsonapi.documents import parse_json

#: What gunicorn says of chunks, and of trailers after them, that are none.
_MALFORMED: Final = (
    errors.ParseException,
    errors.ChunkMissingTerminator,
    errors.InvalidChunkExtension,
    errors.InvalidChunkSize,
)


class BodyStream:
    """The body of a request as it comes in. What breaks it off is the client's fault: 400."""

    def __init__(self, req: Request) -> None:
        # A chunked body has no length beforehand; the server ends its stream after the last chunk.
        is_chunked = req.content_length is None and req.env.get("wsgi.input_terminated")
        self._stream = req.stream if is_chunked else req.bounded_stream

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many of the next bytes."""
        try:
            data: bytes = self._stream.read(size)
        except _MALFORMED as ex:
            raise BadRequest("The chunks of the body are malformed (RFC 9112 § 7.1).") from ex
        except CrowdedError as ex:
            raise Unavailable("Many long bodies are coming in.", retry_after_s=10) from ex
        except StalledError as ex:
            raise BadRequest("The body did not come in within the time it may take.") from ex
        except OSError as ex:
            raise BadRequest("The body ended before it was complete.") from ex
        return data


def read_body(req: Request, limit: int) -> bytes:
    """Return the body of a request, counted while it is read (RFC 9110 § 15.5.14)."""
    if (req.content_length or 0) > limit:
        raise _too_large(limit)
    body = BodyStream(req).read(limit + 1)
    if len(body) > limit:
        raise _too_large(limit)
    return body


def rpc_body(req: Request) -> dict[str, Any]:
    """Return the JSON object that an RPC-style route takes; no body is an empty one."""
    body: bytes = req.context.read_body()
    value = parse_json(body) if body.strip() else {}
    if not isinstance(value, dict):
        raise BadRequest("The body is a JSON object here.")
    return value


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is over the limit of {limit} bytes.")
