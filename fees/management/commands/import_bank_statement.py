import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from audit.identity import SYSTEM_PROFILE_ID, acting_as_system
from fees.selectors.bank import account_by_number, accounts_with_statements, mapping_of, number_of
from fees.services import automatic, bank
from fees.statements import Mapping, StatementRefused, format_of
from investors.models import Profile
from lib.db import Refused
from lib.jobs import counted
from lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Import the statements of a bank file (camt.053, MT940, OFX or CSV), all of it or nothing. A line that is there"
        " already adds nothing, so it is safe to repeat. Exit code 1 where it is refused, with the reason."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the file from the bank")
        parser.add_argument("--account", metavar="IBAN", help="the receiving account, if the file doesn't state it")
        parser.add_argument(
            "--mapping", type=Path, metavar="JSON", help="how a CSV is read; as last time for the account if not given"
        )
        parser.add_argument(
            "--override-reason", default="", metavar="TEXT", help="why a file that doesn't add up is imported anyway"
        )
        parser.add_argument("--dry-run", action="store_true", help="check all of it, and write nothing")

    def handle(self, *, file, account, mapping, override_reason, dry_run, **options):
        try:
            with file.open("rb") as opened, Progress(self.stdout) as progress, progress.step("reading lines") as told:
                done = self._import(
                    opened, account, mapping, override_reason=override_reason, dry_run=dry_run, told=told,
                    file_name=file.name,
                )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self._say(done, dry_run)
        if not dry_run:
            applied = automatic.apply_certain_matches(statements=[each.statement.pk for each in done])
            if applied["matched"]:
                self.stdout.write(f"{counted(applied['matched'], 'line')} matched automatically.")

    def _import(self, opened, number, mapping, **options) -> list[bank.Imported]:
        with acting_as_system():
            system = Profile.objects.get(pk=SYSTEM_PROFILE_ID)
            found = account_by_number(number) if number else None
            if number and found is None:
                known = ", ".join(number_of(each) for each in accounts_with_statements())
                raise CommandError(f"{number} is no receiving account. There are: {known or 'none'}.")
            read_by = self._mapping(opened, mapping, found)
        account_id = found and found.pk
        return bank.import_statement(acting_user=system, file=opened, account_id=account_id, mapping=read_by, **options)

    def _mapping(self, opened, file, account) -> Mapping | None:
        """What was given, or for a CSV what the account's files were read by last time."""
        try:
            if format_of(opened) != "csv":
                return None
            kept = json.loads(file.read_text(encoding="utf-8")) if file else mapping_of(account and account.pk)
            return Mapping.from_json(kept) if kept else None
        except StatementRefused as refusal:
            raise CommandError(f"{refusal.sentence} Nothing was imported.") from refusal
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} isn't a mapping in JSON. Nothing was imported.") from error
        finally:
            opened.seek(0)

    def _say(self, done: list[bank.Imported], dry_run: bool) -> None:
        for each in done:
            days = " to ".join(str(day) for day in (each.statement.from_date, each.statement.to_date) if day)
            new = ngettext("%(n)s new line", "%(n)s new lines", each.new) % {"n": each.new}
            there = f", {each.read - each.new} there already" if each.read > each.new else ""
            self.stdout.write(f"{days or 'no period stated'}: {new}{there}")
            for note in each.notes:
                self.stderr.write(f"  {note}")
        total = sum(each.new for each in done)
        self.stdout.write(
            counted(total, "new line") + (" would be imported; nothing was written." if dry_run else " imported.")
        )
