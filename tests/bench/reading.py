"""Reads bank statements to their end and prints what that took: the process that the bench measures.

The application is loaded around it, as it is where statements are imported.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from fees.statements import Fingerprints, Mapping, check_footing, read_statements  # noqa: E402


def mapping() -> Mapping:
    """The mapping of our own CSV."""
    columns = {
        "booking_date": "Booking date", "value_date": "Value date", "counterparty": "Payer or payee",
        "counterparty_account": "Counterparty IBAN", "memo": "Purpose", "amount": "Amount", "currency": "Currency",
        "balance": "Balance",
    }  # fmt: skip
    return Mapping(columns, "DD.MM.YYYY", ",", delimiter=";", account_ref="LU280019400644750000")


def read(path: Path) -> dict:
    """Read a file to its end: lines, seconds of processor, peak memory of the process and its growth in MB."""
    before, begun, count = _peak(), time.process_time(), 0
    fingerprints = Fingerprints()
    with path.open("rb") as file:
        for found in read_statements(file, mapping()):
            for line in found.lines:
                fingerprints.of(found.account_ref, line)
            count += found.count
            if check_footing(found).difference not in (0, None):
                raise RuntimeError("the statement does not foot")
    seconds = time.process_time() - begun
    return {"lines": count, "seconds": seconds, "peak": _peak(), "grown": _peak() - before}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(read(Path(name))))
