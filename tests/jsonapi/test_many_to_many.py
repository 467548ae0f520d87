"""A relationship through a table between: who joins, who leaves, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from openevent.app import RESOURCES
from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.identity.world import PRINCIPALS
from openevent.areas.ticketing.models import TaggedTicket, TicketTag
from openevent.db.engine import session_factory
from openevent.errors import Forbidden, Invalid, Missing
from openevent.jsonapi.members import Members, replace
from openevent.jsonapi.resource import Registry, ResourceType, plain_writes
from openevent.jsonapi.schema import JsonApiSchema, ToMany
from openevent.jsonapi.target import Address
from openevent.jsonapi.writer import Writer
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork


class LabelSchema(JsonApiSchema):
    """A tag by which tickets are grouped."""

    tickets = ToMany("ticket", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "ticket-tag", "/v1/ticket-tags"


LABELS = ResourceType(
    schema=LabelSchema, model=TicketTag, policy=RUN_BY_ORGANIZERS, **plain_writes(TicketTag)
)
OTHERS = [resource for resource in RESOURCES if resource.type_name != LABELS.type_name]
Change = Callable[..., set[int]]


@pytest.fixture
def label(engine: Engine) -> int:
    with session_factory(engine)() as db:
        tag = TicketTag(name="Early", event_id=1)
        db.add(tag)
        db.commit()
        return tag.id


@pytest.fixture
def change(engine: Engine, label: int) -> Change:
    """Change the tickets of the label as somebody; return which it has then."""
    members = Members(Writer(Registry([*OTHERS, LABELS])), LABELS, "tickets")

    def changed(*named: int, who: str = "organizer", choose: Any = replace) -> set[int]:
        work = UnitOfWork(
            open_db=session_factory(engine),
            principal=Principal(id=PRINCIPALS[who], is_admin=who == "admin"),
        )
        try:
            owner = members.writer.find(work, LABELS, Address(label), "change", lambda _: True)
            before, version = members.present(work, owner), owner.version
            members.change(work, owner, list(named), choose)
            work.db.commit()
            present = members.present(work, owner)
            assert members.seen(work, owner) == present
            assert (owner.version != version) == (present != before)
            return present
        finally:
            work.close()

    return changed


def test_members_are_replaced_added_and_removed(change: Change, engine: Engine, label: int) -> None:
    assert change(1, 2) == {1, 2}
    assert change(2, 4) == {2, 4}
    assert change(1, choose=lambda named, present: (set(), named - present)) == {1, 2, 4}
    assert change(4, choose=lambda named, present: (named & present, set())) == {1, 2}
    with engine.connect() as connection:
        between = select(TaggedTicket.event_id).where(TaggedTicket.ticket_tag_id == label)
        assert connection.scalars(between).all() == [1, 1]
    assert change() == set()


def test_members_of_another_event_or_of_none_stay_away(change: Change) -> None:
    change(1)
    with pytest.raises(Forbidden):  # somebody else's
        change(1, 5)
    for missing in (6, 7, 99):  # of a draft, deleted, never there
        with pytest.raises(Missing):
            change(1, missing)
    with pytest.raises(Invalid, match="another event"):
        change(1, 5, who="admin")
    assert change(1) == {1}


def test_stranger_changes_nothing(change: Change) -> None:
    with pytest.raises(Forbidden):
        change(1, who="other-owner")
    assert change() == set()
