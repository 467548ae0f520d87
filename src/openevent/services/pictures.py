"""Pictures: from whatever somebody sent to what may be served.

The bytes that come in are decoded in another process (``picture_process.py``) and never
served; what comes back is encoded anew from pixels. A file that is a picture and
something else at the same time ends here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from openevent.errors import Invalid, Unavailable

_PROCESS: Final = Path(__file__).with_name("picture_process.py")
#: Decoding takes a core for as long as it lasts: so many at once, others wait for a while.
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_WAIT_S: Final = 5
_TIME_LIMIT_S: Final = 30

#: What the process says, and what people are told.
_REFUSALS: Final = {
    "not-a-picture": "This is not a picture. Send a JPEG, PNG, GIF or WebP.",
    "corrupt": "The picture is damaged or incomplete.",
    "too-many-pixels": "The picture has too many pixels.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size to make: a box to fit into or to fill, and the quality of the encoding."""

    name: str
    width: int
    height: int
    fill: bool = False
    quality: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture in one size, encoded twice; ``digest`` is of both and names them."""

    name: str
    extension: str
    width: int
    height: int
    plain: bytes
    webp: bytes

    @property
    def digest(self) -> str:
        return sha256(self.plain + self.webp).hexdigest()


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything that was made of one picture."""

    renditions: tuple[Rendition, ...]
    placeholder: str


def render(file: BinaryIO, sizes: Sequence[Size], *, pixels: int) -> Rendered:
    """Return the picture in these sizes.

    ``file`` is a real file: the other process reads it by itself.

    Raises:
        Invalid: it is no picture, it is damaged, or it has more than ``pixels``.
        Unavailable: others are being decoded, and there was no turn.
    """
    file.flush()
    file.seek(0)
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise Unavailable("Many pictures are coming in at the moment; try again.", retry_after_s=10)
    try:
        output = _run(file, {"pixels": pixels, "wanted": [asdict(size) for size in sizes]})
    finally:
        _AT_ONCE.release()
    return _read(output)


def _run(file: BinaryIO, job: dict[str, Any]) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROCESS), json.dumps(job)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a decoder mutters about a stranger's bytes
            env={},
            cwd="/",
            timeout=_TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as ex:
        raise _refused("too-many-pixels") from ex
    if done.returncode:
        # Killed for using too much, or by a defect of a decoder: the picture's doing.
        raise _refused("corrupt")
    return done.stdout


def _read(output: bytes) -> Rendered:
    head, _, rest = output.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise _refused(answer["refused"])
    renditions, at = [], 0
    for item in answer["made"]:
        plain, webp = item.pop("lengths")
        renditions.append(
            Rendition(
                plain=rest[at : at + plain], webp=rest[at + plain : at + plain + webp], **item
            )
        )
        at += plain + webp
    return Rendered(tuple(renditions), answer["placeholder"])


def _refused(reason: str) -> Invalid:
    return Invalid(_REFUSALS[reason], code=reason)
