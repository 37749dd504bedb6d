from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from approvals import services
from approvals.models import ApprovalAction
from audit.identity import acting_as_system
from audit.services import record_refusal
from investors.models import Profile
from lib.db import BadValue, Busy, Refused
from lib.emails import normal_email


class Command(BaseCommand):
    help = "Decide one approval as a member of staff, and carry it out. Exit code 1 when it is refused."

    def add_arguments(self, parser):
        parser.add_argument("approval", type=UUID, help="the approval's id")
        parser.add_argument("action", choices=ApprovalAction.values)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who decides")
        parser.add_argument("--reason", default="", help="needed to reject or to ask for changes")

    def handle(self, *, approval, action, email, reason, **options):
        with acting_as_system():
            who = Profile.objects.filter(email=normal_email(email), is_active=True).first()
        if who is None:
            raise CommandError(f"Nobody who may sign in has the e-mail {email}.")
        try:
            outcome = services.decide(acting_user=who, approval_id=approval, action=action, reason=reason)
        except Refused as refusal:
            if not isinstance(refusal, BadValue | Busy):
                said = f"decide {action}: {refusal.sentence}"
                record_refusal("requests.refused", "requests", approval, said, actor=who.pk)
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write(f"{approval}: {outcome.replace('_', ' ')}.")
