"""The README's tour as data: its calls, in order, and the answers it shows.

``python -m tests.end_to_end.readme`` runs the calls against a fresh installation and
writes the answers anew; the test only compares.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.conftest import Command

README = Path(__file__).parents[2] / "README.md"
URL = "http://127.0.0.1:8000"
_TOUR = re.compile(r"^## A tour in five minutes\n(.*?)^## ", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
# What is another value at every call: only its type is compared.
_PASSING = (
    *("access_token", "identifier", "timestamp", "expires", "hostname", "output", "photo-url"),
    *("scanned-at", "happened-at", "received-at"),
)
_WIDTH = 96
_END = "<<< end of answer >>>"
# For machines without curl: as much of it as the tour uses.
_CURL = """#!{python}
import sys, urllib.error, urllib.request
words, headers, data, method, url = sys.argv[1:], {{}}, None, None, ""
shown = "{{body}}"
while words:
    word = words.pop(0)
    if word == "-H":
        name, _, value = words.pop(0).partition(":")
        headers[name] = value.strip()
    elif word == "-d":
        data = words.pop(0).encode()
    elif word == "-X":
        method = words.pop(0)
    elif word == "-sI":
        method, shown = "HEAD", "{{headers}}"
    elif word == "-o":
        words.pop(0)
    elif word == "-w":
        shown = words.pop(0).replace("%{{", "{{").replace("\\\\n", "\\n")
    elif not word.startswith("-"):
        url = word.replace("[", "%5B").replace("]", "%5D")
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method))
except urllib.error.HTTPError as error:
    answer = error
values = {{"body": answer.read().decode(errors="replace"), "headers": str(answer.headers),
          "http_code": answer.status, "content_type": answer.headers["Content-Type"]}}
sys.stdout.write(shown.format(**values))
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A call, and the answer that the README shows after it (and where), if any."""

    call: str
    answer: str | None = None
    span: tuple[int, int] = (0, 0)


def steps(text: str) -> list[Step]:
    """Return the steps of the tour."""
    tour = _TOUR.search(text)
    assert tour is not None, "the README has no tour"
    blocks = list(_BLOCK.finditer(text, tour.start(1), tour.end(1)))
    found: list[Step] = []
    for block in blocks:
        if block[1] == "sh":
            found.append(Step(block[2]))
        elif found and found[-1].answer is None:
            found[-1] = Step(found[-1].call, block[2], block.span(2))
    return found


def comparable(answer: str) -> Any:
    """Return an answer with what passes replaced by its type."""
    try:
        return _without_passing(json.loads(answer))
    except json.JSONDecodeError:
        return answer.strip()


def _without_passing(value: Any, name: str = "") -> Any:
    if name in _PASSING:
        return f"<{type(value).__name__}>"
    if isinstance(value, dict):
        return {key: _without_passing(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_passing(item) for item in value]
    return value


@contextmanager
def fresh_installation() -> Iterator[str]:
    """Run everything with the demo world in a new data directory; yield the URL."""
    with tempfile.TemporaryDirectory(prefix="oe-") as folder:
        command = Command(Path(folder) / "data", "run", documented=False)
        try:
            command.wait_for("Ctrl-C stops everything")
            command.wait_for("The documentation is ready", timeout_s=300)
            yield command.url
        finally:
            command.end()


def follow(steps: list[Step], url: str) -> list[str]:
    """Make the calls one after the other in one shell, and return what each printed."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("curl") is None:
            curl = Path(folder) / "curl"
            curl.write_text(_CURL.format(python=sys.executable))
            curl.chmod(0o700)
        calls = "".join(f"{step.call}\nprintf '%s\\n' '{_END}'\n" for step in steps)
        done = subprocess.run(
            ["/bin/sh", "-eu", "-c", f'PATH="$PATH:{folder}"\n{calls.replace(URL, url)}'],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return done.stdout.split(_END)[:-1]


def recorded(text: str) -> str:
    """Return the README with the answers that a fresh installation gives."""
    tour = steps(text)
    with fresh_installation() as url:
        answers = [answer.replace(url, URL) for answer in follow(tour, url)]
    for step, answer in reversed(list(zip(tour, answers, strict=True))):
        if step.answer is not None:
            text = text[: step.span[0]] + for_people(answer) + text[step.span[1] :]
    return text


def for_people(answer: str) -> str:
    """Return an answer with line breaks where a line would be too long."""
    try:
        return _laid_out(json.loads(answer)) + "\n"
    except json.JSONDecodeError:
        return answer.strip() + "\n"


def _laid_out(value: Any, indent: str = "") -> str:
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _WIDTH or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_laid_out(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}}}"
    items = [_laid_out(item, deeper) for item in value]
    return "[\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}]"


if __name__ == "__main__":
    README.write_text(recorded(README.read_text(encoding="utf-8")), encoding="utf-8")
