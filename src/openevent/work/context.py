"""What is being worked on, for every line of the log: the request, and the job it caused."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import dramatiq

#: The id of the request at the root of it all; a job carries that of its cause.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
#: ``<actor>/<message id>`` while a job runs.
JOB: ContextVar[str | None] = ContextVar("job", default=None)


class LogContext(dramatiq.Middleware):
    """Sets both for the thread that runs a job."""

    def before_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.broker.MessageProxy,
    ) -> None:
        REQUEST_ID.set(message.options.get("request_id"))
        JOB.set(f"{message.actor_name}/{message.message_id}")

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.broker.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        self._forget()

    def after_skip_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.broker.MessageProxy,
    ) -> None:
        self._forget()

    def _forget(self) -> None:
        REQUEST_ID.set(None)
        JOB.set(None)
