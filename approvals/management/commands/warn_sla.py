from approvals import selectors, services
from audit.identity import acting_as_system
from lib.jobs import JobCommand


class Command(JobCommand):
    help = (
        "Warn once about each decision that has used three quarters of its time. "
        "Safe to repeat; exit code 1 by a wrong clock."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many would be warned about")

    def handle(self, *, dry_run, **options):
        if dry_run:
            with acting_as_system():
                due = selectors.count_to_warn()
            self.stdout.write(f"{due} decisions are past three quarters of their time; nothing was changed.")
            return
        self.stdout.write(f"{services.warn_sla()} decisions were warned about.")
