import json
import sys

from django.core.management.base import BaseCommand

from audit.identity import acting_as_system
from documents import selectors as documents
from inventory import db
from lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Check what must always be true of units, positions, terms, access and stored files. Exit code 1 when something"
        " is not."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON list instead of lines")

    def handle(self, *, as_json, **options):
        with Progress(self.stderr, stderr=True) as progress, progress.step("checking the books"), acting_as_system():
            breaks = [*db.invariant_breaks(), *documents.broken_files()]
        if as_json:
            self.stdout.write(json.dumps(breaks, default=str, indent=2))
        else:
            for row in breaks:
                place = f"{row['entity']} {row['entity_id']}"
                self.stdout.write(f"{row['rule']}: {place} should be {row['expected']}, is {row['found']}")
            self.stdout.write(f"{len(breaks)} broken." if breaks else "All invariants hold.")
        if breaks:
            sys.exit(1)
