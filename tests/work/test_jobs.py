"""Jobs in a worker: their transaction, their failures, and running more than once."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from dramatiq import Message
from sqlalchemy import text

from openevent.work.background import Background, create_background
from openevent.work.backlog import backlog
from openevent.work.deadletters import dead_letters, discard, requeue
from openevent.work.jobs import job
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.work import sample
from tests.work.conftest import Workshop, wait_until
from tests.work.sample import NoteFlaky, NotePoisoned, NoteWritten


@pytest.fixture(autouse=True)
def _quiet() -> None:
    # Dramatiq logs every failure of a job, and these tests are about failures.
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)


def test_a_job_and_the_jobs_it_causes_happen_once(workshop: Workshop, running: Background) -> None:
    workshop.commit(running, NoteWritten(1), NoteWritten(2))
    wait_until(lambda: workshop.outstanding() == 0)
    assert workshop.effects() == [
        (note, actor) for note in (1, 2) for actor in ("copy", "count", "file")
    ]


def test_the_request_id_reaches_the_last_job(workshop: Workshop, running: Background) -> None:
    workshop.commit(running, NoteWritten(1))
    wait_until(lambda: workshop.outstanding() == 0)
    assert workshop.query("SELECT DISTINCT request_id FROM effects") == [("the-request",)]


def test_a_job_acts_for_the_server_itself(workshop: Workshop) -> None:
    seen = []

    @job(name="sample.see")
    def see(work: UnitOfWork) -> None:
        seen.append((work.principal, work.request_id))

    background = create_background(workshop.settings, workshop.open_db, jobs=[see])
    background.runner.deliver(see, {}, None, request_id="r")
    assert seen == [(SYSTEM, "r")]


def test_a_failing_job_is_tried_again_until_it_succeeds(
    workshop: Workshop, running: Background
) -> None:
    workshop.commit(running, NoteFlaky(1))
    wait_until(lambda: workshop.outstanding() == 0)
    assert workshop.effects() == [(1, "flaky")]
    assert workshop.query("SELECT last_value FROM tries") == [(3,)]


def test_a_job_that_keeps_failing_becomes_a_dead_letter_and_blocks_nobody(
    workshop: Workshop, running: Background
) -> None:
    workshop.commit(running, NotePoisoned(1), *(NoteWritten(n) for n in range(2, 50)))
    wait_until(lambda: workshop.outstanding() == 0)
    assert len(workshop.effects()) == 48 * 3  # and none of the poisoned note
    assert workshop.query("SELECT last_value FROM tries") == [(3,)]  # once, and two retries
    with workshop.open_db() as db:
        (letter,) = dead_letters(db)
    assert (letter.actor, letter.event, letter.args) == (
        "sample.poison",
        "NotePoisoned",
        {"note_id": 1},
    )
    assert (letter.error, letter.attempts) == ("RuntimeError: no job can digest this", 3)
    assert (letter.request_id, "digest this" in (letter.traceback or "")) == ("the-request", True)


def test_the_outbox_tells_why_a_job_has_not_finished(
    workshop: Workshop, running: Background
) -> None:
    workshop.commit(running, NotePoisoned(1))
    wait_until(lambda: workshop.query("SELECT 1 FROM outbox WHERE failures > 0"))
    ((error, later),) = workshop.query(
        "SELECT error, send_at > now() + interval '10 minutes' FROM outbox"
    )
    assert (error, later) == ("RuntimeError: no job can digest this", True)
    wait_until(lambda: workshop.outstanding() == 0)


def test_a_dead_letter_can_be_sent_again_once_its_cause_is_mended(
    workshop: Workshop, running: Background
) -> None:
    workshop.query(
        "INSERT INTO dead_letters (actor, event, args, error, attempts, created_at)"
        " VALUES ('sample.file', 'NoteCopied', '{\"note_id\": 5}', 'RuntimeError', 9, now())"
    )
    with workshop.open_db() as db:
        assert requeue(db, [dead_letters(db)[0].id]) == 1
        assert dead_letters(db) == []
    wait_until(lambda: workshop.effects() == [(5, "file")])


def test_a_dead_letter_sent_again_waits_from_now_on(workshop: Workshop) -> None:
    workshop.query(
        "INSERT INTO dead_letters (actor, event, args, error, attempts, created_at)"
        " VALUES ('sample.file', '', '{}', '', 9, now() - interval '30 days')"
    )
    with workshop.open_db() as db:
        assert requeue(db, every=True) == 1
        assert 0 <= (backlog(db).oldest_s or 0) < 3600, "the health check takes it for new"


def test_an_event_that_is_none_of_its_business_leaves_a_job_nothing_to_do(
    workshop: Workshop,
) -> None:
    @job(name="sample.odd", on=NoteWritten, when=lambda event: event.note_id % 2 == 1)
    def odd(work: UnitOfWork, note_id: int) -> None:
        """Never run here."""

    background = create_background(workshop.settings, workshop.open_db, jobs=[odd])
    dispatcher = background.outbox.dispatcher
    found = dispatcher.deliveries([NoteWritten(1), NoteWritten(2), NoteWritten(3)])
    assert [event.note_id for _, event in found] == [1, 3]  # type: ignore[attr-defined]


def test_a_dead_letter_can_be_forgotten(workshop: Workshop) -> None:
    workshop.query(
        "INSERT INTO dead_letters (actor, event, args, error, attempts, created_at)"
        " SELECT 'sample.file', '', '{}', '', 9, now() FROM generate_series(1, 3)"
    )
    with workshop.open_db() as db:
        assert discard(db, [dead_letters(db)[0].id]) == 1
        assert discard(db, every=True) == 2


def test_a_message_for_an_unknown_actor_becomes_a_dead_letter(
    workshop: Workshop, running: Background
) -> None:
    running.broker.enqueue(
        Message("default", "sample.gone", (), {"note_id": 4}, {}, message_timestamp=1_000)
    )
    wait_until(lambda: workshop.query("SELECT 1 FROM dead_letters"))
    ((actor, event, args, error),) = workshop.query(
        "SELECT actor, event, args, error FROM dead_letters"
    )
    assert (actor, event, args) == ("sample.gone", "sent directly", {"note_id": 4})
    assert error.startswith("ActorNotFound")


def test_a_message_that_is_too_old_becomes_a_dead_letter(
    workshop: Workshop, running: Background
) -> None:
    running.broker.enqueue(
        Message(
            "default", "sample.count", (), {"note_id": 4}, {"max_age": 1000}, message_timestamp=0
        )
    )
    wait_until(lambda: workshop.query("SELECT 1 FROM dead_letters"))
    assert workshop.query("SELECT error FROM dead_letters") == [
        ("SkipMessage: Message age limit exceeded",)
    ]
    assert workshop.effects() == []


def test_two_messages_for_one_delivery_have_one_effect(
    workshop: Workshop, running: Background
) -> None:
    workshop.commit(running, NoteWritten(1))
    workshop.query("UPDATE outbox SET send_at = now()")
    running.outbox.relay.sweep()
    wait_until(lambda: workshop.outstanding() == 0)
    workshop.commit(running, NoteWritten(2))
    wait_until(lambda: workshop.outstanding() == 0)
    assert workshop.query("SELECT count(*) FROM effects WHERE note_id = 1") == [(3,)]


def test_every_sample_job_run_twice_leaves_the_same_state(workshop: Workshop) -> None:
    background = workshop.background()
    background.outbox.relay.enabled = False
    workshop.commit(background, NoteWritten(1))
    jobs = {job.name: job for job in sample.JOBS}
    deliveries = workshop.query("SELECT id, actor, args FROM outbox")
    for id_, actor, args in deliveries * 2:
        background.runner.deliver(jobs[actor], args, id_, request_id=None)
    assert workshop.effects() == [(1, "copy"), (1, "count")]
    assert workshop.query("SELECT count(*) FROM outbox WHERE event = 'NoteCopied'") == [(1,)]


def test_of_two_runs_at_the_same_moment_one_does_nothing(workshop: Workshop) -> None:
    both_started = Barrier(2, timeout=5)

    @job(name="sample.meet")
    def meet(work: UnitOfWork) -> None:
        work.db.execute(text("INSERT INTO effects (note_id, actor) VALUES (1, 'meet')"))
        both_started.wait()

    background = create_background(workshop.settings, workshop.open_db, jobs=[meet])
    ((id_,),) = workshop.query(
        "INSERT INTO outbox (actor, event, args) VALUES ('sample.meet', '', '{}') RETURNING id"
    )
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(background.runner.deliver, meet, {}, id_, request_id=None)
        wait_until(lambda: both_started.n_waiting == 1)
        background.runner.deliver(meet, {}, id_, request_id=None)  # returns: it is being run
        both_started.wait()
        first.result(5)
    assert workshop.effects() == [(1, "meet")]


def test_a_run_that_finds_its_delivery_done_leaves_no_trace(workshop: Workshop) -> None:
    @job(name="sample.late")
    def late(work: UnitOfWork) -> None:
        work.db.execute(text("INSERT INTO effects (note_id, actor) VALUES (1, 'late')"))
        workshop.query("DELETE FROM outbox")  # the other run, without the lock

    background = create_background(workshop.settings, workshop.open_db, jobs=[late])
    ((id_,),) = workshop.query(
        "INSERT INTO outbox (actor, event, args) VALUES ('sample.late', '', '{}') RETURNING id"
    )
    background.runner.deliver(late, {}, id_, request_id=None)
    assert workshop.effects() == []


def test_a_commit_that_fails_is_a_failure_of_the_job(
    workshop: Workshop, running: Background
) -> None:
    workshop.query(
        "CREATE UNIQUE INDEX ON effects (note_id)",
    )
    workshop.query(
        "ALTER TABLE effects ADD CONSTRAINT one_each UNIQUE (actor) DEFERRABLE INITIALLY DEFERRED"
    )
    workshop.query("INSERT INTO effects VALUES (1, 'flaky', NULL)")
    workshop.commit(running, NoteFlaky(2))
    wait_until(lambda: workshop.query("SELECT 1 FROM dead_letters"))
    ((error,),) = workshop.query("SELECT error FROM dead_letters")
    assert error.startswith("IntegrityError")
    assert workshop.effects() == [(1, "flaky")]
