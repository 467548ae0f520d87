"""Whether both servers say the same: a floor that did less would prove nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from tests.benchmarks.client import BenchmarkError, Request, fetch
from tests.benchmarks.workloads import Workload

_CHECKED = 5


def check_equal(workload: Workload, floor: tuple[str, int], ours: tuple[str, int]) -> None:
    """Raise :class:`BenchmarkError` unless both answer these requests with equal documents."""
    for request in workload.requests[:_CHECKED]:
        theirs, real = _document(floor, request), _document(ours, request)
        if workload.with_token:
            # The floor knows no principals: what only the team reads is ours alone.
            _forget_private(real, theirs)
        if request.status == 201:
            _forget_numbers(theirs)
            _forget_numbers(real)
        for member in theirs.keys() | real.keys():
            if theirs.get(member) != real.get(member):
                raise BenchmarkError(
                    f"{workload.name}: {member!r} of {request.raw[:200]!r} differs:\n"
                    f"floor {str(theirs.get(member))[:2000]}\nours  {str(real.get(member))[:2000]}"
                )


def _document(address: tuple[str, int], request: Request) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(fetch(address, request).body)
    document["links"] = {name: _parsed(url) for name, url in document["links"].items()}
    included = document.get("included", [])
    included.sort(key=lambda resource: (resource["type"], int(resource["id"])))
    return document


def _parsed(url: str | None) -> Any:
    if url is None:
        return None
    parts = urlsplit(url)
    return parts.path, sorted(parse_qsl(parts.query))


def _forget_private(ours: dict[str, Any], floor: dict[str, Any]) -> None:
    pairs = list(zip(ours.get("included", []), floor.get("included", []), strict=True))
    if isinstance(ours["data"], dict):
        pairs.append((ours["data"], floor["data"]))
    for real, theirs in pairs:
        for name in real["attributes"].keys() - theirs["attributes"].keys():
            del real["attributes"][name]


def _forget_numbers(document: dict[str, Any]) -> None:
    """Two rows were made: their ids and places differ, and nothing else."""
    id_ = document["data"].pop("id")
    document["data"]["attributes"].pop("position")
    text = orjson.dumps(document).decode().replace(f"/v1/faqs/{id_}", "/v1/faqs/x")
    document.update(orjson.loads(text))
