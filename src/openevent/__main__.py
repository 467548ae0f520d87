"""``python -m openevent`` is the ``openevent`` command."""

from openevent.cli import main

main()
