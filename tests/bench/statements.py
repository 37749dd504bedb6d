"""Long bank statements of every format, the same each time: ``python -m tests.bench.statements FOLDER LINES [IBAN …]``.

Each format has the account whose number is given at its place, so that none repeats the lines of another.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from sample_data.statements import FORMATS, SUFFIX, Account, Entry, statement  # noqa: E402

LINES = 50_000
FIRST = date(2026, 1, 1)
ACCOUNT = Account("LU280019400644750000", "EUR", Decimal("250000.00"), 7, FIRST, FIRST + timedelta(days=364))
NAMES = (
    "Aldgate Family Office",
    "Morland Partners",
    "Elena Ferrand",
    "Okonjo & Daughters Holding",
    "Harrow Pension Scheme",
)
IBANS = ("DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NL91ABNA0417164300", "")


def entries(count: int = LINES, seed: int = 1) -> Iterator[Entry]:
    """The same entries each time: payments in and out of a year, one in a hundred taken back."""
    draw = random.Random(seed)
    for number in range(count):
        who, cents = draw.randrange(len(NAMES)), draw.randrange(1, 5_000_000)
        is_reversal, is_in = draw.random() < 0.01, draw.random() < 0.8
        yield Entry(
            amount=Decimal(cents if is_in != is_reversal else -cents).scaleb(-2),
            day=FIRST + timedelta(days=number * 365 // count),
            name=NAMES[who],
            iban=IBANS[who],
            memo=f"INV-2025-{number % 20_000 + 1:06d} thank you",
            end_to_end_id=f"E2E-{number:07d}",
            is_reversal=is_reversal,
        )


def write(path: Path, format_: str, count: int = LINES, account: Account = ACCOUNT) -> Decimal:
    """Write a statement that foots; the sum of its entries."""
    total = sum((entry.amount for entry in entries(count)), Decimal(0))
    with path.open("wb") as file:
        file.writelines(statement(format_, account, entries(count), total))
    return total


def write_all(folder: Path, count: int, numbers: list[str]) -> dict[str, str]:
    """A statement of each format; the account's number by the name of its file."""
    accounts = {}
    for name, number in zip(FORMATS, numbers or [ACCOUNT.iban] * len(FORMATS), strict=True):
        path = folder / f"{name}.{SUFFIX[name]}"
        write(path, name, count, replace(ACCOUNT, iban=number))
        accounts[path.name] = number
    return accounts


if __name__ == "__main__":
    print(json.dumps(write_all(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
