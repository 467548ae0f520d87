"""The ``openevent`` command, also as ``python -m openevent``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command."""
    # All that is imported stays; looking for garbage in it meanwhile takes a fifth of the start.
    gc.disable()
    from openevent.cli import main as command

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
