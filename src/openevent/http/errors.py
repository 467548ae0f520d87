"""Every refusal and every failure becomes an error document; nothing else leaves the server."""

from __future__ import annotations

import logging
from typing import Any

import falcon
import orjson
import psycopg
from falcon import Request, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from openevent.db.refusals import refusal_of
from openevent.errors import (
    BadRequest,
    Conflict,
    DomainError,
    MethodNotAllowed,
    Missing,
    Unavailable,
)
from openevent.http.negotiation import JSON
from openevent.jsonapi.endpoints import MEDIA_TYPE

logger = logging.getLogger(__name__)


def add_error_handlers(app: falcon.App[Any, Any]) -> None:
    """Teach an application to answer everything that can be raised."""
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(falcon.HTTPError, _falcon_error)
    app.add_error_handler(DomainError, _domain_error)
    app.add_error_handler((DBAPIError, psycopg.Error), _database_error)
    app.add_error_handler(StaleDataError, _stale)
    app.add_error_handler(PoolTimeout, _exhausted)


def _domain_error(req: Request, resp: Response, error: DomainError, params: Any) -> None:
    render(req, resp, error.status, error.error_objects())
    for name, value in error.headers().items():
        resp.set_header(name, value)


def _falcon_error(req: Request, resp: Response, error: falcon.HTTPError, params: Any) -> None:
    """Translate what Falcon itself raises: no such route, no such method, a broken request."""
    if isinstance(error, falcon.HTTPMethodNotAllowed):
        allowed = dict(error.headers or {}).get("Allow", "")
        detail = f"{req.method} is not possible here. What is: {allowed or 'nothing'}."
        ours: DomainError = MethodNotAllowed(detail, allowed=allowed.split(", "))
    elif error.status_code == 404:
        ours = Missing("There is no such route.")
    elif error.status_code >= 500:
        _unexpected(req, resp, error, params)
        return
    else:
        ours = BadRequest(error.description or error.title or "The request cannot be understood.")
    _domain_error(req, resp, ours, params)


def _database_error(req: Request, resp: Response, error: Exception, params: Any) -> None:
    """Translate a database's refusal; constraints speak for rules that code did not check."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    ours: DomainError
    if isinstance(cause, psycopg.errors.DivisionByZero):
        ours = Missing("There is no such resource.")  # StatementBuilder.returning
    elif (refused := refusal_of(error)) is not None:
        ours = refused
    elif isinstance(cause, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
        ours = Unavailable("Others changed the same at the same time; try again.", retry_after_s=1)
    elif isinstance(cause, psycopg.errors.QueryCanceled):
        logger.warning("%s %s took too long: %s", req.method, req.path, cause)
        ours = Unavailable("This took too long; ask for less, or try again in a moment.")
    elif isinstance(cause, psycopg.OperationalError):
        logger.error("The database refused: %s", cause)
        ours = Unavailable("The database is not available; try again in a moment.")
    else:
        _unexpected(req, resp, error, params)
        return
    _domain_error(req, resp, ours, params)


def _stale(req: Request, resp: Response, error: Exception, params: Any) -> None:
    _domain_error(req, resp, Conflict("Somebody else changed this meanwhile; try again."), params)


def _exhausted(req: Request, resp: Response, error: Exception, params: Any) -> None:
    _domain_error(req, resp, Unavailable("The server is busy; try again in a moment."), params)


def _unexpected(req: Request, resp: Response, error: Exception, params: Any) -> None:
    """Answer a defect: logged in full, told in general."""
    logger.error("%s %s failed", req.method, req.path, exc_info=error)
    detail = f"Something went wrong here. Tell us this request id: {req.context.request_id}."
    render(
        req,
        resp,
        500,
        [
            {
                "status": "500",
                "code": "internal-error",
                "title": "Internal error",
                "detail": detail,
                "source": {},
            }
        ],
    )


def render(req: Request, resp: Response, status: int, errors: list[dict[str, Any]]) -> None:
    """Write an error document in the shape of the route (design: RPC routes add ``error``)."""
    document: dict[str, Any] = {"errors": errors, "jsonapi": {"version": "1.0"}}
    resp.content_type = MEDIA_TYPE
    if getattr(req.context, "speaks", None) == JSON:
        document = {"error": errors[0]["detail"], "errors": errors}
        resp.content_type = JSON
    resp.status = falcon.code_to_http_status(status)
    resp.text, resp.media, resp.stream = None, None, None
    resp.data = orjson.dumps(document)
    for header in ("ETag", "Location", "Cache-Control"):
        resp.delete_header(header)
    resp.set_header("Cache-Control", "no-store")
