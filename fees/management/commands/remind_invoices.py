from audit.identity import acting_as_system
from fees import selectors, services
from lib.jobs import JobCommand, counted


class Command(JobCommand):
    help = (
        "Remind investors of overdue invoices by the days in the settings, once for each. Safe to repeat; exit code 1"
        " by a wrong clock."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say what would be reminded of")

    def handle(self, *, dry_run, **options):
        if not dry_run:
            self.stdout.write(f"{counted(services.remind_invoices(), 'reminder')} sent.")
            return
        with acting_as_system():
            due = selectors.due_reminders()
        for invoice, days in due:
            self.stdout.write(f"{invoice.number}, {invoice.investor.legal_name}: the reminder at {days} days")
        self.stdout.write(f"{counted(len(due), 'reminder')} would be sent; nothing was changed.")
