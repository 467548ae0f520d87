"""Pure decisions about FAQs and their types."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Of an order made by hand.
MAX_POSITION: Final = 1_000_000


def name_key(name: str) -> str:
    """Return what two names of FAQ types have in common when people read them as the same.

    Case, width and the amount of white space do not tell two sections apart. Decided
    here and stored, not by the database: there, what is a letter or a space depends on
    the locale that it was created with.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())
