from collections import defaultdict
from decimal import Decimal

from django.core.management.base import CommandError

from audit.identity import acting_as_system
from house.selectors import today
from introducers import db, services
from lib.db import Refused
from lib.jobs import JobCommand, counted
from lib.jobs import day as read_day
from lib.progress import Progress


class Command(JobCommand):
    help = (
        "Accrue what introducers earned by the money that is there, of one deal or of all, and claw back what went."
        " Safe to repeat. With --dry-run it says what would accrue, and why what does not. Exit code 1 where a deal"
        " failed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--deal", metavar="CODE", help="only this deal")
        parser.add_argument("--as-of", type=read_day, metavar="DATE", help="the day; today if not given")
        parser.add_argument("--dry-run", action="store_true", help="only say what would accrue")

    def handle(self, *, deal, as_of, dry_run, **options):
        deals = services.deals_to_accrue(deal)
        if deal and not deals:
            raise CommandError(f"There is no deal with the code {deal}.")
        day, total, failed = as_of or today(), 0, 0
        with Progress(self.stdout) as progress, progress.step("accruing commissions", len(deals)) as done:
            for found, made in self._previews(deals, day) if dry_run else services.accrue_each(deals, day):
                done(1)
                if isinstance(made, Refused):
                    failed += 1
                    self.stderr.write(f"{found.code}: {made.sentence}")
                else:
                    total += made
                    self._say(found.code, made, dry_run)
        what = "would accrue; nothing was changed" if dry_run else "accrued"
        self.stdout.write(f"{counted(total, 'commission')} {what}, up to {day.isoformat()}.")
        if failed:
            raise CommandError(f"{counted(failed, 'deal')} failed; the others are done.")

    def _say(self, code: str, made: int, dry_run: bool) -> None:
        if made and not dry_run:
            self.stdout.write(f"{code}: {counted(made, 'commission')}")

    def _previews(self, deals, day):
        for deal in deals:
            try:
                with acting_as_system():
                    rows = db.commission_preview(deal.pk, day)
            except Refused as refusal:
                yield deal, refusal
                continue
            sums: dict[tuple, Decimal] = defaultdict(Decimal)
            for row in rows:
                sums[row["introducer"], row["currency"], row["reason"]] += row["amount"]
            for (introducer, currency, reason), amount in sums.items():
                said = f"not ({reason})" if reason else f"{amount} {currency}"
                self.stdout.write(f"{deal.code}: {introducer}, {said}")
            yield deal, sum(row["reason"] is None for row in rows)
