"""``openevent worker``: run background jobs; see and repeat those that were given up."""

from __future__ import annotations

import sys

import click
import orjson

from openevent.cli.database import sessions
from openevent.cli.installation import with_servers
from openevent.settings import Settings
from openevent.work.deadletters import DeadLetter, dead_letters, discard, requeue
from openevent.work.jobs import Job
from openevent.worker import JOBS, serve


@click.group(invoke_without_command=True)
@click.option("--processes", type=click.IntRange(1, 64), help="Default: OPENEVENT_JOB_PROCESSES.")
@click.option("--threads", type=click.IntRange(1, 256), help="Default: OPENEVENT_JOB_THREADS.")
@click.option("--queue", "queues", multiple=True, help="Only this queue; may be repeated.")
@click.pass_context
def worker(
    ctx: click.Context, processes: int | None, threads: int | None, queues: tuple[str, ...]
) -> None:
    """Run background jobs until SIGTERM or Ctrl-C.

    On a signal, jobs that are running finish (for up to OPENEVENT_GRACEFUL_TIMEOUT_S) and
    those that wait go back to their queue. Several workers may run side by side.
    """
    if ctx.invoked_subcommand is None:
        check_queues(queues)
        sys.exit(_run(processes=processes, threads=threads, queues=queues))


@with_servers
def _run(
    settings: Settings, *, processes: int | None, threads: int | None, queues: tuple[str, ...]
) -> int:
    return serve(
        settings,
        processes=processes or settings.job_processes,
        threads=threads or settings.job_threads,
        queues=queues,
    )


@worker.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with tracebacks.")
@with_servers
def dead(settings: Settings, *, limit: int, as_json: bool) -> None:
    """List the jobs that were given up, the latest first."""
    with sessions(settings) as open_db, open_db() as db:
        letters = dead_letters(db, limit=limit)
        for letter in letters:
            click.echo(_as_json(letter) if as_json else _as_line(letter))
    if not letters:
        click.echo("No job was given up.", err=as_json)


@worker.command("requeue")
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every job that was given up.")
@with_servers
def requeue_(settings: Settings, *, ids: tuple[int, ...], every: bool) -> None:
    """Send jobs that were given up once more; a worker takes them within seconds."""
    _check_choice(ids, every=every)
    with sessions(settings) as open_db, open_db() as db:
        moved = requeue(db, ids, every=every)
    _report(moved, "requeued", ids)


@worker.command("discard")
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every job that was given up.")
@with_servers
def discard_(settings: Settings, *, ids: tuple[int, ...], every: bool) -> None:
    """Forget jobs that were given up: what they were for will not happen."""
    _check_choice(ids, every=every)
    with sessions(settings) as open_db, open_db() as db:
        gone = discard(db, ids, every=every)
    _report(gone, "discarded", ids)


def check_queues(queues: tuple[str, ...], jobs: tuple[Job, ...] = JOBS) -> None:
    """Refuse the name of a queue that no job has: a worker of it would wait for ever."""
    known = sorted({str(job.options["queue_name"]) for job in jobs})
    if unknown := sorted(set(queues) - set(known)):
        raise click.BadParameter(f"no queue {unknown[0]!r}; there are {', '.join(known)}")


def _check_choice(ids: tuple[int, ...], *, every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the jobs by id, or say --all.")


def _report(count: int, done: str, ids: tuple[int, ...]) -> None:
    if count < len(set(ids)):
        raise click.ClickException(f"{count} {done}; the others are not among the given-up jobs.")
    click.echo(f"{count} {done}.")


def _as_line(letter: DeadLetter) -> str:
    return (
        f"{letter.id}  {letter.failed_at:%Y-%m-%d %H:%M:%S}Z  {letter.actor}"
        f"  {orjson.dumps(letter.args).decode()}  after {letter.attempts}: {letter.error}"
    )


def _as_json(letter: DeadLetter) -> str:
    names = DeadLetter.__table__.columns.keys()
    return orjson.dumps({name: getattr(letter, name) for name in names}).decode()
