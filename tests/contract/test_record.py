"""Live answers are written into the blueprint, the same each time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from openevent.contract.blueprint import parse, read_blueprint
from openevent.contract.parts import BlueprintError, assemble
from openevent.contract.record import record, settled, with_body
from openevent.contract.replay import Outcome
from tests.contract.test_parts import write

NAME = "Things > Thing > Show"


def outcome(body: str, status: str = "404") -> Outcome:
    return Outcome(
        name=NAME, outcome="pass", method="GET", path="/things/9", status=status, body=body
    )


def test_answer_becomes_the_body_of_its_response(tmp_path: Path) -> None:
    blueprint = parse(assemble(write(tmp_path)))
    assert record(blueprint, [outcome('{"name": "a"}')]) == ["area/things.apib"]
    part = (tmp_path / "area" / "things.apib").read_text(encoding="utf-8")
    assert part.endswith('    + Attributes (Thing)\n\n    + Body\n\n            {"name": "a"}\n\n')
    assert not read_blueprint(tmp_path).warnings


def test_recording_the_same_answer_again_changes_nothing(tmp_path: Path) -> None:
    record(read_blueprint(write(tmp_path)), [outcome('{"name": "a"}')])
    assert record(read_blueprint(tmp_path), [outcome('{"name": "a"}')]) == []


def test_check_finds_old_answers_and_writes_nothing(tmp_path: Path) -> None:
    blueprint = read_blueprint(write(tmp_path))
    assert record(blueprint, [outcome('{"name": "a"}')], dry=True) == ["area/things.apib"]
    assert assemble(tmp_path).text == blueprint.assembly.text


def test_answer_with_another_status_is_not_documented(tmp_path: Path) -> None:
    assert record(read_blueprint(write(tmp_path)), [outcome("{}", status="500")]) == []


def test_part_that_was_edited_meanwhile_is_left_alone(tmp_path: Path) -> None:
    blueprint = read_blueprint(write(tmp_path))
    part = tmp_path / "area" / "things.apib"
    part.write_text("\n" + part.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BlueprintError, match="edited meanwhile"):
        record(blueprint, [outcome('{"name": "a"}')])


def test_old_body_makes_room_for_the_new_one() -> None:
    section = ["", "    + Attributes (Thing)", "", "    + Body", "", "            old", ""]
    assert with_body(section, "new") == [
        *("", "    + Attributes (Thing)", "", "    + Body", "", "            new", "")
    ]


def test_what_differs_from_run_to_run_gets_a_fixed_value() -> None:
    now = datetime.now(UTC).isoformat()
    body = {"at": now, "then": "2030-05-01T09:00:00Z", "hostname": "this-machine"}
    assert json.loads(settled(json.dumps(body))) == {
        "at": "2029-12-01T10:00:00Z",
        "then": "2030-05-01T09:00:00Z",
        "hostname": "web-1",
    }


def test_made_up_identifier_is_the_same_everywhere_in_an_answer() -> None:
    body = '{"identifier": "0a1b2c3d", "url": "/e/0a1b2c3d"}'
    assert "0a1b2c3d" not in settled(body)
    assert "a5b1c2d3" in settled('{"identifier": "a5b1c2d3"}')


def test_short_values_stay_on_one_line() -> None:
    value = {"data": {"type": "event", "id": "1"}, "long": ["x" * 60, "y" * 60]}
    assert settled(json.dumps(value)).splitlines()[:3] == [
        "{",
        '  "data": {"type": "event", "id": "1"},',
        '  "long": [',
    ]
