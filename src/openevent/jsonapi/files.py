"""Answering with a file that is made or kept, rather than with a document."""

from __future__ import annotations

import hashlib
from typing import Final

import falcon
from falcon import Request, Response

#: Phones on a weak network keep a file for a minute, and then ask whether it changed.
_PUBLIC: Final = "public, max-age=60"
_PRIVATE: Final = "private, max-age=60"


def answer(
    req: Request,
    resp: Response,
    content: bytes,
    content_type: str,
    file_name: str | None = None,
    *,
    is_private: bool = False,
    is_public: bool = False,
) -> None:
    """Answer with a file, or with 304 when the client has it (RFC 9110 § 13.1.2).

    What somebody who is logged in gets is theirs alone, unless it is said to be
    ``is_public``: the same for everybody.
    """
    etag = hashlib.sha256(content).hexdigest()[:32]
    is_private = is_private or not (is_public or req.context.work.principal.is_anonymous)
    resp.etag = etag
    resp.set_header("Cache-Control", _PRIVATE if is_private else _PUBLIC)
    resp.append_header("Vary", "Authorization")
    known = req.if_none_match or ()
    if any(each == "*" or str(each) == etag for each in known):
        resp.status = falcon.HTTP_304
        return
    resp.content_type = content_type
    resp.data = content
    if file_name is not None:
        resp.downloadable_as = file_name
