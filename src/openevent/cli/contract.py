"""``openevent contract``: the blueprint, built, checked, replayed, recorded."""

from __future__ import annotations

import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from typing import Any

import click

from openevent.app import RESOURCES, create_app
from openevent.contract.blueprint import read_blueprint
from openevent.contract.build import build as build_documentation
from openevent.contract.gates.check import gates
from openevent.contract.node import ToolError
from openevent.contract.parts import BlueprintError
from openevent.contract.record import record as write_answers
from openevent.contract.replay import Report, plan
from openevent.contract.replay import replay as run_replay
from openevent.contract.stage import live_server, stage, stage_of_running
from openevent.settings import Settings


class Refusing(click.Group):
    """A group that says in a sentence which tool or part of the blueprint is missing."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (ToolError, BlueprintError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Refusing)
def contract() -> None:
    """The API Blueprint: build its documentation, check it, replay it."""


@contract.command()
def build() -> None:
    """Write the documentation to OPENEVENT_DATA_DIR/docs; the server shows it at /docs."""
    built = build_documentation(Settings.from_environment())
    for fault in built.faults:
        click.echo(f"WARNING: {fault}")
    click.echo(
        f"The documentation of {built.actions} actions with {built.examples} examples is in"
        f" {built.folder}."
    )
    if built.faults:
        raise click.ClickException(f"{len(built.faults)} warnings.")


@contract.command()
def check() -> None:
    """Check the blueprint against routes, schemas, models, migrations and hooks."""
    faults = 0
    for gate in gates(read_blueprint(), RESOURCES, create_app):
        found = list(gate.faults())
        click.echo(f"{'FAILED' if found else 'passed'}  {gate.rule}")
        for fault in found:
            click.echo(f"        {fault}")
        faults += len(found)
    if faults:
        raise click.ClickException(f"{faults} faults.")


@contract.command()
@click.option("--in-order", "order", flag_value="in-order", help="Only in the order of the text.")
@click.option("--shuffle", "order", flag_value="shuffle", help="Only in a random order.")
@click.option("--seed", type=int, help="The seed of an order that failed.")
@click.option("--only", default="", help="Only requests with this in their name.")
@click.option("--url", help="A server that runs already; its database is reset for each request.")
def replay(order: str | None, seed: int | None, only: str, url: str | None) -> None:
    """Send every documented request to a live server and compare the answers (Dredd).

    Twice, side by side: in order, and shuffled. Everything runs on servers of its own,
    unless OPENEVENT_DATABASE_URL and OPENEVENT_REDIS_URL name others; then one after the
    other, since each puts the world back before each of its requests.
    """
    seed = secrets.randbelow(10**6) if seed is None else seed
    runs = [None] * (order != "shuffle") + [seed] * (order != "in-order")
    given = Settings.from_environment()

    def run(each: int | None, on: tuple[Settings, str]) -> tuple[str, Report]:
        requests = planned.result()
        started = time.monotonic()
        report = run_replay(requests, *on, seed=each, only=only, tell=_progress)
        order_ = "in order" if each is None else f"shuffled with --seed {each}"
        return f"{order_}, {time.monotonic() - started:.0f} s", report

    good = True
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(1))
        planned = pool.submit(lambda: plan(read_blueprint(), RESOURCES))
        if url:
            stages = [(stack.enter_context(stage_of_running()), url)]
        else:
            alone = not (given.database_url or given.redis_url)
            settings = [stack.enter_context(stage(given)) for _ in (runs if alone else runs[:1])]
            stages = [(each, stack.enter_context(live_server(each))) for each in settings]
        replays = stack.enter_context(ThreadPoolExecutor(len(stages)))
        for how, report in replays.map(run, runs, cycle(stages)):
            _print(report, how)
            good = good and report.is_good
    if not good:
        raise SystemExit(1)


@contract.command()
@click.option("--only", default="", help="Only requests with this in their name.")
@click.option("--check", "dry", is_flag=True, help="Write nothing; exit 1 for old answers.")
def record(only: str, *, dry: bool) -> None:
    """Replay the documented requests and write the answers into the blueprint.

    Answers with another status than the documented one are listed, not written.
    """
    blueprint = read_blueprint()
    with ExitStack() as stack:
        settings = stack.enter_context(stage(Settings.from_environment()))
        url = stack.enter_context(live_server(settings))
        requests = plan(blueprint, RESOURCES)
        report = run_replay(requests, settings, url, only=only, bodies=True, tell=_progress)
    changed = write_answers(blueprint, report.outcomes, dry=dry)
    _print(report, "recorded")
    for name in changed:
        click.echo(f"{'Old answers in' if dry else 'Changed'}: apiblueprint/{name}")
    if not report.is_good or (dry and changed):
        raise SystemExit(1)


def _progress(report: Report) -> None:
    if sys.stderr.isatty():
        done = len(report.outcomes)
        click.echo(f"\r{done} of {report.expected} requests", err=True, nl=False)


def _print(report: Report, how: str) -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    for item in report.outcomes:
        if item.outcome != "pass":
            click.echo(f"\n{item.outcome.upper()}: {item.name}\n  {item.method} {item.path}")
            click.echo(f"  {item.status}: {item.message}")
            click.echo(f"  {(item.body or '')[:600]}")
    for text in report.warnings:
        click.echo(f"WARNING: {text}")
    for name in report.missing:
        click.echo(f"NOT RUN: {name}")
    if report.error:
        click.echo(f"ERROR: {report.error}")
    click.echo(
        f"{report.documented} documented requests and {report.expected - report.documented}"
        f" relationship routes, {len(report.outcomes)} replayed ({how}):"
        f" {report.count('pass')} passed, {report.count('fail')} failed,"
        f" {report.count('skip')} skipped, {len(report.warnings)} warnings"
    )
