"""``openevent worker ...`` and ``openevent outbox ...``: what people see and may do."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner, Result

from openevent.cli import main
from tests.work.conftest import Workshop

DEAD = (
    "INSERT INTO dead_letters (actor, event, args, error, traceback, attempts, created_at)"
    " SELECT 'communication.send_mail', 'MailWritten', '{\"mail_id\": 5}', 'OSError: away',"
    " 'Traceback',"
    " 13, now() FROM generate_series(1, 3)"
)


class Shell:
    """Runs commands on the workshop's servers."""

    def __init__(self, workshop: Workshop) -> None:
        self.environment = workshop.settings.to_environment()

    def __call__(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, env=self.environment)
        assert result.exit_code == code, result.output
        return result


@pytest.fixture
def openevent(workshop: Workshop) -> Shell:
    """The ``openevent`` command."""
    return Shell(workshop)


def test_given_up_jobs_are_listed_with_their_error(workshop: Workshop, openevent: Shell) -> None:
    assert openevent("worker", "dead").output == "No job was given up.\n"
    workshop.query(DEAD)
    lines = openevent("worker", "dead", "--limit", "2").output.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("3  ")
    assert lines[0].endswith('communication.send_mail  {"mail_id":5}  after 13: OSError: away')
    as_json = openevent("worker", "dead", "--json").output.splitlines()
    assert orjson.loads(as_json[0])["traceback"] == "Traceback"


def test_given_up_jobs_are_sent_again_by_id_or_all(workshop: Workshop, openevent: Shell) -> None:
    workshop.query(DEAD)
    assert openevent("worker", "requeue", "2").output == "1 requeued.\n"
    assert openevent("worker", "requeue", "--all").output == "2 requeued.\n"
    assert (
        workshop.query("SELECT actor, args FROM outbox")
        == [("communication.send_mail", {"mail_id": 5})] * 3
    )


def test_given_up_jobs_can_be_forgotten(workshop: Workshop, openevent: Shell) -> None:
    workshop.query(DEAD)
    assert openevent("worker", "discard", "1", "2").output == "2 discarded.\n"
    assert workshop.query("SELECT id FROM dead_letters") == [(3,)]


def test_an_id_that_is_not_there_is_an_error_for_scripts(openevent: Shell) -> None:
    result = openevent("worker", "requeue", "99", code=1)
    assert "0 requeued; the others are not among the given-up jobs" in result.output


@pytest.mark.parametrize("command", ["requeue", "discard"])
@pytest.mark.parametrize("arguments", [[], ["1", "--all"]])
def test_either_ids_or_all(command: str, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, ["worker", command, *arguments])
    assert result.exit_code == 2
    assert "Name the jobs by id, or say --all." in result.output


def test_a_queue_that_no_job_has_is_refused(openevent: Shell) -> None:
    result = openevent("worker", "--queue", "mial", code=2)
    assert "no queue 'mial'; there are default, documents, exports, mail" in result.output


def test_the_outbox_shows_what_waits_and_why(workshop: Workshop, openevent: Shell) -> None:
    assert openevent("outbox").output.startswith("0 not sent yet, 0 sent and not finished")
    workshop.query(
        "INSERT INTO outbox (actor, event, args, sends, failures, error, created_at) VALUES"
        " ('communication.send_mail', '', '{}', 0, 0, NULL, now()),"
        " ('communication.send_mail', '', '{}', 1, 2, 'OSError: away', now() - interval '90 s')"
    )
    workshop.query(DEAD)
    assert openevent("outbox").output.splitlines() == [
        "1 not sent yet, 1 sent and not finished, 1 of them failing,"
        " 3 given up (openevent worker dead).",
        "The oldest is 90 s old.",
        "  2  communication.send_mail; last error: OSError: away",
    ]


def test_sweep_sends_now_and_retry_sends_everything(workshop: Workshop, openevent: Shell) -> None:
    workshop.query(
        "INSERT INTO outbox (actor, event, args, send_at)"
        " VALUES ('communication.send_mail', '', '{}', now() + interval '1 hour')"
    )
    assert openevent("outbox", "sweep").output == "1 sent.\n"
    assert openevent("outbox", "sweep").output == "0 sent.\n"
    assert openevent("outbox", "retry").output == "1 sent.\n"


def test_without_redis_sweep_says_so(workshop: Workshop, openevent: Shell) -> None:
    workshop.valkey.stop()
    assert "Redis cannot be reached" in openevent("outbox", "sweep", code=1).output


@pytest.mark.parametrize(
    "command", ["worker", "worker dead", "worker requeue", "outbox", "outbox sweep", "outbox retry"]
)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
