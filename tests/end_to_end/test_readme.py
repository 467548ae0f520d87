"""What the README says is so."""

from __future__ import annotations

import re

import pytest

from openevent.settings import Settings
from tests.end_to_end.readme import README, comparable, follow, fresh_installation, steps

pytestmark = pytest.mark.long

TEXT = README.read_text(encoding="utf-8")


def test_the_tour_is_answered_as_the_readme_shows() -> None:
    tour = steps(TEXT)
    with fresh_installation() as url:
        answers = follow(tour, url)
    shown = 0
    for step, answer in zip(tour, answers, strict=True):
        if step.answer is not None:
            shown += 1
            actual = answer.replace(url, "http://127.0.0.1:8000")
            assert comparable(actual) == comparable(step.answer), step.call
    assert shown >= 8


def test_every_setting_is_in_the_table_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `(OPENEVENT_\w+)` \| (.*?) \| (.*?) \|$", TEXT, re.MULTILINE)
    documented = {name: (default, meaning) for name, default, meaning in rows}
    expected = {
        name: (f"`{value}`" if value else "", meaning.replace("|", "\\|"))
        for name, value, meaning in Settings().rows()
    }
    assert documented == expected


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_come_first(name: str) -> None:
    first = TEXT.split("## ")[0] + TEXT.split("## ")[1]
    assert f"make {name}" in first


def test_links_inside_the_readme_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT):
        assert anchor in anchors
    for path in re.findall(r"\]\((?!#|https?:)([^)#]+)\)", TEXT):
        assert (README.parent / path).exists(), path
