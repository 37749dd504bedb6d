from django.core.management.base import BaseCommand, CommandError

from introducers import services
from lib.db import Refused
from lib.jobs import counted
from lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Work out every commission anew from its stored inputs. Changes nothing; exit code 1 names those that differ."
    )

    def handle(self, **options):
        looked = differing = 0
        try:
            with Progress(self.stdout) as progress, progress.step("working out commissions") as done:
                for batch in services.recompute():
                    for row in batch:
                        if row["accrued"] != row["recomputed"]:
                            differing += 1
                            self.stdout.write(f"{row['id']}: accrued {row['accrued']}, recomputed {row['recomputed']}")
                    looked += len(batch)
                    done(len(batch))
        except Refused as refusal:
            raise CommandError(f"A commission has inputs that cannot be worked out: {refusal}") from refusal
        if differing:
            raise CommandError(f"{differing} of {looked} commissions differ from their inputs.")
        self.stdout.write(f"{counted(looked, 'commission')}, each the same to the cent.")
