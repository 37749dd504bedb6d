"""Reads bank statements of an account to their end and prints what that took: the process that the bench measures.

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


def mapping(account: str = "LU280019400644750000") -> Mapping:
    """The mapping of our own CSV, for an account."""
    columns = {
        "booking_date": "Booking date", "value_date": "Value date", "counterparty": "Payer or payee",
        "counterparty_account": "Counterparty IBAN", "memo": "Purpose", "amount": "Amount", "currency": "Currency",
        "balance": "Balance",
    }  # fmt: skip
    return Mapping(columns, "DD.MM.YYYY", ",", delimiter=";", account_ref=account)


def read(path: Path, account: str = "LU280019400644750000") -> dict:
    """Read a file to its end: lines, seconds of processor and by the clock, peak memory of the process and its growth in MB."""
    before, begun, clock, count = _peak(), time.process_time(), time.perf_counter(), 0
    fingerprints = Fingerprints()
    with path.open("rb") as file:
        for found in read_statements(file, mapping(account)):
            for line in found.lines:
                fingerprints.of(found.account_ref, line)
            count += found.count
            if check_footing(found).difference not in (0, None):
                raise RuntimeError("the statement does not foot")
    spent = {"seconds": time.process_time() - begun, "clock": time.perf_counter() - clock}
    return spent | {"lines": count, "peak": _peak(), "grown": _peak() - before}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    account, *paths = sys.argv[1:]
    for path in paths:
        print(json.dumps(read(Path(path), account)))
