"""What a change of a stream means."""

from __future__ import annotations

from sqlalchemy import update

from openevent.areas.programme.models import Microlocation
from openevent.areas.streams.models import VideoStream
from openevent.work.unit import UnitOfWork


def delete_stream(work: UnitOfWork, stream: VideoStream) -> None:
    """Delete a stream; its rooms are left without one."""
    work.db.execute(
        update(Microlocation)
        .where(Microlocation.video_stream_id == stream.id)
        .values(video_stream_id=None, version=Microlocation.version + 1)
        .execution_options(synchronize_session=False)
    )
    work.db.delete(stream)
