"""The requests that are measured, the same for both servers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from tests.benchmarks import data
from tests.benchmarks.client import Request

_SAMPLE = 400

#: Highest CPU per request, as a multiple of the floor's.
ANONYMOUS_READ, READ_WITH_TOKEN, WRITE = 1.6, 2.0, 3.0
#: Highest CPU of a page at offset 5,000, as a multiple of the first page's.
DEEP_PAGE = 1.5


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request: who makes it, and what it may cost; ``None``: only shown."""

    name: str
    title: str
    requests: tuple[Request, ...]
    target: float | None
    with_token: bool


_COMPOUND = "include=event,faq-type&page[size]=50"
_CONDITION = quote('[{"name":"question","op":"ilike","val":"%tickets%"}]')
_SPARSE = f"filter={_CONDITION}&fields[faq]=question,position&page[size]=50"


def _detail(chance: random.Random) -> str:
    return f"/v1/faqs/{chance.choice(data.faqs_of(chance.choice(data.READ_EVENTS)))}"


def _page(query: str) -> Callable[[random.Random], str]:
    return lambda chance: f"/v1/events/{chance.choice(data.READ_EVENTS)}/faqs?{query}"


READS: tuple[tuple[str, str, Callable[[random.Random], str]], ...] = (
    ("W1", "detail", _detail),
    ("W2", "page of 20, sorted", _page("sort=-position&page[size]=20")),
    ("W3", "compound page of 50, two includes", _page(_COMPOUND)),
    ("W4", "filtered sparse page of 50", _page(_SPARSE)),
)

#: The first page of the big event, and the one at offset 5,000.
SHALLOW = Request.make(f"/v1/events/{data.BIG_EVENT}/faqs?sort=position&page[size]=20")
DEEP = Request.make(
    f"/v1/events/{data.BIG_EVENT}/faqs?sort=position&page[size]=20&page[number]=251"
)


def workloads(token: str) -> list[Workload]:
    """Return every read without and with a token, and the writes."""
    found = []
    for name, title, make in READS:
        for given in ("", token):
            chance = random.Random(name)  # noqa: S311  # the same requests in each run
            requests = tuple(Request.make(make(chance), token=given) for _ in range(_SAMPLE))
            target = READ_WITH_TOKEN if given else ANONYMOUS_READ
            found.append(Workload(name, title, requests, target, bool(given)))
    title = "validated write, with outbox row and message"
    found.append(Workload("W5", title, _creations(token), WRITE, with_token=True))
    title = "change of an event (90 attributes), with outbox row and message"
    found.append(Workload("W6", title, _changes(token), None, with_token=True))
    return found


def _creations(token: str) -> tuple[Request, ...]:
    chance = random.Random("W5")  # noqa: S311
    return tuple(
        Request.make("/v1/faqs", token=token, method="POST", body=_faq(chance), status=201)
        for _ in range(_SAMPLE)
    )


def _changes(token: str) -> tuple[Request, ...]:
    chance = random.Random("W6")  # noqa: S311
    found = []
    for number in range(_SAMPLE):
        event = str(chance.choice(data.WRITE_EVENTS))
        attributes = {"owner-name": f"Open Tech e.V., office No. {number}"}
        body = {"data": {"type": "event", "id": event, "attributes": attributes}}
        found.append(
            Request.make(
                f"/v1/events/{event}", token=token, method="PATCH", body=orjson.dumps(body)
            )
        )
    return tuple(found)


def _faq(chance: random.Random) -> bytes:
    event = chance.choice(data.WRITE_EVENTS)
    type_ = chance.choice(data.types_of(event))
    return orjson.dumps(
        {
            "data": {
                "type": "faq",
                "attributes": {
                    "question": f"May I bring guest No. {chance.randrange(1000)}?",
                    "answer": "Yes, if they have a ticket of their own. " * 36,
                },
                "relationships": {
                    "event": {"data": {"type": "event", "id": str(event)}},
                    "faq-type": {"data": {"type": "faq-type", "id": str(type_)}},
                },
            }
        }
    )
