"""Imports one bank statement through the service, and prints what that took: the process that the bench measures."""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from audit.identity import acting_as  # noqa: E402
from fees.services import bank  # noqa: E402
from investors.models import Profile  # noqa: E402
from tests.bench.reading import mapping  # noqa: E402


def run(path: Path, account: str, person: str) -> dict:
    """Lines that were new, seconds by the clock, and the peak memory of the process in MB."""
    with acting_as(person):
        ada = Profile.objects.get(pk=person)
    begun = time.perf_counter()
    with path.open("rb") as file:
        columns = mapping(account) if path.suffix == ".csv" else None
        done = bank.import_statement(acting_user=ada, file=file, file_name=path.name, mapping=columns)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"new": sum(statement.new for statement in done), "seconds": seconds, "peak": peak}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), *sys.argv[2:])))
