"""The hooks run on every Python, and do to a request what the blueprint says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.contract import backstage
from openevent.contract.hook_server import load_source, supply_imp
from openevent.settings import Settings


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Iterator[None]:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"Things > Other": "/v1/faqs/9999?page%5Bsize%5D=1"}))
    backstage.open_stage(settings, plan)
    yield
    backstage.close_stage()


def transaction(name: str, path: str, authorization: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "fullPath": path,
        "request": {"headers": {"Authorization": authorization}},
    }


def test_module_that_python_3_12_dropped_is_supplied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "imp", raising=False)
    supply_imp()
    (tmp_path / "some_hooks.py").write_text("answer = 42")
    import imp  # the very import that dredd-hooks makes

    assert imp.load_source("some_hooks.py", str(tmp_path / "some_hooks.py")).answer == 42
    del sys.modules["imp"], sys.modules["some_hooks.py"]


def test_broken_hook_file_is_not_swallowed(tmp_path: Path) -> None:
    (tmp_path / "broken_hooks.py").write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        load_source("broken_hooks.py", str(tmp_path / "broken_hooks.py"))
    del sys.modules["broken_hooks.py"]


def test_world_is_put_back_before_each_request(stage: None, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM faqs"))
    backstage.prepare(transaction("Things > Thing", "/v1/faqs/1"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM faqs")) >= 7


def test_brackets_and_people_are_put_in(stage: None) -> None:
    asked = transaction("Things > Thing", "/v1/faqs?page_5B_size_5D_=10", "JWT <organizer token>")
    backstage.prepare(asked)
    assert asked["fullPath"] == "/v1/faqs?page%5Bsize%5D=10"
    assert asked["request"]["headers"]["Authorization"].startswith("JWT eyJ")


def test_path_of_the_example_wins(stage: None) -> None:
    asked = transaction("Things > Other", "/v1/faqs/1")
    backstage.prepare(asked)
    assert asked["fullPath"] == "/v1/faqs/9999?page%5Bsize%5D=1"


def test_unknown_person_fails_the_transaction_and_not_the_replay(stage: None) -> None:
    asked = transaction("Things > Thing", "/v1/faqs/1", "JWT <janitor token>")
    backstage.prepare(asked)
    assert "nobody called 'janitor'" in asked["fail"]
