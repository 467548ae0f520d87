"""Fields that only some may read are nowhere in the answers of others, nor guessed from them.

Whatever a type keeps for an audience (``access(read=...)``) is given a value that exists once
in the world. Who is in the audience of a row is what the type's policy says of it; that the
policies say it of the right people is what the tests of the areas are for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import pytest
from marshmallow import fields
from marshmallow.validate import OneOf
from sqlalchemy import Engine, select, update

from openevent.app import WebApp
from openevent.areas.identity.models import User
from openevent.areas.identity.world import PRINCIPALS
from openevent.jsonapi.columns import visible
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToMany, dasherize, underscore
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from openevent.work.principal import ANONYMOUS, Principal, Who
from tests.areas.documents import filtered, ids
from tests.conftest import Client, put_back
from tests.jsonapi.catalogue import (
    IDS,
    LINKS,
    LISTINGS,
    REGISTRY,
    TO_MANY,
    TO_ONE,
    TYPES,
    Link,
    comparable,
    private,
    resources,
)

PEOPLE = (None, "registered", "registrar", "other-owner", "track-organizer", "organizer")
GUARDED = tuple(resource for resource in TYPES if private(resource))
TOKEN = re.compile(rb"seed-[a-z-]+-[0-9]+-[0-9]+-end")
#: Texts that cannot be given a value of their own, and why.
UNSEEDED: dict[tuple[str, str], str] = {}
#: Names of what is somebody's own business, unless there is a reason beside it.
PERSONAL = re.compile(r"email|phone|mobile|address|birth|gender|iban|bank|paypal|secret|password")
MEANT_FOR_ALL = {
    ("event", "can-pay-by-paypal"): "a way to pay",
    ("event", "can-pay-by-bank"): "a way to pay",
    ("exhibitor", "contact-email"): "where visitors write to",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one principal sees of a type: ids of its rows, and of each audience's rows."""

    rows: tuple[int, ...]
    within: dict[str, frozenset[int]]


def is_text(resource: ResourceType, name: str) -> bool:
    """Whether a private attribute holds free text, so that a token can stand in it.

    A number, a date, a choice cannot; that they are not in a document is seen by their name.
    """
    field = resource.schema.attributes()[underscore(name)]
    if underscore(name) in resource.computed or isinstance(field, fields.AwareDateTime):
        return False
    is_choice = any(isinstance(validator, OneOf) for validator in field.validators)
    return isinstance(field, fields.String | fields.Dict) and not is_choice


def texts(resource: ResourceType) -> list[str]:
    """Return the private attributes of a type that are given tokens."""
    return [n for n in private(resource) if is_text(resource, n)]


def token(resource: ResourceType, name: str, id_: int) -> str:
    """Return the text that stands in one attribute of one row and nowhere else."""
    return f"seed-{resource.type_name}-{list(private(resource)).index(name)}-{id_}-end"


def value(resource: ResourceType, name: str, id_: int) -> Any:
    """Return the token in the form of the attribute."""
    field, text = resource.schema.attributes()[underscore(name)], token(resource, name, id_)
    if isinstance(field, fields.Dict):
        return {"answer": text}
    if isinstance(field, fields.Email) or name == "email":
        return f"{text}@example.org"
    return f"https://example.org/{text}" if isinstance(field, fields.Url) else text


@pytest.fixture
def pristine() -> None:
    """These tests read one world, which stays as it is meanwhile."""


@pytest.fixture(scope="module")
def seeded(engine: Engine) -> Iterator[Engine]:
    """The demo world with a token in every private text."""
    with engine.begin() as connection:
        for resource in GUARDED:
            names = [n for n in texts(resource) if (resource.type_name, n) not in UNSEEDED]
            for id_ in IDS[resource.type_name]:
                model, values = resource.model, {n: value(resource, n, id_) for n in names}
                columns = {underscore(n): v for n, v in values.items()}
                connection.execute(update(model).where(model.id == id_).values(columns))
    yield engine
    put_back(engine)


@pytest.fixture(scope="module")
def reading(seeded: Engine, app: WebApp, settings: Settings) -> Client:
    """A client that reads that world."""
    return Client(app, TokenSigner(settings.secret_key))


def principal(engine: Engine, name: str | None) -> Principal:
    if name is None:
        return ANONYMOUS
    with engine.connect() as connection:
        query = select(User.is_verified).where(User.id == PRINCIPALS[name])
        return Principal(id=PRINCIPALS[name], is_verified=bool(connection.scalar(query)))


def seen(engine: Engine, name: str | None, resource: ResourceType) -> Seen:
    """Return which rows a principal sees, and in whose audiences it is, as the policy says."""
    return _seen(engine, name, resource.type_name)


@lru_cache(maxsize=1000)
def _seen(engine: Engine, name: str | None, type_name: str) -> Seen:
    asking, resource = principal(engine, name), REGISTRY[type_name]
    row = resource.model
    who = Who(asking.audience)
    audiences = sorted(set(private(resource).values()))
    granted = resource.policy.audiences(who, row)
    query = select(row.id, *(granted[audience] for audience in audiences))
    query = query.where(visible(resource, who, row)).order_by(row.id)
    with engine.connect() as connection:
        rows = connection.execute(query, asking.parameters()).all()
    within = {
        audience: frozenset(found[0] for found in rows if found[number])
        for number, audience in enumerate(audiences, start=1)
    }
    return Seen(tuple(found[0] for found in rows), within)


@lru_cache(maxsize=1000)
def own_tokens(engine: Engine, name: str | None) -> frozenset[bytes]:
    """Return the tokens that a principal may read."""
    return frozenset(
        token(resource, attribute, id_).encode()
        for resource in GUARDED
        for attribute in texts(resource)
        for id_ in seen(engine, name, resource).within[private(resource)[attribute]]
    )


def chosen(engine: Engine, name: str | None, resource: ResourceType) -> tuple[int, ...]:
    """Return the first and the last row that a principal sees."""
    rows = seen(engine, name, resource).rows
    return tuple(dict.fromkeys((*rows[:1], *rows[-1:])))


def lists(engine: Engine, name: str | None, resource: ResourceType) -> Iterator[str]:
    """Yield where the rows of a type are listed, for one principal."""
    paths = [path for path, listed in LISTINGS if listed is resource]
    yield from paths
    for link in () if paths else TO_MANY:
        if link.target is resource:
            yield from (link.related(id_) for id_ in chosen(engine, name, link.owner))
            return


def reads(engine: Engine, name: str | None) -> Iterator[str]:
    """Yield every read in which a private attribute could come along."""
    for resource in GUARDED:
        own = frozenset.union(*seen(engine, name, resource).within.values())
        rows = sorted(own | set(chosen(engine, name, resource)))
        details = (f"{resource.path}/{id_}" for id_ in rows)
        for path in chain(lists(engine, name, resource), details):
            yield path
            yield f"{path}?fields[{resource.type_name}]={','.join(private(resource))}"
    for link in LINKS:
        if link.target in GUARDED and (rows := list(chosen(engine, name, link.owner))):
            yield link.related(rows[0])
            yield link.linkage(rows[0])
            names = ",".join(private(link.target))
            include = f"include={link.wire}&fields[{link.target.type_name}]={names}"
            yield f"{link.owner.path}/{rows[-1]}?{include}"


@pytest.mark.parametrize("name", PEOPLE)
def test_private_attributes_are_nowhere_in_the_answers_of_others(
    reading: Client, seeded: Engine, name: str | None
) -> None:
    own, met, guarded = own_tokens(seeded, name), set(), 0
    types = {resource.type_name: resource for resource in GUARDED}
    wrong = []
    for path in reads(seeded, name):
        answer = reading.get(path, as_=name)
        if answer.status_code != 200:
            assert answer.status_code in (400, 401, 403, 404), path
            assert not TOKEN.search(answer.content), path
            continue
        found = set(TOKEN.findall(answer.content))
        met |= found
        if found - own:
            wrong.append(f"{path}: {sorted(found - own)[:3]}")
        for item in resources(answer.json):
            if (resource := types.get(item["type"])) is None:
                continue
            guarded += 1
            within = seen(seeded, name, resource).within
            hidden = {
                n for n, who in private(resource).items() if int(item["id"]) not in within[who]
            }
            if shown := hidden & item.get("attributes", {}).keys():
                wrong.append(f"{path}: {item['type']} {item['id']} shows {sorted(shown)}")
    assert not wrong, "\n".join(wrong)
    assert guarded > 100
    assert met == own, "who is in an audience reads what the others do not"


def test_what_is_personal_is_for_an_audience_in_types_that_strangers_see(seeded: Engine) -> None:
    """A new attribute that forgets its audience does not escape the scan above."""
    shown = {
        (resource.type_name, dasherize(name))
        for resource in TYPES
        if seen_rows(seeded, resource)
        for name, field in resource.schema.attributes().items()
        if PERSONAL.search(dasherize(name)) and not field.load_only
        if dasherize(name) not in private(resource)
    }
    assert shown == MEANT_FOR_ALL.keys()


def seen_rows(engine: Engine, resource: ResourceType) -> tuple[int, ...]:
    """Return the rows of a type that somebody sees who is not logged in."""
    query = select(resource.model.id).where(
        visible(resource, Who(ANONYMOUS.audience), resource.model)
    )
    with engine.connect() as connection:
        return tuple(connection.scalars(query, ANONYMOUS.parameters()))


def test_strangers_are_in_no_audience(seeded: Engine) -> None:
    """What the other tests take from the policies is not that everybody may read everything."""

    def types(name: str | None) -> set[str]:
        own = own_tokens(seeded, name)
        return {
            r.type_name for r in GUARDED if any(f"seed-{r.type_name}-".encode() in t for t in own)
        }

    assert types(None) == set()
    assert not types("registered") & {"event", "tax", "speakers-call"}
    assert not types("registrar") & {"event", "tax", "speakers-call", "speaker", "attendee"}
    assert {"event", "tax", "speaker", "session", "attendee"} <= types("organizer")


def _compared(resource: ResourceType) -> list[str]:
    """Return the private attributes that one could sort and filter by."""
    return [name for name in comparable(resource) if name in private(resource)]


def _few(links: tuple[Link, ...]) -> Iterator[Link]:
    """Yield some of the relationships that lead to each type with private attributes."""
    for target in GUARDED:
        yield from islice((link for link in links if link.target is target), 4)


def _of_text(resource: ResourceType, attribute: str, id_: int) -> list[dict[str, Any]]:
    """Return conditions of every kind that guess right what one row holds."""
    right = value(resource, attribute, id_)
    guesses = [
        {"name": attribute, "op": operator, "val": guess}
        for operator, guess in (
            ("eq", right),
            ("in", [right]),
            ("like", f"{right[:-1]}%"),
            ("ilike", right.upper()),
            ("startswith", right),
            ("contains", right),
            ("endswith", right),
            ("ge", right),
            ("between", [right, right]),
        )
    ]
    others = [
        {"not": {"name": attribute, "op": operator, "val": guess}}
        for operator, guess in (("ne", right), ("notin", [right]), ("notlike", right))
    ]
    itself = {"name": attribute, "op": "eq", "field": attribute}
    wrong = {"name": attribute, "op": "eq", "val": "wrong"}
    return [*guesses, *others, itself, {"not": itself}, {"not": wrong}]


@pytest.mark.parametrize("name", PEOPLE[:3])
def test_filters_find_no_row_by_what_is_hidden_of_it(
    reading: Client, seeded: Engine, name: str | None
) -> None:
    asked = 0
    for resource in GUARDED:
        sees = seen(seeded, name, resource)
        for number, attribute in enumerate(_compared(resource)):
            within = {str(id_) for id_ in sees.within[private(resource)[attribute]]}
            others = [id_ for id_ in sees.rows if str(id_) not in within]
            null = {"name": attribute, "op": "is", "val": None}
            conditions = [null, {"not": null}]
            for id_ in others[:1]:
                if attribute in texts(resource):
                    conditions += _of_text(resource, attribute, id_)[number % 4 :: 4]
            for path in list(lists(seeded, name, resource))[:1]:
                asked += 1
                answer = reading.get(filtered(path, {"or": conditions}), as_=name)
                if answer.status_code != 200:
                    assert answer.status_code in (400, 401, 403), (path, answer.text)
                    continue
                assert set(ids(answer)) <= within, (path, attribute)
                assert answer.json["meta"]["count"] <= len(within), (path, attribute)
    assert asked > 30


def _owners(
    client: Client, engine: Engine, name: str | None, link: Link, path: str
) -> list[str] | None:
    """Return the rows related to one of which the principal may read everything private."""
    within = frozenset.union(*seen(engine, name, link.target).within.values())
    operator = "any" if isinstance(link.field, ToMany) else "has"
    inside = {"name": "id", "op": "in", "val": sorted(within)}
    condition = {"name": link.wire, "op": operator, "val": inside}
    answer = client.get(filtered(path, condition), as_=name)
    return ids(answer) if answer.status_code == 200 else None


@pytest.mark.parametrize("name", PEOPLE[:3])
def test_filters_across_relationships_find_nothing_by_what_is_hidden(
    reading: Client, seeded: Engine, name: str | None
) -> None:
    asked = 0
    for number, link in enumerate(_few(LINKS)):
        if not (names := _compared(link.target)):
            continue
        attribute = names[number % len(names)]
        operator = "any" if isinstance(link.field, ToMany) else "has"
        for path in list(lists(seeded, name, link.owner))[:1]:
            allowed = _owners(reading, seeded, name, link, path)
            if allowed is None:
                continue
            asked += 1
            null = {"name": attribute, "op": "is", "val": None}
            across = {"name": link.wire, "op": operator, "val": {"or": [null, {"not": null}]}}
            spelt = {**null, "name": f"{link.wire}__{attribute}"}
            answer = reading.get(filtered(path, {"or": [across, spelt]}), as_=name)
            if answer.status_code == 200:
                assert set(ids(answer)) <= set(allowed), (path, link.wire, attribute)
            else:
                assert answer.status_code in (400, 403), answer.text
    assert asked > 5


@pytest.mark.parametrize("name", PEOPLE[:3])
def test_order_tells_nothing_of_what_is_hidden(
    reading: Client, seeded: Engine, name: str | None
) -> None:
    """Rows outside the audience are as if equal, and so in the order of their ids."""
    asked = 0

    def check(path: str, key: str, within: set[str]) -> None:
        # Tokens ascend with the ids, so it is the other way round that would tell.
        answer = reading.get(f"{path}?sort=-{key}&page[size]=0", as_=name)
        if answer.status_code != 200:
            assert answer.status_code in (400, 401, 403), answer.text
            return
        hidden = [int(id_) for id_ in ids(answer) if id_ not in within]
        assert hidden == sorted(hidden), (path, key)

    for resource in GUARDED:
        for attribute in _compared(resource):
            within = seen(seeded, name, resource).within[private(resource)[attribute]]
            for path in list(lists(seeded, name, resource))[:1]:
                asked += 1
                check(path, attribute, {str(id_) for id_ in within})
    for number, link in enumerate(_few(TO_ONE)):
        sortable = _compared(link.target)
        for path in list(lists(seeded, name, link.owner))[:1] if sortable else ():
            allowed = _owners(reading, seeded, name, link, path)
            if allowed is not None:
                asked += 1
                check(path, f"{link.wire}.{sortable[number % len(sortable)]}", set(allowed))
    assert asked > 30


def test_names_that_are_only_written_are_unknown_to_who_reads(
    reading: Client, seeded: Engine
) -> None:
    asked = 0
    for resource in TYPES:
        written = [n for n, field in resource.schema.attributes().items() if field.load_only]
        for path in list(lists(seeded, "organizer", resource))[:1] if written else ():
            for name in map(dasherize, written):
                for query in (f"fields[{resource.type_name}]=", "sort=", f"filter[{name}]="):
                    asked += 1
                    answer = reading.get(f"{path}?{query}{name}", as_="super-admin")
                    assert answer.status_code == 400, (path, query, name)
    assert asked
