"""What all tests of a run saw answered over HTTP, held against the blueprint at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from falcon import Request, Response

from openevent.contract.gates.answers import Answer, check_answers
from openevent.observability.access import Access

#: Each answer, and the test that saw it first.
ANSWERED: dict[Answer, str] = {}

_broken = 0


def listen() -> None:
    """Note what every application of this process answers from now on."""
    inner = Access.process_response

    def noted(self: Access, req: Request, resp: Response, *others: Any) -> None:
        if req.uri_template is not None and not _broken:
            answer = Answer(req.method, req.uri_template, resp.status_code)
            ANSWERED.setdefault(answer, os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0])
        inner(self, req, resp, *others)

    Access.process_response = noted  # type: ignore[method-assign]


@contextmanager
def broken_on_purpose() -> Iterator[None]:
    """Take no note: a test that breaks the server itself says nothing about its routes."""
    global _broken
    _broken += 1
    try:
        yield
    finally:
        _broken -= 1


def faults(answers: Mapping[Answer, str]) -> list[str]:
    """Return what was answered and is documented nowhere, with a test that saw it."""
    # Only here: the blueprint is long, and who only collects tests does not need it.
    from openevent.app import RESOURCES
    from tests.contract.documented import BLUEPRINT

    if not any(check_answers(BLUEPRINT, RESOURCES, answers)):
        return []
    return [
        f"{fault} ({test})"
        for answer, test in sorted(answers.items())
        for fault in check_answers(BLUEPRINT, RESOURCES, [answer])
    ]
