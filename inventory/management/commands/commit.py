from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from config.lib.db import Refused
from inventory import services
from inventory.management.commands.reserve import person_called


class Command(BaseCommand):
    help = "Commit to a live hold as a person, as its page does. Prints the commitment; exit code 1 if refused."

    def add_arguments(self, parser):
        parser.add_argument("reservation", type=UUID, help="what reserve printed")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who commits")
        parser.add_argument("--plan", type=UUID, help="a fee plan other than the default one")
        parser.add_argument("--key", type=UUID, help="a request key: the same one again gives the same commitment")

    def handle(self, *, reservation, email, plan, key, **options):
        try:
            commitment = services.commit_hold(
                acting_user=person_called(email), reservation_id=reservation, fee_plan_id=plan, request_key=key
            )
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write(str(commitment))
