"""Become a server: drop to its user, ask to be told of the parent's death, execute it.

Run as a file, with Python's ``-I -S``, by ``process.spawn``. A program of its own
rather than ``preexec_fn``, which may deadlock, and which Python 3.12 warns of, in a
process with threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(uid: str, number: str, *command: str) -> None:
    """Replace this process; ``uid`` -1: stay who we are; ``number`` 0: no signal."""
    if int(uid) >= 0:
        os.setgroups([])
        os.setgid(int(uid))
        os.setuid(int(uid))
    if int(number) > 0 and sys.platform.startswith("linux"):
        # After setuid: a change of user clears it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))
    os.execv(command[0], command)  # noqa: S606 - our own caller's program, no shell


if __name__ == "__main__":
    main(*sys.argv[1:])
