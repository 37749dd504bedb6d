from django.core.management.base import CommandError

from audit.identity import acting_as_system
from fees import selectors, services
from lib.jobs import JobCommand, counted
from lib.progress import Progress


class Command(JobCommand):
    help = (
        "Make the PDF of every issued invoice that has none, store it, and tell the investor. Safe to repeat and in"
        " parallel; exit code 1 where one failed, which is tried again after a pause."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many wait")

    def handle(self, *, dry_run, **options):
        with acting_as_system():
            waiting = len(selectors.to_file())
        if dry_run:
            self.stdout.write(f"{counted(waiting, 'invoice')} without a PDF; nothing was changed.")
            return
        with Progress(self.stdout) as progress, progress.step("making PDFs", waiting) as done:
            filed, failed = services.render_invoices(done=done)
        self.stdout.write(f"{counted(filed, 'invoice')} filed.")
        if failed:
            raise CommandError(f"{failed} could not be filed; they are tried again after a pause.")
