"""How URI templates are spelled for Dredd.

Dredd 14 cannot read ``page%5Bsize%5D`` in a URI template and silently drops every action
that has one. It is given another spelling, and what is read or sent is spelled back.
"""

from __future__ import annotations

import re

_ESCAPES = {"%5B": "_5B_", "%5D": "_5D_", "%2D": "_2D_"}
_SHOWN = {hidden: shown for shown, hidden in _ESCAPES.items()}
_ESCAPE = re.compile("|".join(_ESCAPES))
_HIDDEN = re.compile("|".join(_SHOWN))
_TEMPLATE = re.compile(r"^#+ .*\[.*\]\s*$")
_PARAMETER = re.compile(r"^\s+\+ [`\w%-]*%(?:5B|2D)")


def for_dredd(line: str) -> str:
    """Return a line of the blueprint with its URI template or parameter as Dredd reads it."""
    if _TEMPLATE.match(line) or _PARAMETER.match(line):
        return _ESCAPE.sub(lambda match: _ESCAPES[match[0]], line)
    return line


def as_written(text: str) -> str:
    """Return a URI, a template or a name as it is in the blueprint."""
    return _HIDDEN.sub(lambda match: _SHOWN[match[0]], text)
