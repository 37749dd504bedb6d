"""Numbers as text for machines: plain digits, never an exponent, nothing rounded on the way.

``str()`` of a Decimal writes 0E-8, and JSON read into floats loses digits: neither is a value of ours.
"""

import json
from decimal import Decimal


def plain(number: Decimal | int) -> str:
    """A finite number in plain digits: ``0.00000000``, not ``0E-8``; a zero has no sign."""
    return f"{abs(number) if number == 0 else number:f}" if isinstance(number, Decimal) else str(number)


class ExactDecoder(json.JSONDecoder):
    """Reads JSON with its numbers as they are written: for ``JSONField(decoder=ExactDecoder)``."""

    def __init__(self, **options):
        super().__init__(**options, parse_float=Decimal)


def dump(value) -> str:
    """JSON that :class:`ExactDecoder` read, written again; a number with decimals as text, with all its digits."""
    return json.dumps(value, ensure_ascii=False, default=_as_text)


def _as_text(value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(f"no JSON: {type(value).__name__}")
