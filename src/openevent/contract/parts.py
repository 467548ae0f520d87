"""The blueprint's parts, put together: which line of the whole is which line of which file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from openevent.contract import refract, spelling
from openevent.contract.sections import double_bodies

MAIN = "api.apib"
_PACKAGE = Path(__file__).resolve().parents[1]
_INCLUDE = re.compile(r"<!-- include\((?P<path>[^)]+)\) -->\s*")


class BlueprintError(Exception):
    """The blueprint cannot be put together; the message names the file and the line."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a part."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"apiblueprint/{self.file}:{self.line}"


@dataclass(frozen=True, eq=False)  # no slots: it keeps what it has computed
class Assembly:
    """The whole blueprint, and where each of its lines comes from."""

    root: Path
    lines: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def text(self) -> str:
        """The blueprint as one document."""
        return "\n".join(self.lines) + "\n"

    def place(self, element: Any) -> Place:
        """Return where an element of the parsed whole was written."""
        line = bisect_right(self._starts, refract.offset(element) or 0) - 1
        return self.places[min(line, len(self.places) - 1)]

    def for_dredd(self) -> Assembly:
        """Return the blueprint as Dredd reads it, and so do we.

        It is without the bodies that a structure describes as well: they are most of its
        text.
        """
        dropped = set(double_bodies(self.lines))
        kept = [n for n in range(len(self.lines)) if n not in dropped]
        return replace(
            self,
            lines=tuple(spelling.for_dredd(self.lines[n]) for n in kept),
            places=tuple(self.places[n] for n in kept),
        )

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Return the offset of each line, in bytes, as drafter counts."""
        sizes = (len(line.encode()) + 1 for line in self.lines)
        return (0, *accumulate(sizes))[:-1]

    def lines_of(self, file: str) -> list[str]:
        """Return the lines of a part, without those that include others."""
        pairs = zip(self.lines, self.places, strict=True)
        return [line for line, place in pairs if place.file == file]

    @property
    def files(self) -> tuple[str, ...]:
        """The parts, in order of first appearance."""
        return tuple(dict.fromkeys(place.file for place in self.places))


def blueprint_dir() -> Path:
    """Return the folder of the blueprint: the checkout's, or the one packed into the wheel."""
    packed = _PACKAGE / "_apiblueprint"
    return packed if packed.is_dir() else _PACKAGE.parents[1] / "apiblueprint"


def assemble(root: Path | None = None) -> Assembly:
    """Put ``api.apib`` and what it includes together. Included files may include others.

    Raises ``BlueprintError`` for a file that is not there or includes itself.
    """
    root = root or blueprint_dir()
    pairs = list(_read(root, MAIN, ()))
    return Assembly(root, tuple(text for text, _ in pairs), tuple(place for _, place in pairs))


def _read(root: Path, name: str, inside: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
    if name in inside:
        raise BlueprintError(f"apiblueprint/{name} includes itself")
    try:
        text = (root / name).read_text(encoding="utf-8")
    except FileNotFoundError as ex:
        by = f", which apiblueprint/{inside[-1]} includes" if inside else ""
        raise BlueprintError(f"there is no apiblueprint/{name}{by}") from ex
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _INCLUDE.fullmatch(line):
            target = (Path(name).parent / match["path"]).as_posix()
            yield from _read(root, target, (*inside, name))
        else:
            yield line, Place(name, number)
