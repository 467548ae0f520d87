"""What happens to uploads, for whom it may concern."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class MediaDiscarded(DomainEvent):
    """Nothing names these any more: they are to be taken from the storage.

    Each is a hash and an extension.
    """

    names: tuple[tuple[str, str], ...]
