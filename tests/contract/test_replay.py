"""The replay refuses every answer that is not as documented, and leaves nothing out.

Dredd runs against a small server that gives each answer on purpose.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from openevent.contract.blueprint import Blueprint, parse
from openevent.contract.parts import assemble
from openevent.contract.replay import Report, plan, replay
from openevent.contract.spelling import as_written, for_dredd
from openevent.settings import Settings

GOOD: dict[str, Any] = {
    "name": "Summit",
    "count": 3,
    "open": True,
    "state": "draft",
    "ends-at": None,
    "tags": ["a"],
    "owner": {"type": "user", "id": "1"},
}
#: What a server could get wrong -> the answer that does, and what Dredd has to say.
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({k: v for k, v in GOOD.items() if k != "name"}, "Missing required property: name"),
    "text-for-number": (GOOD | {"count": "3"}, "/count"),
    "number-for-text": (GOOD | {"name": 3}, "/name"),
    "text-for-truth": (GOOD | {"open": "yes"}, "/open"),
    "unknown-member": (GOOD | {"state": "cancelled"}, "/state"),
    "null": (GOOD | {"name": None}, "/name"),
    "null-member": (GOOD | {"state": None}, "/state"),
    "wrong-items": (GOOD | {"tags": [1]}, "/tags"),
    "wrong-type": (GOOD | {"owner": {"type": "event", "id": "1"}}, "/owner"),
    "nobody": (GOOD | {"owner": None}, "/owner"),
}
RIGHT = {"as-documented": GOOD, "not-null": GOOD | {"ends-at": "2030-05-01T09:00:00Z"}}
ACTION = """
## {0} [/{0}{{?page%5Bsize%5D}}]

+ Parameters
    + `page%5Bsize%5D`: 20 (number, optional) - Rows of a page

### Show [GET]

+ Request
    + Headers

            Accept: application/json

+ Response 200 (application/json)
    + Attributes (Thing)

"""
STRUCTURE = """
# Data Structures

## Thing (object)
+ `name` (string, required)
+ `count` (number, required)
+ `open` (boolean, required)
+ `state` (enum, required)
    + `draft`
    + `published`
+ `ends-at` (string, required, nullable)
+ `tags` (array[string], required, fixed-type)
+ `owner` (Owner, required)

## Owner (object)
+ `type`: `user` (string, required, fixed)
+ `id` (string, required)
"""


class Answers(BaseHTTPRequestHandler):
    """Answers each path with the body of that name."""

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        body = json.dumps(RIGHT[name] if name in RIGHT else WRONG[name][0]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    root = tmp_path_factory.mktemp("apiblueprint")
    actions = "".join(ACTION.format(name) for name in (*RIGHT, *WRONG))
    text = f"FORMAT: 1A\n\n# An API\n\n# Group Things\n{actions}{STRUCTURE}"
    (root / "api.apib").write_text(text, encoding="utf-8")
    return parse(assemble(root))


@pytest.fixture(scope="module")
def report(blueprint: Blueprint, url: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    hooks = tmp_path_factory.mktemp("hooks")
    return replay(plan(blueprint, ()), Settings(), url, seed=7, hooks=hooks, bodies=True)


def outcome_of(report: Report, name: str) -> tuple[str, str]:
    (found,) = (item for item in report.outcomes if f"> {name} >" in item.name)
    return found.outcome, found.message


@pytest.mark.parametrize("name", RIGHT)
def test_answer_as_documented_passes(report: Report, name: str) -> None:
    assert outcome_of(report, name) == ("pass", "")


@pytest.mark.parametrize("name", WRONG)
def test_answer_that_breaks_its_structure_fails_and_names_the_member(
    report: Report, name: str
) -> None:
    outcome, message = outcome_of(report, name)
    assert outcome == "fail"
    assert WRONG[name][1] in message


def test_every_documented_request_runs_brackets_or_not(report: Report) -> None:
    assert report.error is None
    assert report.warnings == []
    assert report.missing == ()
    assert len(report.outcomes) == report.found == report.expected == len(RIGHT) + len(WRONG)
    assert not report.is_good


def test_order_is_shuffled_by_the_seed(report: Report, blueprint: Blueprint) -> None:
    ran = [outcome.name for outcome in report.outcomes]
    written = list(blueprint.transactions())
    assert ran != written
    assert sorted(ran) == sorted(written)


def test_request_that_did_not_run_is_no_success() -> None:
    report = Report(documented=1, expected=1, missing=("Things > Thing > Show",))
    assert not report.is_good
    assert not Report(documented=0, expected=0).is_good


def test_only_templates_and_parameters_are_spelled_for_dredd_and_back() -> None:
    lines = (
        "## Things [/things{?page%5Bsize%5D,fields%5Bfaq%2Dtype%5D}]",
        "    + `page%5Bsize%5D` (number) - Rows",
        "    Path: `/things?page%5Bsize%5D=1`",
    )
    spelled = (
        "## Things [/things{?page_5B_size_5D_,fields_5B_faq_2D_type_5D_}]",
        "    + `page_5B_size_5D_` (number) - Rows",
        "    Path: `/things?page%5Bsize%5D=1`",
    )
    assert tuple(map(for_dredd, lines)) == spelled
    assert tuple(map(as_written, spelled)) == lines
