"""Tables of the check-in area: what was scanned at the door and at stations, for good.

A scan is a fact: it is only added, never changed, never taken back (triggers). What an
attendee's row says about the door follows from the scans, by a trigger in the same
transaction, so the two cannot disagree.

Exactly one accepted entry for each that is allowed: accepted scans of one attendee in one
``lane`` (the door, a day's registration, a session of a day) have turns 1, 2, 3, ...
without gaps. An odd turn goes in, an even one out (a check), no turn is there twice (a
unique constraint), and none without the one before (a foreign key to the table itself).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import TRANSACTION, Record

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.orders.models import Attendee
    from openevent.areas.programme.models import Microlocation, Session


class StationType(StrEnum):
    """What is done at a station."""

    REGISTRATION = "registration"
    DAILY = "daily"
    CHECK_IN = "check in"
    CHECK_OUT = "check out"


class Direction(StrEnum):
    """Which way somebody goes."""

    IN = "in"
    OUT = "out"


class Verdict(StrEnum):
    """What became of a scan."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    NOT_CHECKED_IN = "not-checked-in"
    NOT_PAID = "not-paid"
    REVOKED = "revoked"
    NOT_VALID_NOW = "not-valid-now"
    WRONG_EVENT = "wrong-event"
    UNKNOWN = "unknown"


def _one_of(column: str, members: type[StrEnum]) -> CheckConstraint:
    values = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(f"{column} IN ({values})", name=column)


class Station(Record):
    """A place where visitors are scanned. One that was used stays."""

    __tablename__ = "stations"
    __table_args__ = (
        _one_of("station_type", StationType),
        CheckConstraint("station_name <> ''", name="station_name"),
        CheckConstraint(
            "microlocation_id IS NOT NULL OR station_type NOT IN ('check in', 'check out')",
            name="microlocation_id",
        ),
        ForeignKeyConstraint(
            ["microlocation_id", "event_id"],
            ["microlocations.id", "microlocations.event_id"],
            name="fk_stations_microlocation_id",
        ),
        Index("ix_stations_event_id", "event_id", "id"),
        Index("ix_stations_microlocation_id", "microlocation_id"),
    )

    station_name: Mapped[str]
    station_type: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    microlocation_id: Mapped[int | None]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    microlocation: Mapped[Microlocation | None] = relationship(
        primaryjoin="foreign(Station.microlocation_id) == Microlocation.id",
        viewonly=True,
        lazy="raise",
    )
    station_store_paxs: Mapped[list[StationStorePax]] = relationship(viewonly=True, lazy="raise")


class Scan(Record):
    """One scan with its verdict, as a device or a person made it.

    ``client_id`` is made by the device, so that a repeated upload is the same scan.
    ``scanned_at`` is what the device's clock said, ``happened_at`` the same moment by the
    server's clock as far as that can be known, ``received_at`` when the server heard of it.
    ``first_id`` is the accepted scan that a duplicate comes after.
    """

    __tablename__ = "scans"
    __table_args__ = (
        _one_of("direction", Direction),
        _one_of("verdict", Verdict),
        UniqueConstraint("event_id", "client_id"),
        UniqueConstraint(
            "ticket_holder_id",
            "lane",
            "turn",
            info={"refusal": "This attendee has just been scanned by somebody else."},
        ),
        CheckConstraint(
            "(turn IS NOT NULL) = (verdict = 'accepted')"
            " AND (turn IS NULL OR (ticket_holder_id IS NOT NULL AND lane IS NOT NULL))",
            name="turn",
        ),
        CheckConstraint(
            "turn IS NULL OR (turn > 0 AND (mod(turn, 2) = 1) = (direction = 'in'))", name="turns"
        ),
        ForeignKeyConstraint(
            ["ticket_holder_id", "lane", "turn_before"],
            ["scans.ticket_holder_id", "scans.lane", "scans.turn"],
            name="fk_scans_turn_before",
        ),
        ForeignKeyConstraint(
            ["station_id"],
            ["stations.id"],
            name="fk_scans_station_id",
            info={"refusal": "This station was used; what was scanned there stays."},
        ),
        Index("ix_scans_event_id", "event_id", "written_in", "id"),
        Index("ix_scans_station_id", "station_id", "session_id"),
        Index("ix_scans_session_id", "session_id"),
        Index("ix_scans_first_id", "first_id"),
        Index("ix_scans_user_id", "user_id"),
    )

    client_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    ticket_holder_id: Mapped[int | None] = mapped_column(ForeignKey("attendees.id"))
    station_id: Mapped[int | None]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))
    code: Mapped[str | None]
    direction: Mapped[str]
    verdict: Mapped[str]
    lane: Mapped[str | None]
    turn: Mapped[int | None] = mapped_column(Integer)
    turn_before: Mapped[int | None] = mapped_column(
        Integer, Computed("NULLIF((turn - 1), 0)", persisted=True)
    )
    device_id: Mapped[str | None]
    device_name: Mapped[str | None]
    is_offline: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    scanned_at: Mapped[datetime]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    written_in: Mapped[int] = mapped_column(BigInteger, server_default=TRANSACTION)

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    ticket_holder: Mapped[Attendee | None] = relationship(viewonly=True, lazy="raise")
    station: Mapped[Station | None] = relationship(viewonly=True, lazy="raise")
    session: Mapped[Session | None] = relationship(viewonly=True, lazy="raise")


class StationStorePax(Record):
    """A head count that somebody made at a station for a session."""

    __tablename__ = "station_store_paxs"
    __table_args__ = (
        CheckConstraint("current_pax >= 0", name="current_pax"),
        Index("ix_station_store_paxs_station_id", "station_id", "session_id", "id"),
        Index("ix_station_store_paxs_session_id", "session_id", "id"),
    )

    current_pax: Mapped[int] = mapped_column(Integer)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))

    station: Mapped[Station] = relationship(viewonly=True, lazy="raise")
    session: Mapped[Session] = relationship(viewonly=True, lazy="raise")
