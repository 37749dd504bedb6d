from django.core.management.base import BaseCommand
from django.utils import timezone

from documents import services
from lib.progress import Progress


class Command(BaseCommand):
    help = "Delete files of documents that no document has named for a day: what a crash left behind. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say how many, delete none")

    def handle(self, *, dry_run, **options):
        with Progress(self.stdout) as progress, progress.step("looking at stored files"):
            swept = services.sweep_stored_files(now=timezone.now(), dry_run=dry_run)
        self.stdout.write(f"{swept} files would be deleted." if dry_run else f"{swept} files deleted.")
