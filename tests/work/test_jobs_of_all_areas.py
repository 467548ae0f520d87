"""Every area's jobs are run: none is forgotten where they are collected."""

from __future__ import annotations

import importlib
import pkgutil

from openevent import areas
from openevent.work.jobs import jobs_of
from openevent.worker import JOBS


def test_worker_runs_the_jobs_of_every_area() -> None:
    modules = [
        importlib.import_module(f"openevent.areas.{area.name}.actors")
        for area in pkgutil.iter_modules(areas.__path__)
        if importlib.util.find_spec(f"openevent.areas.{area.name}.actors")
    ]
    assert {job.name for job in jobs_of(modules)} <= {job.name for job in JOBS}
    assert len({job.name for job in JOBS}) == len(JOBS)
