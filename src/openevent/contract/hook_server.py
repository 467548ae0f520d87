"""Runs the hooks for Dredd: ``dredd-hooks``, started so that it works on Python 3.12+.

``dredd-hooks`` 0.2.0 loads hook files with ``imp.load_source``; the module ``imp`` is gone
since Python 3.12. Of that module only this one function is supplied.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from openevent.contract import backstage
from openevent.settings import Settings


def load_source(name: str, path: str) -> ModuleType:
    """Load a module from a file, as the function of that name in ``imp`` did."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - a path always gives a spec
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def supply_imp() -> None:
    """Make ``import imp`` work for ``dredd-hooks``."""
    module = ModuleType("imp")
    module.load_source = load_source  # type: ignore[attr-defined]
    sys.modules["imp"] = module


def main() -> None:
    """Serve hooks to Dredd until it ends us."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--plan", type=Path, required=True)
    arguments.add_argument("hooks", nargs="*")
    options = arguments.parse_args()
    backstage.open_stage(Settings.from_environment(), options.plan)
    supply_imp()
    dredd = importlib.import_module("dredd_hooks.dredd")
    dredd.main(options.hooks, port=options.port)


if __name__ == "__main__":
    main()
