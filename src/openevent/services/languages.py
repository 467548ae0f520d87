"""Which language somebody reads, and texts in it: Fluent catalogues, Unicode's dates.

A language is a file, ``<tag>.ftl`` (Project Fluent); a translator needs to know nothing
else. What a catalogue does not say is said in ``FALLBACK``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources.abc import Traversable
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal
from fluent.runtime import FluentBundle, FluentResource

FALLBACK: Final = "en"
#: First-strong isolate and its end (Unicode Bidirectional Algorithm, UAX #9 § 2.4).
_ISOLATED: Final = "\u2068{}\u2069"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
#: RFC 5646 § 4.4.1.
_MAX_TAG: Final = 35
#: Longer headers are no browser's.
_MAX_HEADER: Final = 500


def accepted_languages(header: str | None) -> list[str]:
    """Return the tags of ``Accept-Language``, the most wanted first (RFC 9110 § 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in (header or "")[:_MAX_HEADER].split(","):
        tag, _, weight = part.partition(";")
        quality = _quality(weight)
        if quality > 0 and len(tag) <= _MAX_TAG and _TAG.fullmatch(tag.strip()):
            wanted.append((quality, tag.strip().replace("_", "-")))
    return [tag for _, tag in sorted(wanted, key=lambda one: -one[0])]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    digits = re.fullmatch(r"[01](?:\.[0-9]{0,3})?", value.strip(), re.ASCII)
    return float(value) if name.strip() == "q" and digits else 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as people at a place read it."""

    at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as people who read a language write it."""

    value: Decimal
    currency: str | None


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language."""

    tag: str
    bundle: FluentBundle

    @cached_property
    def locale(self) -> Locale:
        """What Unicode's CLDR knows about the language."""
        return Locale.parse(self.tag, sep="-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as HTML's ``dir`` says it."""
        return self.locale.text_direction

    def has(self, message: str) -> bool:
        """Whether the catalogue says this."""
        return bool(self.bundle.has_message(message))

    def pattern(self, message: str, part: str) -> str:
        """Return a part of a message as it is before values are put in: ``{$event}``."""
        found = self.bundle.get_message(message)
        text, _ = self.bundle.format_pattern(found.attributes[part], {})
        return str(text)

    def say(self, message: str, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the parts of a message: its value as ``""``, its attributes by name.

        Raises ``KeyError`` for a message that is not there and ``ValueError`` for a value
        that is missing: a gap in a mail is a defect, not a mail.
        """
        if not self.bundle.has_message(message):
            raise KeyError(message)
        found = self.bundle.get_message(message)
        written = {name: self.write(value) for name, value in values.items()}
        patterns = {"": found.value} if found.value is not None else {}
        said = {}
        for name, pattern in (patterns | found.attributes).items():
            text, faults = self.bundle.format_pattern(pattern, written)
            if faults:
                raise ValueError(f"{message}.{name} in {self.tag}: {faults[0]}")
            said[name] = str(text)
        return said

    def write(self, value: Any) -> Any:
        """Return a value as it is put into a text of this language."""
        if isinstance(value, Moment):
            value = self.moment(value)
        if isinstance(value, Amount):
            value = self.amount(value)
        return self.isolate(value) if isinstance(value, str) else value

    def moment(self, moment: Moment) -> str:
        """Return day, time of day and the place whose time it is."""
        at = moment.at.astimezone(ZoneInfo(moment.timezone))
        day = format_date(at, "full", locale=self.locale)
        time = format_time(at, "short", locale=self.locale)
        both = str(get_datetime_format("full", locale=self.locale)).replace("'", "")
        return f"{both.format(time, day)} ({moment.timezone})"

    def amount(self, amount: Amount) -> str:
        """Return an amount with its currency, if it has one."""
        if amount.currency is None:
            return format_decimal(amount.value, "#,##0.00", locale=self.locale)
        return format_currency(amount.value, amount.currency, locale=self.locale)

    def isolate(self, value: str) -> str:
        """Keep a name of the other direction from turning the sentence around it."""
        opposite = ("L",) if self.direction == "rtl" else ("R", "AL")
        if any(unicodedata.bidirectional(letter) in opposite for letter in value):
            return _ISOLATED.format(value)
        return value


class Translations:
    """The catalogues of a folder."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.tags = sorted(
            file.name.removesuffix(".ftl")
            for file in folder.iterdir()
            if file.name.endswith(".ftl")
        )
        self._spelled = {tag.lower(): tag for tag in self.tags}
        self.catalogue = cache(self._read)

    def choose(self, wanted: str | Sequence[str] | None) -> Catalogue:
        """Return the catalogue that suits a language tag best, or several in order."""
        known = _written_as_tags([wanted] if isinstance(wanted, str) else wanted or ())
        found = negotiate_locale(known, self.tags, sep="-") or FALLBACK
        return self.catalogue(self._spelled[found.lower()])

    def _read(self, tag: str) -> Catalogue:
        bundle = FluentBundle([tag], use_isolating=False)  # values are isolated by need
        for each in dict.fromkeys((FALLBACK, tag)):
            source = self.folder.joinpath(f"{each}.ftl").read_text(encoding="utf-8")
            bundle.add_resource(FluentResource(source), allow_overrides=True)
        return Catalogue(tag, bundle)


def _written_as_tags(tags: Sequence[str]) -> list[str]:
    """Return those that are language tags, spelled as the files are named."""
    spelled = (tag.strip().replace("_", "-") for tag in tags)
    return [tag for tag in spelled if _TAG.fullmatch(tag)]
