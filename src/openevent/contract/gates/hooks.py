"""Gate: every Dredd hook is bound to a transaction that exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from openevent.contract.blueprint import Blueprint, Fault

_NAMED = frozenset({"before", "after", "before_validation"})


def check_hooks(blueprint: Blueprint, folder: Path) -> Iterator[Fault]:
    """Yield a fault per hook whose name is no transaction: Dredd would never run it."""
    known = blueprint.transactions().keys()
    for path in sorted(folder.glob("*_hooks.py")):
        for line, name in bound_names(path.read_text(encoding="utf-8")):
            if name not in known:
                yield Fault(None, f"hooks/{path.name}:{line}: no transaction is called {name!r}")


def bound_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and transaction name of each hook in a file, without running it."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            function = decorator.func
            called = getattr(function, "attr", None) or getattr(function, "id", None)
            if called in _NAMED:
                for argument in decorator.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield decorator.lineno, argument.value
