"""The parts of the blueprint become one document that remembers where its lines are from."""

from __future__ import annotations

from pathlib import Path

import pytest

from openevent.contract.blueprint import parse
from openevent.contract.parts import BlueprintError, assemble, blueprint_dir

MAIN = """FORMAT: 1A

# An API für Veranstaltungen: two bytes a letter

<!-- include(area/things.apib) -->

# Data Structures

## Thing (object)
+ name: `a` (string, required) - What it is called
"""
PART = """# Group Things

## Thing [/things/{id}]

### Show [GET]

Access: anyone, admin or self

+ Request none

    Path: `/things/9`

    + Headers

            Accept: text/plain

+ Response 404 (text/plain)

    + Attributes (Thing)
"""


def write(root: Path, main: str = MAIN, part: str = PART) -> Path:
    (root / "area").mkdir(exist_ok=True)
    (root / "api.apib").write_text(main, encoding="utf-8")
    (root / "area" / "things.apib").write_text(part, encoding="utf-8")
    return root


def test_places_are_those_of_the_part_that_was_written(tmp_path: Path) -> None:
    blueprint = parse(assemble(write(tmp_path)))
    (action,) = blueprint.actions
    (example,) = action.examples
    assert str(action.place) == "apiblueprint/area/things.apib:5"
    assert str(example.place) == "apiblueprint/area/things.apib:9"
    assert str(example.response_place) == "apiblueprint/area/things.apib:17"
    assert str(blueprint.structures["Thing"].members[0].place) == "apiblueprint/api.apib:10"


def test_warning_names_file_and_line_of_the_part(tmp_path: Path) -> None:
    part = PART.replace("    + Headers\n\n            Accept: text/plain\n", "")
    (warning, *_) = parse(assemble(write(tmp_path, part=part))).warnings
    assert str(warning).startswith("apiblueprint/area/things.apib:11: ")


def test_action_is_read_with_its_access_its_path_and_its_structure(tmp_path: Path) -> None:
    (action,) = parse(assemble(write(tmp_path))).actions
    (example,) = action.examples
    assert action.access == ("anyone", "admin", "self")
    assert action.route == ("GET", "/things/{id}")
    assert (example.path, example.status, example.structure) == ("/things/9", 404, "Thing")
    assert action.transaction(example) == "Things > Thing > Show"


def test_part_that_is_not_there_is_named_with_who_wants_it(tmp_path: Path) -> None:
    write(tmp_path, main=MAIN.replace("things", "nothing"))
    with pytest.raises(BlueprintError, match=r"no apiblueprint/area/nothing\.apib, which .*api"):
        assemble(tmp_path)


def test_part_that_includes_itself_is_refused(tmp_path: Path) -> None:
    write(tmp_path, part=PART + "\n<!-- include(things.apib) -->\n")
    with pytest.raises(BlueprintError, match=r"area/things\.apib includes itself"):
        assemble(tmp_path)


def test_every_part_is_in_the_blueprint() -> None:
    written = {p.relative_to(blueprint_dir()).as_posix() for p in blueprint_dir().rglob("*.apib")}
    assert written == set(assemble().files)
