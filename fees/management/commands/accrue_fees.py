from collections import Counter, defaultdict
from decimal import Decimal

from django.core.management.base import CommandError

from audit.identity import acting_as_system
from fees import db
from fees.services import accrual
from lib.db import Refused
from lib.exact import dump
from lib.jobs import JobCommand, counted
from lib.jobs import day as read_day
from lib.progress import Progress


class Command(JobCommand):
    help = (
        "Accrue fees up to and with a day, of one deal or of all. Safe to repeat. With --dry-run it says what would"
        " accrue, and why what is due does not. Exit code 1 where a deal failed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--deal", metavar="CODE", help="only this deal")
        parser.add_argument("--as-of", type=read_day, metavar="DATE", help="the last day; yesterday if not given")
        parser.add_argument("--dry-run", action="store_true", help="only say what would accrue")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *, deal, as_of, dry_run, json, **options):
        deals = accrual.deals_to_accrue(deal)
        if deal and not deals:
            raise CommandError(f"There is no deal with the code {deal}.")
        day = as_of or accrual.yesterday()
        if not dry_run:
            self._check(day)
        said, failed = [], 0
        with Progress(self.stdout) as progress, progress.step("accruing fees", len(deals)) as done:
            for code, found in self._previews(deals, day) if dry_run else self._accruals(deals, day):
                done(1)
                failed += "error" in found
                said.append({"deal": code} | found)
                if not json:
                    self._say(code, found, dry_run)
        self._conclude(said, day, dry_run, json)
        if failed:
            raise CommandError(f"{counted(failed, 'deal')} failed; the others are done.")

    @staticmethod
    def _check(day):
        try:
            accrual.check_earned(day)
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal

    @staticmethod
    def _accruals(deals, day):
        for deal, made in accrual.accrue_each(deals, day):
            yield deal.code, {"error": str(made.sentence)} if isinstance(made, Refused) else {"events": made}

    @staticmethod
    def _previews(deals, day):
        for deal in deals:
            try:
                with acting_as_system():
                    rows = db.fee_preview(deal.pk, day)
            except Refused as refusal:
                yield deal.code, {"error": str(refusal.sentence)}
                continue
            due = [row for row in rows if row["reason"] is None]
            sums: dict[str, Decimal] = defaultdict(Decimal)
            for row in due:
                if not row["house_only"]:
                    sums[row["currency"]] += row["amount"]
            waiting = Counter(row["reason"] for row in rows if row["reason"])
            yield (
                deal.code,
                {"events": len(due), "amounts": {c: str(a) for c, a in sums.items()}, "not_accrued": dict(waiting)},
            )

    def _say(self, code, found, dry_run):
        if "error" in found:
            self.stderr.write(f"{code}: {found['error']}")
        elif found["events"] or found.get("not_accrued"):
            what = "would accrue" if dry_run else "accrued"
            sums = "".join(f", {amount} {currency}" for currency, amount in found.get("amounts", {}).items())
            held = "".join(f", {n} not ({reason})" for reason, n in found.get("not_accrued", {}).items())
            self.stdout.write(f"{code}: {counted(found['events'], 'event')} {what}{sums}{held}")

    def _conclude(self, said, day, dry_run, json):
        total = sum(found.get("events", 0) for found in said)
        if json:
            self.stdout.write(dump({"as_of": day.isoformat(), "dry_run": dry_run, "events": total, "deals": said}))
        else:
            what = "would accrue; nothing was changed" if dry_run else "accrued"
            self.stdout.write(f"{counted(total, 'event')} {what}, up to {day.isoformat()}.")
