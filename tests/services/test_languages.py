"""Which language is chosen, and what becomes of values in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.communication.operations.rendering import TRANSLATIONS
from openevent.services.languages import Moment, Translations, accepted_languages


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (None, []),
        ("", []),
        ("de-AT,de;q=0.9,en;q=0.5", ["de-AT", "de", "en"]),
        ("en;q=0.5, ar", ["ar", "en"]),
        ("zh_Hant;q=1.000", ["zh-Hant"]),
        ("*, fr;q=0, x y, de;q=2, es;level=1, '; DROP", []),
    ],
)
def test_the_most_wanted_language_comes_first(header: str | None, tags: list[str]) -> None:
    assert accepted_languages(header) == tags


@given(st.text())
def test_any_header_is_read(header: str) -> None:
    assert all(len(tag) <= 35 for tag in accepted_languages(header))


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ("de", "de"),
        ("de_CH", "de"),
        ("AR-eg", "ar"),
        (["fr", "de"], "de"),
        ("tlh", "en"),
        ("'; DROP", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_catalogue_is_chosen_and_english_without_any(
    wanted: str | list[str] | None, tag: str
) -> None:
    assert TRANSLATIONS.choose(wanted).tag == tag


@given(st.text())
def test_any_preference_leads_to_a_catalogue(wanted: str) -> None:
    assert TRANSLATIONS.choose(wanted).tag in TRANSLATIONS.tags


def test_a_time_is_written_with_the_place_whose_time_it_is() -> None:
    moment = Moment(datetime(2030, 5, 1, 9, 0, tzinfo=UTC), "Europe/Berlin")
    written = {tag: TRANSLATIONS.catalogue(tag).moment(moment) for tag in ("en", "de", "ar")}
    assert written["de"] == "Mittwoch, 1. Mai 2030, 11:00 (Europe/Berlin)"
    assert "Wednesday, May 1, 2030" in written["en"]
    assert "11:00" in written["en"]
    assert all(text.endswith("(Europe/Berlin)") for text in written.values())


def test_a_name_of_the_other_direction_cannot_turn_the_sentence() -> None:
    english, arabic = TRANSLATIONS.catalogue("en"), TRANSLATIONS.catalogue("ar")
    assert english.isolate("Omar") == "Omar"
    assert english.isolate("عمر") == "\u2068عمر\u2069"
    assert arabic.isolate("عمر") == "عمر"
    assert arabic.isolate("Omar") == "\u2068Omar\u2069"


def test_what_a_language_does_not_say_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text("yes = Yes\nno = No, { $name }\n")
    (tmp_path / "fr.ftl").write_text("yes = Oui\n")
    french = Translations(tmp_path).choose("fr-CA")
    assert french.say("yes", {}) == {"": "Oui"}
    assert french.say("no", {"name": "Ada"}) == {"": "No, Ada"}
    with pytest.raises(ValueError, match="name"):
        french.say("no", {})
    with pytest.raises(KeyError):
        french.say("perhaps", {})
