"""Filling in a form: the fields of the event are asked for, by one statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.forms.models import Form
from openevent.areas.forms.operations import fill_in
from openevent.areas.identity.world import PRINCIPALS
from openevent.db.engine import session_factory
from openevent.errors import InvalidDocument
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork
from tests.statements import statements_sent


class Talk:
    """What a form is filled in about, as far as this area knows it."""

    title: Any = None
    short_abstract: Any = None
    complex_field_values: Any = None


def talk(**values: Any) -> Any:
    made = Talk()
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def work(engine: Engine) -> Iterator[UnitOfWork]:
    unit = UnitOfWork(open_db=session_factory(engine), principal=as_("registered"))
    yield unit
    unit.close()


def as_(name: str) -> Principal:
    return Principal(id=PRINCIPALS[name], is_verified=True)


def fill(work: UnitOfWork, form: Form = Form.SESSION, of: Any = Talk, **values: Any) -> Any:
    return fill_in(work, form, values, of=of, event_id=1)


def test_missing_answers_are_refused(work: UnitOfWork) -> None:
    with pytest.raises(InvalidDocument, match="Title"):
        fill(work, short_abstract="x")
    assert fill(work, title="T") == {"title": "T", "complex_field_values": None}


def test_only_the_forms_own_fields_are_asked_for(work: UnitOfWork) -> None:
    with pytest.raises(InvalidDocument, match="no such field"):
        fill(work, title="T", complex_field_values={"shirtSize": "M"})
    found = fill(work, Form.SPEAKER, complex_field_values={"shirtSize": "M"})
    assert found == {"complex_field_values": {"shirt_size": "M"}}
    with pytest.raises(InvalidDocument, match="options"):
        fill(work, Form.SPEAKER, complex_field_values={"shirtSize": "XXXL"})


def test_ticket_form_is_asked_in_place_of_the_other(work: UnitOfWork) -> None:
    diet = {"complex_field_values": {"diet": "vegan"}}
    assert fill_in(work, Form.ATTENDEE, diet, of=Talk, event_id=1, form_id="workshop") == diet
    with pytest.raises(InvalidDocument):
        fill_in(work, Form.ATTENDEE, diet, of=Talk, event_id=1)


def test_change_is_judged_together_with_what_is_there(work: UnitOfWork) -> None:
    assert fill(work, of=talk(title="T"), short_abstract="x")["short_abstract"] == "x"
    with pytest.raises(InvalidDocument):
        fill(work, of=talk(title="T"), title="")
    kept = talk(title="T", complex_field_values={"gone": 1})
    assert fill(work, of=kept, title="U")["complex_field_values"] == {"gone": 1}


def test_team_may_change_what_is_no_answer_without_completing_the_form(work: UnitOfWork) -> None:
    with pytest.raises(InvalidDocument):
        fill(work, of=talk(), state="accepted")
    work.principal = as_("organizer")
    assert fill(work, of=talk(), state="accepted") == {"state": "accepted"}
    for changes in ({"short_abstract": "x"}, {"complex_field_values": {}}):
        with pytest.raises(InvalidDocument):
            fill(work, of=talk(), **changes)


def test_fields_options_and_role_are_asked_for_by_one_statement(
    work: UnitOfWork,
) -> None:
    work.db.execute(text("SELECT 1"))  # a connection is there
    with statements_sent() as sent:
        fill(work, Form.SPEAKER, complex_field_values={"shirtSize": "M"})
    assert len(sent) == 1
