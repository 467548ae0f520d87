"""Live answers written into the blueprint, so that authors write requests only.

A replay collects the answers; each becomes the ``+ Body`` of its response in the part it
is documented in. What differs from run to run (times of today, tokens, made-up
identifiers, the machine's name) gets a fixed value, so that recording twice changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from openevent.areas.orders.world import IDENTIFIERS
from openevent.contract.blueprint import Blueprint, Example
from openevent.contract.parts import Assembly, BlueprintError
from openevent.contract.replay import Outcome
from openevent.contract.sections import BODY, end_of_section, without_body

_WIDTH = 96

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_PLACE = re.compile(r"^id: [0-9a-f]+-7f{15}$", re.MULTILINE)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_DIGITS = re.compile(r"\d{1,9}(?:\.\d+)?(?= (?:ms|s|seconds)\b)")
_MADE_UP = re.compile(
    r"(?<=\"identifier\": \")[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?(?=\")"
)

_A_TIME = "2029-12-01T10:00:00Z"
_A_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6NH0.c2lnbmF0dXJl"  # noqa: S105 - of nobody
_AN_IDENTIFIER = "e9f5a6b7"
_A_UUID = "e6f5a7b8-75c7-4d54-8a6b-9f1c5d7e3b06"
_KNOWN = frozenset({"a5b1c2d3", "b6c2d3e4", "c7d3e4f5", "d8e4f5a6", *IDENTIFIERS.values()})
_FIXED = {
    "hostname": "web-1",
    "csrf": "demo-csrf",
    "cursor": "2f1-5",
    "task_url": "/v1/tasks/5d1c0b7a9e3f4c2d8a6b1e0f7c9d3a52",
    # What this key has signed for attendee 3; a test verifies it.
    "kid": "_hJyaIoisFE",
    "key_id": "_hJyaIoisFE",
    "x": "uMu4ZEup2OWM1zM3dwp01tJhdBcNhQd7GaXVT7_Z9-Q",
    "signed": "OE1:AH7BE4TIRIRLAUIAAAAAAAAAAAAQAAAAAAAAAAADAAAAAAAAAAAAEKUNJRVZDY2POCGC2W36D45J2AQA"
    "AAAACAAAAAAHC6JZSAAAAAAAOF7PAEEVMN2DY47NZE7ZRCLOTFS7FRLWOH2CZNOW2QFFYXJMI3LPFNHSMA6RZUDWMZXP5"
    "CTLOMRKKI2EI3Q4RKMWXHVSHCFEOIT2VSBX74NAY",
}


def record(blueprint: Blueprint, outcomes: Iterable[Outcome], *, dry: bool = False) -> list[str]:
    """Write answers into the parts; return the names of the files that changed.

    ``dry`` writes nothing and returns the files that would change.
    """
    transactions = blueprint.transactions()
    answers: dict[str, list[tuple[Example, str]]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.name not in transactions:
            continue
        _, example = transactions[outcome.name]
        # A wrong answer is not documentation.
        if not example.is_binary and outcome.body and str(outcome.status) == str(example.status):
            answers[example.response_place.file].append((example, settled(outcome.body)))
    return [name for name in answers if _write(blueprint.assembly, name, answers[name], dry)]


def _write(assembly: Assembly, name: str, answers: list[tuple[Example, str]], dry: bool) -> bool:
    path = assembly.root / name
    before = path.read_text(encoding="utf-8")
    lines = before.splitlines()
    if lines != assembly.lines_of(name):
        raise BlueprintError(f"apiblueprint/{name} was edited meanwhile; record it again")
    # From the end, so that what comes earlier stays where it is.
    for example, body in sorted(answers, key=lambda a: a[0].response_place, reverse=True):
        start = example.response_place.line
        end = end_of_section(lines, start)
        lines[start:end] = with_body(lines[start:end], body)
    after = "\n".join(lines) + "\n"
    if after != before and not dry:
        path.write_text(after, encoding="utf-8")
    return after != before


def with_body(section: list[str], body: str) -> list[str]:
    """Return the lines under a ``+ Response`` with this body in place of any other."""
    kept = without_body(section)
    while kept and not kept[-1].strip():
        kept.pop()
    block = [f"            {line}" if line else "" for line in body.splitlines()]
    return [*kept, *([""] * bool(kept)), BODY, "", *block, ""]


def settled(body: str) -> str:
    """Return an answer as text for people, the same whenever it is asked for."""
    try:
        value = json.loads(body)
    except ValueError:
        return _PLACE.sub("id: 2f1-7fffffffffffffff", body.strip())
    text = "\n".join(_pretty(_fixed(value), 0))
    for made_up in {found[0] for found in _MADE_UP.finditer(text)} - _KNOWN:
        text = text.replace(made_up, _A_UUID if "-" in made_up else _AN_IDENTIFIER)
    return text


def _fixed(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _fixed(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_fixed(item, name) for item in value]
    if isinstance(value, str):
        if name in _FIXED:
            return _FIXED[name]
        text = _TIME.sub(_not_today, _JWT.sub(_A_TOKEN, value))
        text = _ADDRESS.sub("http://127.0.0.1:8000", text)
        return _DIGITS.sub("1", text) if name == "output" else text
    if isinstance(value, int | float) and name in ("timestamp", "expires"):
        return int(datetime.fromisoformat(_A_TIME).timestamp())
    return value


def _not_today(match: re.Match[str]) -> str:
    when = datetime.fromisoformat(match[0])
    return _A_TIME if abs(when - datetime.now(UTC)) < timedelta(days=2) else match[0]


def _pretty(value: Any, indent: int, *, lead: int = 0) -> list[str]:
    """Return JSON in lines: whatever fits goes on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent + lead <= _WIDTH or not isinstance(value, dict | list) or not value:
        return [line]
    inner = " " * (indent + 2)
    pairs = (
        [(f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in value.items()]
        if isinstance(value, dict)
        else [("", item) for item in value]
    )
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = [opening]
    for number, (label, item) in enumerate(pairs, start=1):
        first, *rest = _pretty(item, indent + 2, lead=len(label) + 1)
        block = [inner + label + first, *rest]
        block[-1] += "," if number < len(pairs) else ""
        lines += block
    return [*lines, " " * indent + closing]
