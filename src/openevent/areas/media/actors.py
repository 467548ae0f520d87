"""What happens to pictures and files in the background."""

from __future__ import annotations

from typing import Any

from openevent.areas.media import operations
from openevent.areas.media.domain_events import MediaDiscarded
from openevent.jsonapi.pictures import PictureChanged
from openevent.services.media_urls import MediaName
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=PictureChanged, name="media.make_sizes", queue="media", time_limit_ms=120_000)
def make_sizes(
    work: UnitOfWork,
    table: str,
    row_id: int,
    attribute: str,
    url: str,
    kind: str,
    variants: dict[str, Any],
    placeholder: str | None,
) -> None:
    """Make a picture in the sizes that its row shows. Safe to repeat; once per picture."""
    operations.show_picture(
        work,
        row=(table, row_id),
        attribute=attribute,
        url=url,
        sizes=operations.sizes_of(work, kind, variants),
        placeholder=placeholder,
    )


@job(name="media.forget_unnamed", queue="upkeep", cron="43 * * * *", time_limit_ms=1_800_000)
def forget_unnamed(work: UnitOfWork) -> None:
    """Forget uploads and sizes that nothing names any more. Safe to repeat."""
    operations.forget_unnamed(work)


@job(name="media.find_lost", queue="upkeep", cron="13 4 * * *", time_limit_ms=1_800_000)
def find_lost(work: UnitOfWork) -> None:
    """Find what the storage holds and no row names. Safe to repeat."""
    operations.find_lost(work)


@job(on=MediaDiscarded, name="media.discard", queue="upkeep", time_limit_ms=300_000)
def discard(work: UnitOfWork, names: list[list[str]]) -> None:
    """Take from the storage what no row names. Safe to repeat."""
    operations.discard(work, [MediaName(*name) for name in names])
