"""The documentation is built without warnings and can be read without a network."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path

import falcon
import pytest
from falcon.testing import TestClient

from openevent.app import create_app
from openevent.contract.blueprint import read_blueprint
from openevent.contract.build import Built, action_names, alone, build, contract_hash
from openevent.contract.parts import assemble
from openevent.contract.tables import check_marks, tables
from openevent.http.documentation import BuiltFile
from openevent.settings import Settings
from tests.contract.documented import BLUEPRINT
from tests.contract.test_parts import MAIN, PART, write


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(Settings(data_dir=tmp_path_factory.mktemp("data"), bind="127.0.0.1:8123"))


def read(built: Built, name: str) -> str:
    return (built.folder / name).read_text(encoding="utf-8")


def test_documentation_is_built_without_warnings(built: Built) -> None:
    assert built.faults == ()


def test_page_loads_nothing_from_elsewhere(built: Built) -> None:
    page = read(built, "index.html")
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*(?:href|src)=", page)
    assert "@import" not in page


def test_page_shows_every_action(built: Built) -> None:
    page = read(built, "index.html")
    page = html.unescape(page).replace("\u2019", "'")
    assert [action.name for action in BLUEPRINT.actions if action.name not in page] == []


def test_source_has_a_table_in_place_of_every_mark(built: Built) -> None:
    source = read(built, "api.apib")
    assert "<!-- attributes(" not in source
    assert "| Attribute | Description | Type | Required |" in source
    assert "| `question` | What visitors ask | string | yes |" in source
    assert "| `faq-type` | The section it is in. | one or none | `coorganizer` |" in source


def test_page_is_sent_compressed_to_whoever_reads_that(built: Built) -> None:
    app = falcon.App()
    app.add_route("/docs", BuiltFile(built.folder / "index.html", "text/html"))
    client = TestClient(app)
    plain = client.simulate_get("/docs", headers={"Accept-Encoding": "br, gzip;q=0"})
    packed = client.simulate_get("/docs", headers={"Accept-Encoding": "br, GZIP;q=0.5"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 10 < len(plain.content)


def test_source_names_this_server_as_host(built: Built) -> None:
    assert "HOST: http://127.0.0.1:8123" in read(built, "api.apib")


def test_metrics_find_the_name_of_every_documented_route(settings: Settings) -> None:
    app = create_app(settings)
    try:
        names = action_names(BLUEPRINT)
        found = {
            f"{method} {uri}"
            for method, uri in (name.split(" ", 1) for name in names)
            if app._router.find(uri) is not None
        }
        assert found == names.keys()
        assert names["GET /v1/faqs/{id}"] == "FAQs > FAQ Details > Show an FAQ"
    finally:
        app.close()


def test_hash_changes_with_the_contract_and_is_written(built: Built, tmp_path: Path) -> None:
    assert json.loads(read(built, "contract.json"))["hash"] == contract_hash(assemble())
    before = contract_hash(assemble(write(tmp_path)))
    assert contract_hash(assemble(write(tmp_path, part=PART.replace("404", "410")))) != before


def test_table_says_enum_members_nullable_and_inherited_attributes(tmp_path: Path) -> None:
    main = MAIN + (
        "\n## Event Attributes (Thing)\n"
        "+ `state` (enum, nullable) - Where | when\n    + `draft`\n    + `published`\n"
        "+ `tags` (array[string], required, fixed-type) - Words\n"
    )
    structures = read_blueprint(write(tmp_path, main=main)).structures
    assert tables(structures, "Event Attributes")[2:] == [
        "| `name` | What it is called | string | yes |",
        "| `state` | Where &#124; when | `draft`, `published` or null | no |",
        "| `tags` | Words | array of string | yes |",
    ]


def test_mark_that_names_no_structure_is_found(tmp_path: Path) -> None:
    part = PART.replace("# Group Things\n", "# Group Things\n\n<!-- attributes(Nothing) -->\n")
    (fault,) = check_marks(read_blueprint(write(tmp_path, part=part)))
    assert str(fault) == "apiblueprint/area/things.apib:3: there is no data structure 'Nothing'"


def test_what_the_theme_loads_is_taken_out() -> None:
    page = alone(
        '<html><head><link rel="stylesheet" href="https://cdn.example/x.css">'
        "<style>@import url('https://fonts.example/a');b{}</style></head><body></body></html>"
    )
    assert "https://" not in page
    assert '<html lang="en">' in page
