"""Documents as clients write them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson


def document(
    type_: str,
    id_: str | int | None = None,
    attributes: dict[str, Any] | None = None,
    **to_one: tuple[str, str | int] | None,
) -> dict[str, Any]:
    """Return a resource document; to-one relationships are given as ``name=(type, id)``."""
    data: dict[str, Any] = {"type": type_, "attributes": attributes or {}}
    if id_ is not None:
        data["id"] = str(id_)
    if to_one:
        data["relationships"] = {
            name.replace("_", "-"): {"data": target and linkage(*target)}
            for name, target in to_one.items()
        }
    return {"data": data}


def linkage(type_: str, id_: str | int) -> dict[str, str]:
    """Return a resource identifier object."""
    return {"type": type_, "id": str(id_)}


def filtered(path: str, *conditions: dict[str, Any], **parameters: str) -> str:
    """Return a list's path with a filter of these conditions."""
    return f"{path}?{urlencode({'filter': orjson.dumps(conditions).decode(), **parameters})}"


def ids(answer: Any) -> list[str]:
    """Return the ids of a list's primary data, in order."""
    return [resource["id"] for resource in answer.json["data"]]


def included(answer: Any) -> set[tuple[str, str]]:
    """Return type and id of what a compound document includes."""
    return {(resource["type"], resource["id"]) for resource in answer.json["included"]}


def fault(answer: Any) -> tuple[int, str, str | None]:
    """Return status, code and pointer of the first error of an error document."""
    error = answer.json["errors"][0]
    assert error["status"] == str(answer.status_code)
    return answer.status_code, error["code"], error["source"].get("pointer")
