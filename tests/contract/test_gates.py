"""Each gate catches the drift it is there for, and says where it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import falcon.testing
import pytest
from sqlalchemy import Column, MetaData, Text

from openevent.app import RESOURCES, WebApp
from openevent.contract.blueprint import Blueprint, read_blueprint
from openevent.contract.gates.actions import check_actions
from openevent.contract.gates.answers import Answer, check_answers
from openevent.contract.gates.check import hooks_dir
from openevent.contract.gates.database import check_enums, check_migrations
from openevent.contract.gates.hooks import check_hooks
from openevent.contract.gates.routes import Routing, check_routes
from openevent.contract.gates.schemas import check_schemas
from openevent.contract.parts import blueprint_dir
from openevent.db.registry import metadata
from openevent.local.postgres import EmbeddedPostgres
from tests import conftest
from tests.answered import ANSWERED
from tests.contract.documented import BLUEPRINT


class Drift:
    """A copy of the introduction and one part, in which something is changed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "apiblueprint"
        shutil.copytree(blueprint_dir(), self.root)

    def change(self, file: str, old: str, new: str) -> Blueprint:
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r} any more"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        main = self.root / "api.apib"
        others = re.compile(rf"<!-- include\((?!{re.escape(file)}\))[^)]+\) -->\n")
        main.write_text(others.sub("", main.read_text(encoding="utf-8")), encoding="utf-8")
        return read_blueprint(self.root)


@pytest.fixture
def drift(tmp_path: Path) -> Drift:
    return Drift(tmp_path)


@pytest.fixture(scope="module")
def empty_database() -> Iterator[str]:
    with (
        TemporaryDirectory(prefix="oe-") as folder,
        EmbeddedPostgres(Path(folder), durable=False) as url,
    ):
        yield url


FAQS = [r for r in RESOURCES if r.type_name == "faq"]
EVENTS = [r for r in RESOURCES if r.type_name == "event"]


def told(faults: Iterator[object]) -> str:
    """Return what a gate says."""
    return "\n".join(str(fault) for fault in faults)


def test_renamed_attribute_is_caught_from_both_sides(drift: Drift) -> None:
    blueprint = drift.change("faq/faqs.apib", "+ `question`:", "+ `query`:")
    said = told(check_schemas(blueprint, FAQS))
    assert "apiblueprint/faq/faqs.apib:" in said
    assert "'query' is not in FaqSchema" in said
    assert "'question' of FaqSchema is not described" in said


def test_widened_type_is_caught(drift: Drift) -> None:
    blueprint = drift.change("faq/faqs.apib", "`position`: 1 (number,", "`position`: `1` (string,")
    said = told(check_schemas(blueprint, FAQS))
    assert "apiblueprint/faq/faqs.apib:" in said
    assert "'position' is described as string, but is number" in said


def test_attribute_that_may_be_missing_is_caught(drift: Drift) -> None:
    blueprint = drift.change("faq/faqs.apib", "(string, required, nullable)", "(string, nullable)")
    assert "'deleted-at' is described as optional" in told(check_schemas(blueprint, FAQS))


def test_attribute_that_may_be_null_is_caught(drift: Drift) -> None:
    blueprint = drift.change("faq/faqs.apib", "(string, required, nullable)", "(string, required)")
    assert "'deleted-at' is described as not nullable" in told(check_schemas(blueprint, FAQS))


def test_forgotten_enum_member_is_caught(drift: Drift) -> None:
    text = (drift.root / "events/events.apib").read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if x.strip().startswith(("+ draft", "+ `draft`")))
    blueprint = drift.change("events/events.apib", f"{line}\n", "")
    said = told(check_schemas(blueprint, EVENTS))
    assert "apiblueprint/events/events.apib:" in said
    assert "'draft', which the description forgets" in said


def test_enum_member_that_the_table_refuses_is_caught() -> None:
    faults = list(check_enums(RESOURCES))
    assert faults == []
    resource = next(r for r in RESOURCES if r.type_name == "event")
    field = resource.schema._declared_fields["state"]
    choices = field.validators[0].choices
    field.validators[0].choices = [*choices, "postponed"]
    try:
        said = told(check_enums(RESOURCES))
    finally:
        field.validators[0].choices = choices
    assert "EventSchema.state" in said
    assert "postponed" in said


def test_dropped_route_is_caught(drift: Drift, app: WebApp) -> None:
    routing = Routing.of(app)
    dropped = ("GET", "/v1/events/{id}/faqs")
    faults = check_routes(BLUEPRINT, Routing(routing.operations - {dropped}), RESOURCES)
    said = told(faults)
    assert "apiblueprint/faq/faqs.apib:" in said
    assert "GET /v1/events/{id}/faqs has no route" in said


def test_undocumented_route_is_caught(app: WebApp) -> None:
    operations = Routing.of(app).operations | {("POST", "/v1/secrets")}
    said = told(check_routes(BLUEPRINT, Routing(operations), RESOURCES))
    assert said == "POST /v1/secrets is routed, but no action documents it"


def test_undocumented_status_is_caught(drift: Drift) -> None:
    text = (drift.root / "faq/faqs.apib").read_text(encoding="utf-8")
    start = text.index("+ Request refused: nothing of that name to sort by")
    block = text[start : text.index("## FAQs of a Type")]
    said = told(check_actions(drift.change("faq/faqs.apib", block, "")))
    assert "apiblueprint/faq/faqs.apib:" in said
    assert "'List FAQs of an Event': no example of 400" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Access: co-organizer\n", "Access: 'co-organizer' is none of anyone, registered"),
        ("", "no line 'Access: ...'"),
    ],
)
def test_wrong_access_line_is_caught(drift: Drift, line: str, said: str) -> None:
    blueprint = drift.change("faq/faqs.apib", "Access: coorganizer\n", line)
    faults = told(check_actions(blueprint))
    assert "apiblueprint/faq/faqs.apib:" in faults
    assert f"'Create an FAQ': {said}" in faults


def test_blueprint_that_warns_is_caught(drift: Drift) -> None:
    blueprint = drift.change("faq/faqs.apib", "+ id: 1 (string", "+ ident: 1 (string")
    assert any(w.place and w.place.file == "faq/faqs.apib" for w in blueprint.warnings)


def test_orphan_hook_is_caught(tmp_path: Path) -> None:
    (tmp_path / "lost_hooks.py").write_text(
        'from dredd_hooks import before\n\n@before("FAQs > Gone > Forever")\n'
        "def never(_):\n    pass\n",
        encoding="utf-8",
    )
    said = told(check_hooks(BLUEPRINT, tmp_path))
    assert said == "hooks/lost_hooks.py:3: no transaction is called 'FAQs > Gone > Forever'"
    assert told(check_hooks(BLUEPRINT, hooks_dir())) == ""


def test_forgotten_migration_is_caught(empty_database: str) -> None:
    drifted = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(drifted)
    drifted.tables["faqs"].append_column(Column("asked_by", Text()))
    said = told(check_migrations(empty_database, drifted))
    assert "no migration makes this change of the models: add_column" in said
    assert "faqs.asked_by: the migrations make nothing, the models mean text" in said


def test_check_that_only_the_models_have_is_caught(empty_database: str) -> None:
    drifted = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(drifted)
    table = drifted.tables["events"]
    check = next(c for c in table.constraints if "state" in str(c.name or ""))
    table.constraints.discard(check)
    said = told(check_migrations(empty_database, drifted))
    assert f"events constraint {check.name}" in said
    assert "the models mean nothing" in said


def test_blueprint_keeps_the_place_of_each_action() -> None:
    lines = dict(zip(BLUEPRINT.assembly.places, BLUEPRINT.assembly.lines, strict=True))
    for action in BLUEPRINT.actions:
        assert action.name in lines[action.place]


def test_answers_that_are_documented_or_general_are_no_faults() -> None:
    answers = [
        Answer("GET", "/v1/faqs/{id}", 200),
        Answer("HEAD", "/v1/faqs/{id}", 304),
        Answer("PATCH", "/v1/faqs/{id}", 412),
        Answer("PATCH", "/v1/faqs/{id}/relationships/faq-type", 200),
        Answer("GET", "/v1/faqs", 405),
    ]
    assert list(check_answers(BLUEPRINT, RESOURCES, answers)) == []


def test_answer_without_an_example_is_told_with_its_action_and_file() -> None:
    [fault] = check_answers(BLUEPRINT, RESOURCES, [Answer("GET", "/v1/faqs/{id}", 418)])
    assert str(fault).startswith("apiblueprint/faq/")
    assert "(GET /v1/faqs/{id}) answered 418, which has no example" in str(fault)


def test_answer_of_a_relationship_against_its_rule_is_told() -> None:
    route = "/v1/faqs/{id}/relationships/faq-type"
    [fault] = check_answers(BLUEPRINT, RESOURCES, [Answer("PATCH", route, 202)])
    assert f"PATCH {route} answered 202, against the rule" in str(fault)


def test_answers_of_tests_are_noted_with_the_test(app: WebApp) -> None:
    falcon.testing.TestClient(app).simulate_get("/v1/event-types")
    assert "::test_" in ANSWERED[Answer("GET", "/v1/event-types", 200)]


def test_undocumented_answer_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(answers: dict[Answer, str]) -> Any:
        monkeypatch.setattr(conftest, "ANSWERED", answers)
        session = SimpleNamespace(config=SimpleNamespace(stash=pytest.Stash()), exitstatus=0)
        conftest.pytest_sessionfinish(cast("pytest.Session", session))
        return session

    assert ended({Answer("GET", "/v1/faqs/{id}", 200): "seen"}).exitstatus == 0
    failed = ended({Answer("GET", "/v1/faqs/{id}", 418): "a.py::test_b"})
    assert failed.exitstatus == pytest.ExitCode.TESTS_FAILED
    [told] = failed.config.stash[conftest.UNDOCUMENTED]
    assert "answered 418, which has no example (a.py::test_b)" in told
