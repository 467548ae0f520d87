"""What the introduction says in numbers and names is what the code has."""

from __future__ import annotations

import re

import pytest

from openevent import errors
from openevent.cli.serve import _REQUEST_LINE_BYTES
from openevent.contract.gates.actions import ACCESS_WORDS
from openevent.contract.gates.answers import CREATIONS, GENERAL, WRITES
from openevent.contract.parts import assemble
from openevent.jsonapi import documents, filters, members, query
from openevent.services import rate_limits
from openevent.services.rate_limits import Limit
from openevent.settings import Settings

INTRODUCTION = assemble().text.partition("\n# Group ")[0]
WINDOWS = {60: "a minute", 300: "in 5 minutes", 600: "in 10 minutes", 3600: "an hour"}
REFUSALS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, errors.DomainError)
    and kind not in (errors.DomainError, errors.InvalidDocument)
]
LIMITS = [limit for limit in vars(rate_limits).values() if isinstance(limit, Limit)]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_refusal_is_in_the_table_of_errors(kind: type[errors.DomainError]) -> None:
    assert f"| {kind.status} | `{kind.code}` |" in INTRODUCTION


def test_statuses_that_no_action_repeats_are_those_that_the_gate_lets_pass() -> None:
    said = INTRODUCTION.partition("The statuses that every route may give ")[2].partition("\n")[0]
    parts = [{int(n) for n in re.findall(r"`(\d+)`", part)} for part in said.split(";")]
    assert parts == [GENERAL, WRITES, CREATIONS]


def test_words_of_access_lines_are_explained() -> None:
    later = {"buyer", "speaker"}  # of areas that are not there yet
    assert [w for w in ACCESS_WORDS if f"`{w}`" not in INTRODUCTION and w not in later] == []


def test_operators_and_parameters_are_listed() -> None:
    names = {
        *filters.OPERATORS,
        *query.STRAY_PARAMETERS,
        *("and", "or", "not", "has", "any", query.TRASHED_PARAMETER),
    }
    written = set(re.findall(r"[a-z_]+", INTRODUCTION))
    assert names - written == set()


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.name}-{limit.scope}")
def test_rate_limit_is_in_the_table(limit: Limit) -> None:
    assert re.search(rf"\b{limit.attempts}\b.* {WINDOWS[limit.window_s]}\b", INTRODUCTION)


def test_limits_are_those_of_the_code() -> None:
    settings = Settings()
    said = {
        f"{query.DEFAULT_PAGE_SIZE} unless given",
        f"up to {settings.page_size_cap:,} rows",
        f"up to {query.MAX_SORT_KEYS} attributes",
        f"Up to {query.MAX_INCLUDES}, up to {query.MAX_INCLUDE_DEPTH} deep",
        f"at most {filters.MAX_CONDITIONS} conditions, {filters.MAX_DEPTH} deep",
        f"at most {filters.MAX_VALUES} values",
        f"| request body | {settings.body_limit_bytes // 2**20} MiB |",
        f"| upload | {settings.upload_limit_bytes // 2**20} MiB |",
        f"| depth of a JSON body | {documents.MAX_DEPTH} |",
        f"| URL | {round(_REQUEST_LINE_BYTES / 1024)} KiB |",
        f"| resources in one relationship document | {members.MAX_MEMBERS} |",
        f"| time of one database statement | {settings.statement_timeout_ms // 1000} s |",
    }
    assert [sentence for sentence in said if sentence not in INTRODUCTION] == []
