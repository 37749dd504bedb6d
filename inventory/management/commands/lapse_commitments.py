from audit.identity import acting_as_system
from inventory import selectors, services
from lib.jobs import JobCommand


class Command(JobCommand):
    help = (
        "End commitments that nobody decided in time and release their units. "
        "Safe to repeat; exit code 1 by a wrong clock."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many are past their limit")

    def handle(self, *, dry_run, **options):
        if dry_run:
            with acting_as_system():
                late = selectors.count_lapsed_commitments()
            self.stdout.write(f"{late} commitments are past their limit; nothing was changed.")
            return
        self.stdout.write(f"{services.lapse_commitments()} commitments ended; their units were released.")
