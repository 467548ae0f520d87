"""From a documented request to one that can be sent: URL, token, body.

The replay, the recorder and the policy tests all send the blueprint's examples; this is
what they have in common.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from openevent.areas.identity.world import PRINCIPALS, refresh_token
from openevent.contract.blueprint import Action, Example
from openevent.services.tokens import TokenSigner

_VARIABLES = re.compile(r"\{([?&]?)([^{}]+)\}")
_TOKEN = re.compile(r"<(?P<expired>expired )?(?P<who>[a-z-]+)(?P<refresh> refresh)? token>")
_DAY = timedelta(days=1)
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAFCAIAAAD38zoCAAAAHUlEQVR42mOUsElgwAaYGHAAhMSNijvIEowkGwUABXMD"
    "ncDhbM0AAAAASUVORK5CYII="
)


def _archive() -> bytes:
    """Return an event as an archive, as exports make them: the least that can be imported."""
    attributes = {
        "name": "Open Tech Summit Winter",
        "starts-at": "2031-01-10T09:00:00Z",
        "ends-at": "2031-01-11T17:00:00Z",
        "timezone": "Europe/Berlin",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        event = {"data": {"type": "event", "id": "1", "attributes": attributes}}
        archive.writestr(zipfile.ZipInfo("event.json"), json.dumps(event))
    return packed.getvalue()


#: What stands in an example for what cannot be written there, and what is sent instead.
BYTES: Final = {
    "<the bytes of a picture>": _PICTURE,
    "<the bytes of an archive>": _archive(),
}


class UnknownPrincipal(ValueError):  # noqa: N818 - said of a name in the blueprint
    """An example asks as somebody whom the demo world does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it goes out; ``target`` is path and query."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: str | bytes | None

    @property
    def principal(self) -> str | None:
        """Whose token the example has, before it was put in; ``None``: nobody's."""
        for _, value in self.headers:
            if match := _TOKEN.search(value):
                return match["who"]
        return None

    def by(self, principal: str | None) -> Request:
        """Return the same request as somebody else, or as nobody."""
        headers = [(n, v) for n, v in self.headers if n.lower() != "authorization"]
        if principal is not None:
            value = f"JWT <{principal} token>"
            for name, present in self.headers:
                if name.lower() == "authorization" and (match := _TOKEN.search(present)):
                    kind = match["refresh"] or ""
                    value = _TOKEN.sub(f"<{principal}{kind} token>", present)
            headers.append(("Authorization", value))
        return replace(self, headers=tuple(headers))

    def with_tokens(self, tokens: Tokens) -> Request:
        """Return the request with real tokens where the example names people."""
        return replace(self, headers=tuple((n, tokens.fill(v)) for n, v in self.headers))


class Tokens:
    """Real tokens for the people that examples name."""

    def __init__(self, secret_key: str) -> None:
        self._signer = TokenSigner(secret_key)
        self._made: dict[str, str] = {}  # signing takes longer than many a request

    def fill(self, text: str) -> str:
        """Replace ``<organizer token>`` and its like in a header's value."""
        return _TOKEN.sub(self._token, text)

    def _token(self, match: re.Match[str]) -> str:
        if match[0] not in self._made:
            self._made[match[0]] = self._make(match)
        return self._made[match[0]]

    def _make(self, match: re.Match[str]) -> str:
        who = match["who"]
        if who not in PRINCIPALS:
            raise UnknownPrincipal(
                f"the demo world has nobody called {who!r}; it has {', '.join(PRINCIPALS)}"
            )
        if match["refresh"]:
            return refresh_token(self._signer, PRINCIPALS[who])
        return self._signer.access(PRINCIPALS[who], expires_in=-_DAY if match["expired"] else _DAY)


def request_of(action: Action, example: Example) -> Request:
    """Return the request of an example, with the names of people still in it."""
    values = {p.name: p.example for p in action.parameters if p.example is not None}
    return Request(
        method=action.method,
        target=example.path or expand(action.template, values),
        headers=example.headers,
        body=_sent(example),
    )


def _sent(example: Example) -> str | bytes | None:
    """Return the body as it goes out; the lines of a form end in CRLF, as Dredd sends them."""
    body = example.body
    if body is None:
        return None
    is_form = any(
        name.lower() == "content-type" and value.startswith("multipart/")
        for name, value in example.headers
    )
    body = body.replace("\n", "\r\n") if is_form else body
    found = with_bytes(body)
    return body if found is None else found


def with_bytes(body: str) -> bytes | None:
    """Return a body with the bytes that it only mentions, as all of it or as part of a form."""
    for words, content in BYTES.items():
        if body.strip() == words:
            return content
        if words in body:
            lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
            return lines.encode().replace(words.encode(), content)
    return None


def expand(template: str, values: Mapping[str, str]) -> str:
    """Expand a URI template as far as the blueprint uses them (RFC 6570 levels 1 and 3)."""

    def fill(match: re.Match[str]) -> str:
        names = match[2].split(",")
        if not match[1]:
            return quote(values.get(names[0], ""), safe="")
        pairs = [f"{name}={quote(values[name], safe='')}" for name in names if name in values]
        return ("?" if match[1] == "?" else "&") * bool(pairs) + "&".join(pairs)

    return _VARIABLES.sub(fill, template)
