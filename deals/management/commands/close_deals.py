from audit.identity import acting_as_system
from deals import selectors, services
from lib.jobs import JobCommand


class Command(JobCommand):
    help = "Stop reservations on deals past their closing date. Safe to repeat; exit code 1 by a wrong clock."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many deals are due")

    def handle(self, *, dry_run, **options):
        if dry_run:
            with acting_as_system():
                self.stdout.write(f"{selectors.count_due_deals()} deals are due; nothing was changed.")
        else:
            self.stdout.write(f"{services.close_due_deals()} deals stopped taking reservations.")
