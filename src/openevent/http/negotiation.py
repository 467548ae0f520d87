"""Content negotiation: what a request sends and what its client can read."""

from __future__ import annotations

from falcon import Request

from openevent.errors import NotAcceptable, UnsupportedMediaType
from openevent.jsonapi.endpoints import MEDIA_TYPE

JSON = "application/json"
_WITH_BODY = ("POST", "PATCH", "PUT")


def negotiate(req: Request, speaks: str, reads: tuple[str, ...] = ()) -> None:
    """Refuse what this route does not read (415) or what the client does not (406).

    JSON:API 1.0 § Content Negotiation: the media type has no parameters, in
    ``Content-Type`` as in ``Accept``. RPC-style routes read plain JSON, and answer
    clients that only mention JSON:API too. ``reads`` are the beginnings of further media
    types that the route takes.
    """
    if speaks == MEDIA_TYPE:
        accepts_jsonapi(req.get_header("Accept"))
    elif speaks == JSON:
        accepts_json(req.get_header("Accept"))
    has_body = bool(req.content_length) or req.get_header("Transfer-Encoding") is not None
    if req.method in _WITH_BODY or (req.method == "DELETE" and has_body):
        content_type = (req.content_type or "").strip()
        if speaks == MEDIA_TYPE and content_type.lower() != MEDIA_TYPE:
            raise UnsupportedMediaType(f"Send Content-Type: {MEDIA_TYPE}, without parameters.")
        if speaks == JSON and has_body:
            essence = content_type.partition(";")[0].strip().lower()
            if essence not in (JSON, MEDIA_TYPE, "") and not essence.startswith(reads or "/"):
                types = " or ".join((JSON, *(f"{r}*" if r.endswith("/") else r for r in reads)))
                raise UnsupportedMediaType(f"Send Content-Type: {types}.")


def accepts_jsonapi(header: str | None) -> None:
    """Refuse an ``Accept`` that has JSON:API only with parameters, or not at all."""
    if header in (None, "", "*/*", MEDIA_TYPE):
        return
    for part in str(header).split(","):
        essence, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if essence in ("*/*", "application/*") and "q=0" not in parameters:
            return
        if essence == MEDIA_TYPE and all(p.startswith("q=") and p != "q=0" for p in parameters):
            return
    raise NotAcceptable(f"This route answers {MEDIA_TYPE}, without parameters.")


def accepts_json(header: str | None) -> None:
    """Refuse an ``Accept`` without any kind of JSON."""
    if header in (None, "", "*/*", JSON, MEDIA_TYPE):
        return
    essences = {part.partition(";")[0].strip().lower() for part in str(header).split(",")}
    if not essences & {"*/*", "application/*", JSON, MEDIA_TYPE}:
        raise NotAcceptable(f"This route answers {JSON}.")
