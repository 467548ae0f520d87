"""Log-in and its kin: routes that speak plain JSON, in the shapes published clients read."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, Final

from falcon import Request, Response, code_to_http_status

from openevent.areas.identity.authentication import claims_of, token_of
from openevent.areas.identity.models import User
from openevent.areas.identity.operations import logins
from openevent.areas.identity.operations.logins import Tokens
from openevent.areas.identity.rules import REFRESH_LIFETIME
from openevent.errors import BadRequest, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.services.tokens import InvalidTokenError, TokenSigner, TokenType
from openevent.work.unit import UnitOfWork

REFRESH_PATH: Final = "/v1/auth/token/refresh"
REFRESH_COOKIE: Final = "refresh_token_cookie"
CSRF_COOKIE: Final = "csrf_refresh_token"
#: No member that these routes read is longer; passwords end at 128 characters.
MAX_MEMBER: Final = 1024


class Endpoint:
    """Base of routes that take and give JSON objects.

    ``authenticates`` is whether the ``Authorization`` header must be good before the
    responder runs. It need not where somebody comes to log in or out.
    """

    speaks: ClassVar[str] = "application/json"
    authenticates: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        self.settings = context.settings


class Login(Endpoint):
    """``POST /auth/session`` and ``POST /v1/auth/login``: a password for tokens."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        body = Body(req)
        email, password = body.find("email", "username"), body.find("password")
        if not email or not password:
            raise BadRequest("username or password missing", code="credentials-missing")
        tokens = logins.log_in(
            work_of(req), email, password, remember=body.is_true("remember-me", "remember_me")
        )
        in_body = body.is_true("include-in-response", "include_in_response")
        _answer_tokens(self, resp, tokens, in_body=in_body)


class FreshLogin(Endpoint):
    """``POST /v1/auth/fresh-login``: the password again, for what needs a fresh token."""

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        body = Body(req)
        password = body.find("password")
        if not password:
            raise BadRequest("username or password missing", code="credentials-missing")
        email = body.find("email", "username")
        if email and email.lower() != logins.present_user(work).email.lower():
            raise Unauthenticated("Invalid Credentials", code="invalid-credentials")
        _answer_tokens(self, resp, logins.log_in_again(work, password), in_body=True)


class Refresh(Endpoint):
    """``POST /v1/auth/token/refresh``: a refresh token for the next access token.

    The token comes in the ``Authorization`` header or in the cookie, there together with
    its CSRF claim in ``X-CSRF-Token``. A client that sends both headers is the published
    web front end, which keeps its first refresh token: it stays good and no other is given.
    """

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of(req)
        in_body = Body(req).is_true("include-in-response", "include_in_response")
        header = req.get_header("Authorization")
        csrf = req.get_header("X-CSRF-Token")
        if header:
            token = token_of(header)
        else:
            cookies = req.get_cookie_values(REFRESH_COOKIE) or []
            if len(cookies) != 1:
                raise Unauthenticated("There is no refresh token.", code="token-missing")
            token = cookies[0]
            csrf = csrf or ""
        if csrf is not None:
            claims = claims_of(token, work.port(TokenSigner), TokenType.REFRESH)
            if not hmac.compare_digest(claims.csrf.encode(), csrf.encode()):
                raise Unauthenticated(
                    "X-CSRF-Token is not the refresh token's csrf claim.", code="csrf-mismatch"
                )
        tokens = logins.refresh(work, token, keeps_token=bool(header and csrf is not None))
        if tokens is None:
            # Not raised: that the log-in has ended must be committed.
            _refuse(
                resp,
                Unauthenticated(
                    "This refresh token was used before. The log-in has ended.",
                    code="token-reused",
                ),
            )
            return
        _answer_tokens(self, resp, tokens, in_body=in_body or bool(header))


class Logout(Endpoint):
    """``POST /v1/auth/logout``: the log-in of the token ends, expired or not."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of(req)
        signer = work.port(TokenSigner)
        sessions = []
        for token in _tokens_sent(req):
            try:
                claims = signer.claims_of_expired(token)
            except InvalidTokenError:
                continue
            sessions.append(claims.session)
        if sessions:
            logins.log_out(work, *sessions)
        _forget_cookies(resp)
        resp.media = {"success": True}


class Blacklist(Endpoint):
    """``POST /v1/auth/blacklist``: every log-in of the caller ends, on every device."""

    def on_post(self, req: Request, resp: Response) -> None:
        logins.log_out_everywhere(work_of_somebody(req))
        _forget_cookies(resp)
        resp.media = {"success": True}


class VerifyPassword(Endpoint):
    """``POST /v1/auth/verify-password``: whether this is the caller's password."""

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        resp.media = {"result": logins.password_is_right(work, Body(req).need("password"))}


class ChangePassword(Endpoint):
    """``POST /v1/auth/change-password``: the old password for a new one."""

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        body = Body(req)
        user, token = logins.change_password(
            work, body.need("old-password"), body.need("new-password")
        )
        resp.set_header("Cache-Control", "no-store")
        resp.media = _account(user) | {"password-changed": True, "access_token": token}


class ResetPassword(Endpoint):
    """``/v1/auth/reset-password``: a mailed token for a new password."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        logins.request_password_reset(work_of(req), Body(req).need("email"))
        resp.media = {
            "message": "If there is an account with this address, a mail with a link to set a new "
            "password is on its way."
        }

    def on_patch(self, req: Request, resp: Response) -> None:
        body = Body(req)
        token, password = body.need("token"), body.need("password")
        resp.media = _account(logins.reset_password(work_of(req), token, password))


class VerifyEmail(Endpoint):
    """``POST /v1/auth/verify-email``: a mailed token proves that its reader has the address."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        logins.verify_email(work_of(req), Body(req).need("token"))
        resp.media = {"message": "Email Verified"}


class ResendVerification(Endpoint):
    """``POST /v1/auth/resend-verification-email``: the mail again, if it is wanted."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        logins.request_verification(work_of(req), Body(req).need("email"))
        resp.media = {
            "message": "If there is an account with this address that is not verified yet, a mail "
            "with a link to verify it is on its way."
        }


class UserId(Endpoint):
    """``GET /v1/users/user-details/get-user-id``: who the caller is."""

    def on_get(self, req: Request, resp: Response) -> None:
        resp.media = {"user_id": work_of_somebody(req).principal.id}


class CheckEmail(Endpoint):
    """``POST /v1/users/check_email``: whether an account has the address."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        resp.media = {"exists": logins.is_registered(work_of(req), Body(req).need("email"))}


class Body:
    """The members of a request's JSON object, flat or wrapped in ``data``."""

    def __init__(self, req: Request) -> None:
        body: dict[str, Any] = req.context.rpc_body()
        data = body.get("data")
        self.is_wrapped = isinstance(data, dict)
        self.members: dict[str, Any] = data if isinstance(data, dict) else body

    def find(self, *names: str) -> str | None:
        """Return the first of these members that is there, without blanks around it."""
        for name in names:
            value = self.members.get(name)
            if value is None:
                continue
            if not isinstance(value, str) or len(value) > MAX_MEMBER:
                raise BadRequest(
                    f"{name} is a string of at most {MAX_MEMBER} characters.",
                    pointer=self.pointer(name),
                )
            return value if name.endswith("password") else value.strip()
        return None

    def need(self, name: str) -> str:
        """Return a member that must be there and not be empty."""
        value = self.find(name)
        if not value:
            raise BadRequest(f"{name} is missing.", pointer=self.pointer(name))
        return value

    def is_true(self, *names: str) -> bool:
        """Whether one of these members is ``true``."""
        return any(self.members.get(name) is True for name in names)

    def pointer(self, name: str) -> str:
        return f"/data/{name}" if self.is_wrapped else f"/{name}"


def work_of(req: Request) -> UnitOfWork:
    """Return the unit of work of a request."""
    work: UnitOfWork = req.context.work
    return work


def work_of_somebody(req: Request) -> UnitOfWork:
    """Return the unit of work of a request that somebody who is logged in makes."""
    work = work_of(req)
    if work.principal.is_anonymous:
        raise Unauthenticated("Log in to do this.")
    return work


def _tokens_sent(req: Request) -> list[str]:
    tokens = req.get_cookie_values(REFRESH_COOKIE) or []
    if header := req.get_header("Authorization"):
        tokens = [*tokens, header.strip().partition(" ")[2].strip()]
    return tokens


def _account(user: User) -> dict[str, Any]:
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return {"id": user.id, "email": user.email, "name": name}


def _answer_tokens(endpoint: Endpoint, resp: Response, tokens: Tokens, *, in_body: bool) -> None:
    """Answer with tokens; a refresh token goes into a cookie unless it is wanted in the body."""
    resp.set_header("Cache-Control", "no-store")
    resp.media = {"access_token": tokens.access_token}
    if tokens.refresh_token is None:
        return
    if in_body:
        resp.media["refresh_token"] = tokens.refresh_token
        return
    is_secure = endpoint.settings.base_url.startswith("https:")
    for name, value, is_hidden in (
        (REFRESH_COOKIE, tokens.refresh_token, True),
        (CSRF_COOKIE, str(tokens.csrf), False),
    ):
        resp.set_cookie(
            name,
            value,
            max_age=int(REFRESH_LIFETIME.total_seconds()),
            path=REFRESH_PATH if is_hidden else "/",
            secure=is_secure,
            http_only=is_hidden,
            same_site="Strict",
        )


def _forget_cookies(resp: Response) -> None:
    resp.unset_cookie(REFRESH_COOKIE, path=REFRESH_PATH, same_site="Strict")
    resp.unset_cookie(CSRF_COOKIE, path="/", same_site="Strict")


def _refuse(resp: Response, error: Unauthenticated) -> None:
    """Answer as if the error had been raised, but let the unit of work commit."""
    resp.status = code_to_http_status(HTTPStatus.UNAUTHORIZED)
    resp.media = {"error": error.detail, "errors": error.error_objects()}
    for name, value in error.headers().items():
        resp.set_header(name, value)


_ENDPOINTS: Final[tuple[tuple[str, Callable[[Context], object]], ...]] = (
    ("/auth/session", Login),
    ("/v1/auth/login", Login),
    ("/v1/auth/fresh-login", FreshLogin),
    (REFRESH_PATH, Refresh),
    ("/v1/auth/logout", Logout),
    ("/v1/auth/blacklist", Blacklist),
    ("/v1/auth/verify-password", VerifyPassword),
    ("/v1/auth/change-password", ChangePassword),
    ("/v1/auth/reset-password", ResetPassword),
    ("/v1/auth/verify-email", VerifyEmail),
    ("/v1/auth/resend-verification-email", ResendVerification),
    ("/v1/users/user-details/get-user-id", UserId),
    ("/v1/users/check_email", CheckEmail),
    ("/v1/users/checkEmail", CheckEmail),
)

#: How requests begin that hash a password: the web server has threads of their own for them.
HASHING: Final = re.compile(
    rb"POST /(?:v1/)?auth/(?:session|login|fresh-login|verify-password|change-password)\b"
    rb"|PATCH /v1/auth/reset-password\b|(?:POST|PATCH) /v1/users(?:/\d+)?/?[ ?]"
)

ROUTES: Final = tuple(Route(path, factory) for path, factory in _ENDPOINTS)
