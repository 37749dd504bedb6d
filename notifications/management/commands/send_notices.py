from django.core.management.base import BaseCommand, CommandError

from audit.identity import acting_as_system
from notifications import selectors, services


class Command(BaseCommand):
    help = "Mail every notice that waits. Exit code 1 when a mail could not be sent; it stays and waits."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many wait")

    def handle(self, *, dry_run, **options):
        if dry_run:
            with acting_as_system():
                waiting = selectors.count_to_mail()
            self.stdout.write(f"{waiting} notices wait to be mailed; nothing was sent.")
            return
        sent, failed = services.send_notices()
        self.stdout.write(f"{sent} notices sent.")
        if failed:
            raise CommandError(f"{failed} notices could not be mailed; they wait for the next run.")
