"""The formats in which an event's programme goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from openevent.areas.exports import papers
from openevent.areas.exports.archives import parts
from openevent.areas.exports.formats import csv, frab, ical, xcal
from openevent.areas.exports.formats.schedule import Schedule
from openevent.areas.exports.rules import ExportKind


@dataclass(frozen=True, slots=True)
class Format:
    """How a programme is written, and what the file is called and served as."""

    extension: str
    content_type: str
    write: Callable[[Schedule], bytes]


def content_type_of(kind: ExportKind) -> str:
    """Return what a file is served as."""
    if kind in FORMATS:
        return FORMATS[kind].content_type
    if kind is ExportKind.EVENT_JSON:
        return parts.CONTENT_TYPE
    is_paper = kind in papers.PAPERS or kind is ExportKind.BADGE_PDF
    return papers.CONTENT_TYPE if is_paper else csv.CONTENT_TYPE


FORMATS: Final[Mapping[ExportKind, Format]] = {
    ExportKind.ICAL: Format(
        "ics", ical.CONTENT_TYPE, lambda schedule: ical.to_ical(ical.schedule_calendar(schedule))
    ),
    ExportKind.XCAL: Format(
        "xcal", xcal.CONTENT_TYPE, lambda schedule: xcal.to_xcal(ical.schedule_calendar(schedule))
    ),
    ExportKind.PENTABARF: Format("xml", frab.CONTENT_TYPE, frab.to_frab),
}
