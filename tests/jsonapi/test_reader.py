"""What the reader keeps between requests, and what it does not."""

from __future__ import annotations

import gc
import linecache
from itertools import islice, permutations

import pytest

from openevent.jsonapi import reader
from openevent.jsonapi.query import parse_query
from openevent.jsonapi.reader import Reader
from openevent.jsonapi.select import Root, Target
from openevent.work.principal import ANONYMOUS
from tests.jsonapi.catalogue import REGISTRY, readable

EVENT = REGISTRY["event"]
LIST = Target(root=Root.LISTING, resource=EVENT, listing=EVENT.listings[0])


def test_one_plan_serves_every_value_of_one_shape() -> None:
    kept = Reader(REGISTRY, page_size_cap=100)
    plans = set()
    for text in ("a", "b"):
        parameters = {"filter[name]": text, "page[size]": "3"}
        query = parse_query(parameters, EVENT, REGISTRY, is_list=True)
        plans.add(id(kept.plan(ANONYMOUS, LIST, query)))
    assert len(plans) == 1


def test_shapes_without_end_take_no_memory_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients choose fieldsets; what was compiled for one goes when its plan goes."""
    monkeypatch.setattr(reader, "_PLANS_KEPT", 5)
    kept = Reader(REGISTRY, page_size_cap=100)
    before = len(linecache.cache)
    for names in islice(permutations(readable(EVENT), 2), 0, 3000, 100):
        query = parse_query({"fields[event]": ",".join(names)}, EVENT, REGISTRY, is_list=True)
        kept.plan(ANONYMOUS, LIST, query)
    gc.collect()
    assert len(kept._plans) == 5
    assert len(linecache.cache) - before <= 5
