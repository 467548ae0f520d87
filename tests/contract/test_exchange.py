"""A documented request becomes one that can be sent."""

from __future__ import annotations

import pytest

from openevent.contract.exchange import Request, Tokens, UnknownPrincipal, expand
from openevent.services.tokens import ExpiredTokenError, TokenSigner, TokenType

KEY = "a secret key of the tests, long enough to sign"


def request(authorization: str) -> Request:
    headers = (("Authorization", authorization), ("Accept", "*/*"))
    return Request(method="GET", target="/v1/events", headers=headers, body=None)


def sent(authorization: str) -> str:
    headers = dict(request(authorization).with_tokens(Tokens(KEY)).headers)
    return headers["Authorization"].removeprefix("JWT ")


def test_template_takes_the_values_there_are() -> None:
    template = "/v1/events/{id}/faqs{?page%5Bsize%5D,sort,filter}"
    values = {"id": "a b", "page%5Bsize%5D": "10", "filter": "[1]"}
    assert expand(template, values) == "/v1/events/a%20b/faqs?page%5Bsize%5D=10&filter=%5B1%5D"
    assert expand(template, {"id": "1"}) == "/v1/events/1/faqs"


def test_name_in_a_header_becomes_a_token_of_that_person() -> None:
    claims = TokenSigner(KEY).verify(sent("JWT <organizer token>"))
    assert claims.identity == 4


def test_expired_and_refresh_tokens_are_what_they_say() -> None:
    signer = TokenSigner(KEY)
    with pytest.raises(ExpiredTokenError):
        signer.verify(sent("JWT <expired organizer token>"))
    claims = signer.verify(sent("JWT <organizer refresh token>"), TokenType.REFRESH)
    assert claims.identity == 4


def test_somebody_who_is_not_in_the_world_is_refused_with_who_is() -> None:
    with pytest.raises(UnknownPrincipal, match=r"nobody called 'janitor'.*organizer"):
        sent("JWT <janitor token>")


def test_request_can_be_made_as_somebody_else_or_as_nobody() -> None:
    original = request("JWT <organizer refresh token>")
    assert original.principal == "organizer"
    assert dict(original.by("owner").headers)["Authorization"] == "JWT <owner refresh token>"
    assert "Authorization" not in dict(original.by(None).headers)
    assert original.by(None).by("owner").principal == "owner"
