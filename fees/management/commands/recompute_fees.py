from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from fees.services import accrual
from lib.db import Refused
from lib.jobs import counted
from lib.progress import Progress


class Command(BaseCommand):
    help = "Work out every fee event anew from its stored inputs. Changes nothing; exit code 1 names those that differ."

    def add_arguments(self, parser):
        parser.add_argument("--event", type=UUID, metavar="ID", help="only this event")

    def handle(self, *, event, **options):
        looked, differing = 0, 0
        try:
            with Progress(self.stdout) as progress, progress.step("working out fees") as done:
                for batch in accrual.recompute(event):
                    for row in batch:
                        if row["accrued"] != row["recomputed"]:
                            differing += 1
                            self.stdout.write(f"{row['id']}: accrued {row['accrued']}, recomputed {row['recomputed']}")
                    looked += len(batch)
                    done(len(batch))
        except Refused as refusal:
            raise CommandError(f"An event has inputs that cannot be worked out: {refusal}") from refusal
        if event and not looked:
            raise CommandError(f"There is no fee event {event}.")
        if differing:
            raise CommandError(f"{differing} of {looked} events differ from their inputs.")
        self.stdout.write(f"{counted(looked, 'event')}, each the same to the cent.")
