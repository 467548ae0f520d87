"""Exact decimals on the wire: JSON numbers, never rounded on the way in or out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields
from marshmallow.validate import Range

#: The least amount that is one.
COIN: Final = Decimal("0.01")


class Exact(fields.Decimal):
    """A number with at most so many decimal places, kept as a ``Decimal``.

    On the wire it is a JSON number. Of what is read from JSON the shortest decimal that
    the number stands for is taken (``0.1`` is a tenth), and up to 15 digits come back
    out as they went in.
    """

    def __init__(
        self, *, places: int, maximum: int, minimum: Decimal = Decimal(0), **options: Any
    ) -> None:
        bounds = Range(min=minimum, max=Decimal(maximum))
        super().__init__(validate=[bounds, self._fits], **options)
        self.decimal_places = places

    def _fits(self, value: Decimal) -> None:
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -self.decimal_places:
            raise ValidationError(f"Must have at most {self.decimal_places} decimal places.")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return None if value is None else float(value)


class Money(Exact):
    """An amount in the event's currency, up to 99,999,999.99."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=2, maximum=99_999_999, **options)


class Percent(Exact):
    """A share of a hundred, with at most three decimal places."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=3, maximum=100, **options)
