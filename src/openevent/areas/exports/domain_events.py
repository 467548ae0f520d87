"""What happens to exports, for whom it may concern."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class ExportRequested(DomainEvent):
    """Somebody waits for a file, or for the next part of a long one."""

    export_id: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class ImportRequested(DomainEvent):
    """Somebody sent an event as an archive."""

    import_id: int
