"""What is said of columns when the code is read holds whichever area is read first.

The type of a foreign key is that of the key it points at: it is known once both tables are.
A statement made before, while modules are imported, may have taken it for unknown, which
shows only in a process that imports the areas in another order.
"""

from __future__ import annotations

import subprocess
import sys

#: Imports everything while no foreign key has a type, and prints what took one.
CHECK = """
import importlib, pkgutil, sys
from collections.abc import Mapping
from sqlalchemy import ARRAY, BindParameter, Cast, Column, ForeignKey, TextClause, TypeCoerce
from sqlalchemy.types import NullType
from sqlalchemy.sql.elements import ClauseElement, ColumnClause
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.visitors import iterate

class Unknown(NullType):
    pass

attach, learn = ForeignKey._set_parent, ForeignKey._set_target_column

def attach_unknown(self, column, **options):
    attach(self, column, **options)
    if column.type._isnull:
        column.type = Unknown()

def learn_later(self, column):
    before = self.parent.type
    learn(self, column)
    self.parent.type = before

ForeignKey._set_parent = attach_unknown
ForeignKey._set_target_column = learn_later

def is_unknown(type_):
    return isinstance(type_, Unknown) or (isinstance(type_, ARRAY) and is_unknown(type_.item_type))

def guesses(statement):
    for element in iterate(statement):
        parts = element.c if isinstance(element, TableValuedAlias) else (element,)
        for part in parts:
            takes = isinstance(part, BindParameter | Cast | ColumnClause | TypeCoerce)
            if takes and not isinstance(part, Column) and is_unknown(part.type):
                yield str(part)

def statements(value, seen):
    if id(value) in seen or isinstance(value, Column | TextClause | type):
        return
    seen.add(id(value))
    if isinstance(value, ClauseElement):
        yield value
    elif isinstance(value, Mapping | list | tuple | set | frozenset):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from statements(item, seen)
    elif type(value).__module__.startswith("openevent."):
        slots = [s for c in type(value).__mro__ for s in getattr(c, "__slots__", ())]
        found = [getattr(value, slot, None) for slot in slots]
        yield from statements(found + list(getattr(value, "__dict__", {}).values()), seen)

def check(where, statement):
    for guess in guesses(statement):
        print(f"{where} takes the type of {guess} before it is known")

import openevent.db.compiled as compiled
sql_text = compiled.sql_text
compiled.sql_text = lambda statement: check("a compiled text", statement) or sql_text(statement)

import openevent
for module in pkgutil.walk_packages(openevent.__path__, "openevent."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

count, seen = 0, set()
for name, module in sorted(sys.modules.items()):
    if name.startswith("openevent"):
        for variable, value in vars(module).items():
            for statement in statements(value, seen):
                count += 1
                check(f"{name}.{variable}", statement)
print(count, "statements")
"""


def test_no_statement_takes_the_type_of_a_foreign_key_while_modules_are_imported() -> None:
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    *guesses, count = done.stdout.splitlines()
    assert guesses == []
    assert int(count.split()[0]) > 20, "statements were looked at"
