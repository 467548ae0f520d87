"""Runs health checks side by side, in bounded time, and remembers what they found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

logger = logging.getLogger(__name__)

#: How long the result of a check is believed, and how long all checks have to answer.
PASSED_S = 27.0
FAILED_S = 3.0
ANSWER_S = 1.5


class Unhealthy(Exception):  # noqa: N818 - a finding, not an error
    """What a check found wrong: one sentence, fit for strangers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be in order.

    ``examine`` returns a sentence, or raises ``Unhealthy`` with one. It bounds its own
    waiting as well as it can; ``overdue`` is the sentence when it takes longer than the
    board waits.
    """

    name: str
    examine: Callable[[], str]
    overdue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found, when (seconds since 1970), and until when that is believed."""

    checker: str
    output: str
    passed: bool
    timestamp: float
    expires: float


@dataclass(slots=True)
class _Run:
    """One examination, under way or ended. Times are the monotonic clock's."""

    due_at: float
    ended: Event = field(default_factory=Event)
    result: Result | None = None
    believed_until: float = 0.0


class HealthBoard:
    """The present result of each check.

    Whoever asks gets results that have not expired at once. An expired one is examined
    again, by one thread however many ask, and all of them wait for it: together not longer
    than ``answer_s``, whatever hangs. A check that is late counts as failed until it ends,
    is not started a second time, and nobody waits for it again.
    """

    def __init__(
        self,
        checks: Iterable[Check],
        *,
        passed_s: float = PASSED_S,
        failed_s: float = FAILED_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.checks = tuple(checks)
        self.passed_s, self.failed_s, self.answer_s = passed_s, failed_s, answer_s
        self._lock = Lock()
        self._runs: dict[str, _Run] = {}

    def results(self) -> list[Result]:
        """Return one result for each check, in order."""
        with self._lock:
            runs = [self._run_of(check) for check in self.checks]
        for run in runs:
            run.ended.wait(max(0.0, run.due_at - time.monotonic()))
        return [
            run.result or self._result(check.name, check.overdue)
            for check, run in zip(self.checks, runs, strict=True)
        ]

    def _run_of(self, check: Check) -> _Run:
        """Return the last run of a check; a new one if what the last one found has expired."""
        now = time.monotonic()
        last = self._runs.get(check.name)
        if last is not None and (not last.ended.is_set() or last.believed_until > now):
            return last
        run = self._runs[check.name] = _Run(now + self.answer_s)
        before = None if last is None else last.result
        # A daemon: a check that hangs must not keep a process from stopping.
        Thread(
            target=self._examine, args=(check, run, before), name=check.name, daemon=True
        ).start()
        return run

    def _examine(self, check: Check, run: _Run, before: Result | None) -> None:
        run.result = result = self._found(check, before)
        run.believed_until = time.monotonic() + (result.expires - result.timestamp)
        run.ended.set()

    def _found(self, check: Check, before: Result | None) -> Result:
        """Examine, and log what is found when it is not what was found before."""
        try:
            result = self._result(check.name, check.examine(), passed=True)
        except Unhealthy as finding:
            result = self._result(check.name, str(finding))
            if before is None or before.output != result.output:
                logger.error("%s: %s%s", check.name, finding, _because(finding.__cause__))  # noqa: TRY400
        except Exception:
            logger.exception("%s broke off", check.name)
            result = self._result(check.name, "The check itself failed; the log says why")
        if result.passed and before is not None and not before.passed:
            logger.warning("%s: %s again", check.name, result.output)
        return result

    def _result(self, checker: str, output: str, *, passed: bool = False) -> Result:
        now = time.time()
        return Result(
            checker=checker,
            output=output,
            passed=passed,
            timestamp=now,
            expires=now + (self.passed_s if passed else self.failed_s),
        )


def _because(cause: BaseException | None) -> str:
    """Return what the log, and only the log, says about the cause of a finding."""
    if cause is None:
        return ""
    return f" ({type(cause).__name__}: {str(cause).strip().partition(chr(10))[0]})"
