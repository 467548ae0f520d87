"""The blueprint as it is, parsed once for all tests."""

from __future__ import annotations

from openevent.contract.blueprint import read_blueprint

BLUEPRINT = read_blueprint()
