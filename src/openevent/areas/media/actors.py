"""What happens to pictures and files in the background."""

from __future__ import annotations

from typing import Any

from openevent.areas.media import operations
from openevent.jsonapi.pictures import PictureChanged
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
