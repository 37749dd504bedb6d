from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from audit import selectors, services, signing
from audit.identity import acting_as_system


class Command(BaseCommand):
    help = (
        "Sign the newest state of the audit log and export it, to be kept outside of this machine. "
        "Nothing new since the last time: exports the last one. Exit code 1 when the log is still empty."
    )

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, help="a file for it, beside the data folder's")
        parser.add_argument("--dry-run", action="store_true", help="only say which anchor is the newest")

    def handle(self, *, output, dry_run, **options):
        if not dry_run:
            services.write_anchor()
        with acting_as_system():
            anchor = selectors.last_anchor()
        if anchor is None:
            raise CommandError("The audit log is empty: there is nothing to anchor.")
        if output and not dry_run:
            self._write(output, services.anchor_text(anchor))
        self.stdout.write(f"Anchor {anchor.number} of {anchor.body['made_at']}: {anchor.body['rows']} rows.")
        self.stdout.write(f"Public key, to be handed to whoever checks: {signing.public_key()}")

    def _write(self, output: Path, text: str) -> None:
        try:
            output.write_text(text, encoding="ascii")
        except OSError as error:
            raise CommandError(f"{output} could not be written: {error.strerror}.") from error
