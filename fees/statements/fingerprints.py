"""What makes a bank line the same line when a file, or one that overlaps it, is imported again.

Not the bank's ids, which banks use again, and not its place in the file. Lines that are equal in all they say are told
apart by their place among their equals: two payments of one amount by one payer on one day both stay.
"""

import hashlib
import json
from collections import Counter

from fees.statements.statement import Line

VERSION = 1


def fingerprint(account_ref: str, line: Line, ordinal: int) -> str:
    """The SHA-256 of what a line says and of its number among equal lines, from 0; in hexadecimal."""
    return hashlib.sha256(f"{content_of(account_ref, line)}#{ordinal}".encode()).hexdigest()


def content_of(account_ref: str, line: Line) -> str:
    """What a line says, in one writing: spaces and capitals count for nothing, since banks wrap and fold texts."""
    said = (
        VERSION,
        _squeezed(account_ref),
        f"{line.amount:.2f}",
        line.currency,
        line.booking_date.isoformat(),
        line.value_date.isoformat(),
        line.is_reversal,
        *map(_squeezed, (line.counterparty, line.counterparty_account, line.reference, line.memo, line.end_to_end_id)),
    )
    return json.dumps(said, ensure_ascii=True, separators=(",", ":"))


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


class Fingerprints:
    """Fingerprints of the lines of one file, in its order: it counts the equals itself."""

    def __init__(self):
        self.seen: Counter[bytes] = Counter()

    def of(self, account_ref: str, line: Line) -> str:
        """The fingerprint of the next line of this account."""
        content = hashlib.sha256(content_of(account_ref, line).encode()).digest()
        ordinal = self.seen[content]
        self.seen[content] += 1
        return fingerprint(account_ref, line, ordinal)
