import json
import sys

from django.core.management.base import BaseCommand

from audit.identity import acting_as_system
from inventory import db


class Command(BaseCommand):
    help = "Check what must always be true of units, positions, terms and access. Exit code 1 when something is not."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON list instead of lines")

    def handle(self, *, json: bool, **options):
        with acting_as_system():
            breaks = db.invariant_breaks()
        if json:
            self.stdout.write(_as_json(breaks))
        else:
            for row in breaks:
                self.stdout.write(
                    f"{row['rule']}: {row['entity']} {row['entity_id']} should be {row['expected']}, is {row['found']}"
                )
            self.stdout.write(f"{len(breaks)} broken." if breaks else "All invariants hold.")
        if breaks:
            sys.exit(1)


def _as_json(breaks: list[dict]) -> str:
    return json.dumps(breaks, default=str, indent=2)
