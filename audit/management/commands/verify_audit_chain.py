import sys
from pathlib import Path

from django.core.management.base import BaseCommand

import audit_verifier
from audit import services
from audit_verifier import __main__ as printed
from lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Check the whole audit log, row by row, and name what was edited, removed, inserted or reordered. "
        "Exit code 0: intact. 1: faults were found. 2: it could not be checked."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor", type=Path, action="append", default=[],
            help="an exported anchor, or a folder of them; without one the end of the log is unproven",
        )  # fmt: skip
        parser.add_argument(
            "--public-key",
            action="append",
            default=[],
            help="an earlier key of ours, trusted too (base64)",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")

    def handle(self, *, anchor, public_key, as_json, **options):
        try:
            with Progress(self.stderr, stderr=True) as progress, progress.step("checking the audit log"):
                report = services.verify_chain(anchor, keys=public_key)
        except (audit_verifier.AnchorUnreadable, audit_verifier.CannotVerify) as error:
            self.stderr.write(f"Not checked: {error}")
            sys.exit(2)
        self.stdout.write(printed.as_json(report) if as_json else printed.as_text(report))
        if not report.intact:
            sys.exit(1)
