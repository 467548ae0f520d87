"""What all tests of a run saw answered over HTTP, held against the blueprint at its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from falcon import Request, Response

from openevent.contract.gates.answers import Answer, check_answers
from openevent.observability.access import Access

ANSWERED: set[Answer] = set()


def listen() -> None:
    """Note what every application of this process answers from now on."""
    inner = Access.process_response

    def noted(self: Access, req: Request, resp: Response, *others: Any) -> None:
        if req.uri_template is not None:
            ANSWERED.add(Answer(req.method, req.uri_template, resp.status_code))
        inner(self, req, resp, *others)

    Access.process_response = noted  # type: ignore[method-assign]


def faults(answers: Iterable[Answer]) -> list[str]:
    """Return what was answered and is documented nowhere."""
    # Only here: the blueprint is long, and who only collects tests does not need it.
    from openevent.app import RESOURCES
    from tests.contract.documented import BLUEPRINT

    return [str(fault) for fault in check_answers(BLUEPRINT, RESOURCES, answers)]
