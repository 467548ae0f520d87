"""The ``Idempotency-Key`` header: a write that is sent twice happens once."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

import falcon
from falcon import Request, Response

from openevent.db.engine import of_work
from openevent.errors import BadRequest
from openevent.work.idempotency import Answer, find_answer, keep_answer
from openevent.work.unit import UnitOfWork

HEADER: Final = "Idempotency-Key"
#: Of an answer that was given before.
REPLAYED: Final = "Idempotency-Replayed"

_WRITES: Final = frozenset({"POST", "PATCH", "DELETE"})
_KEY: Final = re.compile(r'"?([!#-~]{1,255})"?')
_KEPT_HEADERS: Final = ("Content-Type", "ETag", "Location")


class Idempotency:
    """Answers a repeated write as it was answered first, before its responder runs.

    For routes whose resource says ``idempotent``, and for those who are logged in: a key
    belongs to somebody. Comes after authentication, and its answer goes into the
    transaction before the commit. What is refused is not kept: it may be repeated.
    """

    def __init__(self, secret_key: str) -> None:
        # Bodies hold passwords at times: what is kept of them cannot be guessed from.
        self._secret = hashlib.sha256(f"idempotency {secret_key}".encode()).digest()

    def process_resource(
        self, req: Request, resp: Response, resource: object, params: dict[str, Any]
    ) -> None:
        given = req.get_header(HEADER)
        if given is None or req.method not in _WRITES or not getattr(resource, "idempotent", False):
            return
        work: UnitOfWork = req.context.work
        if work.principal.id is None:
            return
        match = _KEY.fullmatch(given.strip())
        if match is None:
            raise BadRequest(
                f"{HEADER} is 1 to 255 printable characters without blanks.",
                code="idempotency-key-malformed",
                source={"header": HEADER},
            )
        body = req.context.read_body()
        req.context.read_body = lambda: body
        fingerprint = self._fingerprint(req, body)
        kept = find_answer(work, match[1], fingerprint)
        if kept is None:
            req.context.idempotency = (match[1], fingerprint)
            return
        resp.status = falcon.code_to_http_status(kept.status)
        resp.data = kept.body
        for name, value in kept.headers.items():
            resp.set_header(name, value)
        resp.set_header(REPLAYED, "true")
        resp.complete = True

    def process_response(
        self, req: Request, resp: Response, resource: object, req_succeeded: bool
    ) -> None:
        taken = getattr(req.context, "idempotency", None)
        if taken is None or not req_succeeded:
            return
        of_work(req.context.work.db).settle()  # by now the answer is known
        headers = {name: value for name in _KEPT_HEADERS if (value := resp.get_header(name))}
        answer = Answer(resp.status_code, headers, resp.render_body() or b"")
        key, fingerprint = taken
        keep_answer(req.context.work, key, fingerprint, answer)

    def _fingerprint(self, req: Request, body: bytes) -> bytes:
        """Return what two requests have in common when they are the same."""
        parts = (req.method, req.relative_uri, req.get_header("If-Match") or "")
        head = "\n".join(parts).encode()
        digest = hashlib.blake2b(head + b"\n\n" + body, key=self._secret, digest_size=32)
        return digest.digest()
