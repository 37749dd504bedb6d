import sys
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit.identity import acting_as
from inventory import selectors, services
from inventory.management.commands.reserve import person_called
from inventory.selectors import shown
from lib.db import Refused


class Command(BaseCommand):
    help = "Commit to a live hold as a person, as its page does. Prints the commitment; exit code 1 if refused."

    def add_arguments(self, parser):
        parser.add_argument("reservation", type=UUID, help="what reserve printed")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who commits")
        parser.add_argument("--plan", type=UUID, help="a fee plan other than the default one")
        parser.add_argument("--accept", metavar="HASH", help="commit to what an earlier run showed under this hash")
        parser.add_argument("--key", type=UUID, help="a request key: the same one again gives the same commitment")

    def handle(self, *, reservation, email, plan, accept, key, **options):
        who = person_called(email)
        try:
            commitment = services.commit_hold(
                acting_user=who,
                reservation_id=reservation,
                shown_hash=accept or self._agreed(who, reservation, plan),
                fee_plan_id=plan,
                request_key=key,
            )
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write(str(commitment))

    def _agreed(self, who, reservation: UUID, plan: UUID | None) -> str:
        """The hash of what is shown, once the person at the terminal says yes. Raises CommandError otherwise."""
        with acting_as(who.pk):
            quotation = selectors.quotation_to_commit(reservation, plan)
        for line in shown.changes(None, quotation):
            self.stdout.write(f"{line.label}: {line.now}")
        if sys.stdin.isatty() and input("Commit to this? Type yes: ").strip().lower() == "yes":
            return quotation.hash
        raise CommandError(f"Nothing was committed. To commit to this, add --accept {quotation.hash}")
