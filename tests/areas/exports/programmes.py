"""Generated programmes: any texts, times and zones that the server could hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from openevent.areas.exports.formats.schedule import Link, Person, Schedule, Talk

BEGIN = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)
CHANGED = datetime(2030, 4, 1, 12, 30, tzinfo=UTC)

texts = st.text(max_size=60)
titles = st.text(min_size=1, max_size=60)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]
)


@st.composite
def talks(draw: st.DrawFn, id_: int) -> Talk:
    starts_at = BEGIN + timedelta(minutes=draw(st.integers(0, 4000)))
    return Talk(
        id=id_,
        sequence=draw(st.integers(0, 99)),
        changed_at=CHANGED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(1, 600))),
        title=draw(titles),
        subtitle=draw(texts),
        abstract=draw(texts),
        description=draw(texts),
        room=draw(st.sampled_from(["", "Aula", "Room <2>", "Zelt & Wiese"])),
        track=draw(texts),
        kind=draw(texts),
        persons=tuple(Person(n, name) for n, name in enumerate(draw(st.lists(titles)), start=1)),
        links=draw(st.sampled_from([(), (Link("Slides", "https://example.org/?a=1&b=2"),)])),
        is_cancelled=draw(st.booleans()),
    )


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    count = draw(st.integers(0, 4))
    return Schedule(
        identifier="a5b1c2d3",
        sequence=draw(st.integers(0, 99)),
        changed_at=CHANGED,
        starts_at=BEGIN,
        ends_at=BEGIN + timedelta(days=3),
        timezone=draw(zones),
        name=draw(titles),
        description=draw(texts),
        location=draw(texts),
        geo=draw(st.sampled_from([None, (52.5, 13.25)])),
        talks=tuple(draw(talks(n)) for n in range(1, count + 1)),
    )
