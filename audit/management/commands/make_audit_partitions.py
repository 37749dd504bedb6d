from django.core.management.base import BaseCommand

from audit import db, services
from audit.identity import acting_as_system


class Command(BaseCommand):
    help = "Make the coming months of the audit log and empty its DEFAULT partition. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument(
            "--months",
            type=int,
            choices=range(1, 121),
            metavar="1-120",
            default=3,
            help="how many months ahead (default 3)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say how things stand")

    def handle(self, *, months, dry_run, **options):
        if not dry_run:
            self.stdout.write(f"{services.make_partitions(months)} months made.")
        with acting_as_system():
            state = db.audit_partition_state()
        self.stdout.write(
            f"{state['months_ahead']} months stand ready, {state['stray_rows']} rows lie outside their month."
        )
