import re
from datetime import date, timedelta

from django.core.management.base import CommandError

from audit.identity import SYSTEM_PROFILE_ID, acting_as_system
from deals.models import Deal
from fees import selectors, services
from house.selectors import today
from investors.models import Profile
from lib.db import Refused
from lib.exact import dump, plain
from lib.jobs import JobCommand, counted, day
from lib.progress import Progress


class Command(JobCommand):
    help = (
        "Invoice what accrued up to the end of a period, the last month's if none is given: open the run, issue, close."
        " Safe to repeat. With --dry-run it says what would be invoiced. Exit code 1 names what failed; the run stays"
        " open, and the next call tries it again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--period", metavar="YYYY-Qn", help="a quarter, 2026-Q3, or a month, 2026-09")
        parser.add_argument("--from", dest="start", type=day, metavar="DATE", help="the first day")
        parser.add_argument("--to", dest="end", type=day, metavar="DATE", help="the last day")
        parser.add_argument("--deal", metavar="CODE", help="issue this deal's invoices only; the run stays open")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be invoiced")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *, period, start, end, deal, dry_run, json, **options):
        start, end = self._days(period, start, end)
        with acting_as_system():
            system = Profile.objects.only("pk").get(pk=SYSTEM_PROFILE_ID)
            found = Deal.objects.filter(code=deal).first() if deal else None
            if deal and found is None:
                raise CommandError(f"There is no deal with the code {deal}.")
            waiting = selectors.preview(end, found and found.pk)
        if dry_run:
            self._preview(waiting, end, json)
            return
        with Progress(self.stdout) as progress, progress.step("issuing invoices", len(waiting)) as done:
            try:
                ran = services.run_period(
                    acting_user=system, start=start, end=end, deal_id=found and found.pk, done=done
                )
            except Refused as refusal:
                raise CommandError(str(refusal.sentence)) from refusal
        self._conclude(ran, start, end, json)

    @staticmethod
    def _days(period, start, end) -> tuple[date, date]:
        """The period that was asked for. Raises CommandError for half of one, or two."""
        if period and (start or end) or bool(start) != bool(end):
            raise CommandError("Give either --period, or --from and --to.")
        if start:
            return start, end
        if not period:
            return services.month_before(today())
        asked = re.fullmatch(r"(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))", period)
        if not asked:
            raise CommandError(f"{period} is no period: write a quarter as 2026-Q3, or a month as 2026-09.")
        year, quarter, month = int(asked[1]), int(asked[2] or 0), int(asked[3] or 0)
        last = quarter * 3 or month
        after = date(year + last // 12, last % 12 + 1, 1)
        return date(year, last - 2 if quarter else last, 1), after - timedelta(days=1)

    def _preview(self, waiting, end, json):
        if json:
            rows = [
                {
                    "investor": row["investor__legal_name"], "deal": row["deal__name"], "currency": row["currency"],
                    "events": row["events"], "net": plain(row["net"]),
                }
                for row in waiting
            ]  # fmt: skip
            self.stdout.write(dump({"to": end.isoformat(), "dry_run": True, "invoices": rows}))
            return
        for row in waiting:
            said = f"{row['investor__legal_name']}, {row['deal__name']}: {counted(row['events'], 'fee')}"
            self.stdout.write(f"{said}, {plain(row['net'])} {row['currency']} before VAT")
        self.stdout.write(f"{counted(len(waiting), 'invoice')} would be issued, up to {end}; nothing was changed.")

    def _conclude(self, ran, start, end, json):
        run, came = ran.run, ran.came
        if json:
            failed = [{"investor": who, "deal": deal, "reason": why} for who, deal, why in ran.failed]
            facts = {"from": start.isoformat(), "to": end.isoformat(), "status": run.status, "failed": failed}
            self.stdout.write(dump(facts | {"issued": came["issued"], "skipped": came["skipped"]}))
        else:
            for who, deal, why in ran.failed:
                self.stderr.write(f"{who}, {deal}: {why}")
            state = "the run is closed" if run.status == "closed" else "the run is open"
            self.stdout.write(
                f"{counted(came['issued'], 'invoice')} issued, {came['skipped']} with nothing to invoice,"
                f" {start} to {end}; {state}."
            )
        if ran.failed:
            raise CommandError(f"{len(ran.failed)} failed. Put right what is named, then run it again.")
