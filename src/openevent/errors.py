"""The refusals a caller may meet, one class a kind, rendered in one place.

Rules and operations raise these; ``http/errors.py`` turns them into JSON:API
error objects (JSON:API 1.0 § Error Objects). ``status`` is the HTTP status,
``code`` a stable word for programs, ``detail`` a sentence for people, and
``source`` says where in the request the cause is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal the contract documents; never a defect, never logged as one."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        pointer: str | None = None,
        parameter: str | None = None,
        code: str | None = None,
        source: Mapping[str, Any] | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.error_code = code or self.code
        self.meta = meta
        self.source: dict[str, Any] = dict(source or {})
        if pointer is not None:
            self.source["pointer"] = pointer
        if parameter is not None:
            self.source["parameter"] = parameter

    def error_objects(self) -> list[dict[str, Any]]:
        """Return the JSON:API error objects of this refusal, one or more."""
        return [
            {
                "status": str(self.status),
                "code": self.error_code,
                "title": self.title,
                "detail": self.detail,
                "source": self.source,
                **({"meta": self.meta} if self.meta else {}),
            }
        ]

    def headers(self) -> dict[str, str]:
        """Return the response headers that belong to this refusal."""
        return {}


class BadRequest(DomainError):
    """The request cannot be understood: a query parameter, a malformed body (RFC 9110 § 15.5.1)."""


class Unauthenticated(DomainError):
    """Nobody is logged in, or the token is no longer good (RFC 9110 § 15.5.2)."""

    status, code, title = 401, "unauthenticated", "Authentication required"

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'JWT realm="openevent"'}


class Forbidden(DomainError):
    """The principal may see the resource but may not do this (RFC 9110 § 15.5.4)."""

    status, code, title = 403, "forbidden", "Not allowed"


class Missing(DomainError):
    """There is no such resource, or the principal may not see it (RFC 9110 § 15.5.5)."""

    status, code, title = 404, "not-found", "Not found"


class MethodNotAllowed(DomainError):
    """The resource has no such method (RFC 9110 § 15.5.6)."""

    status, code, title = 405, "method-not-allowed", "Method not allowed"

    def __init__(self, detail: str, *, allowed: Sequence[str]) -> None:
        super().__init__(detail)
        self.allowed = tuple(allowed)

    def headers(self) -> dict[str, str]:
        return {"Allow": ", ".join(self.allowed)}


class NotAcceptable(DomainError):
    """The client accepts no media type this route speaks (RFC 9110 § 15.5.7)."""

    status, code, title = 406, "not-acceptable", "Not acceptable"


class Conflict(DomainError):
    """The request contradicts the present state (RFC 9110 § 15.5.10)."""

    status, code, title = 409, "conflict", "Conflict"


class StillRunning(Conflict):
    """The same request is running at the moment; ask again soon (RFC 9110 § 10.2.3)."""

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "1"}


class Gone(DomainError):
    """It was here and will not come back, such as an expired invitation (RFC 9110 § 15.5.11)."""

    status, code, title = 410, "gone", "Gone"


class PreconditionFailed(DomainError):
    """``If-Match`` names another version than the present one (RFC 9110 § 15.5.13)."""

    status, code, title = 412, "precondition-failed", "Precondition failed"


class TooLarge(DomainError):
    """The request body is over the documented limit (RFC 9110 § 15.5.14)."""

    status, code, title = 413, "too-large", "Request too large"


class UnsupportedMediaType(DomainError):
    """The request body is of a type this route does not read (RFC 9110 § 15.5.16)."""

    status, code, title = 415, "unsupported-media-type", "Unsupported media type"


class RangeNotSatisfiable(DomainError):
    """The part that is asked for lies behind the end (RFC 9110 § 15.5.17)."""

    status, code, title = 416, "range-not-satisfiable", "Range not satisfiable"

    def __init__(self, detail: str, *, size: int) -> None:
        super().__init__(detail)
        self.size = size

    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.size}"}


class Invalid(DomainError):
    """A well-formed document with values that are not allowed (RFC 9110 § 15.5.21)."""

    status, code, title = 422, "invalid", "Invalid value"


class InvalidDocument(Invalid):
    """Several faults of one document, each with its pointer."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = tuple(faults)

    def error_objects(self) -> list[dict[str, Any]]:
        return [error for fault in self.faults for error in fault.error_objects()]


class Several(DomainError):
    """Several refusals of one request, each with its own status; the answer has the first's."""

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        super().__init__("; ".join(refusal.detail for refusal in refusals))
        self.status = refusals[0].status  # type: ignore[misc]  # that of every other class
        self.refusals = tuple(refusals)

    def error_objects(self) -> list[dict[str, Any]]:
        return [error for refusal in self.refusals for error in refusal.error_objects()]


class TooManyRequests(DomainError):
    """A rate limit is used up (RFC 6585 § 4)."""

    status, code, title = 429, "too-many-requests", "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_s)}


class Unavailable(DomainError):
    """A dependency is away for the moment (RFC 9110 § 15.6.4)."""

    status, code, title = 503, "unavailable", "Temporarily unavailable"

    def __init__(self, detail: str, *, retry_after_s: int = 2) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_s)}
