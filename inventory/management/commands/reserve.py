from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit.identity import acting_as, acting_as_system
from deals.models import Deal
from deals.selectors import memberships_of
from inventory import services
from investors.models import Profile
from lib.db import NotEnoughUnits, Refused
from lib.emails import normal_email
from ui.numbers import NotANumber, parse_price, parse_units


def person_called(email: str) -> Profile:
    """Who may sign in with this e-mail. Raises CommandError."""
    with acting_as_system():
        who = Profile.objects.filter(email=normal_email(email), is_active=True).first()
    if who is None:
        raise CommandError(f"Nobody who may sign in has the e-mail {email}.")
    return who


class Command(BaseCommand):
    help = "Reserve units of a deal as a person, as the deal room does. Prints the reservation; exit code 1 if refused."

    def add_arguments(self, parser):
        parser.add_argument("deal", help="the deal's code")
        parser.add_argument("units", help="such as 500 or 1250.5")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who reserves")
        parser.add_argument("--investor", type=UUID, help="for which investor; needed where staff reserve")
        parser.add_argument("--price", help="a price per unit other than the offer, which only staff state")
        parser.add_argument(
            "--minutes",
            type=int,
            choices=range(1, 1441),
            metavar="1-1440",
            help="how long it is held; else the deal's setting",
        )
        parser.add_argument("--key", type=UUID, help="a request key: the same one again gives the same reservation")

    def handle(self, *, deal, units, email, investor, price, minutes, key, **options):
        who = person_called(email)
        with acting_as(who.pk):
            found = Deal.objects.filter(code=deal).first()
            mine = memberships_of(who).filter(deal=found).values_list("investor_id", flat=True)
            investor = investor or mine.first()
        if found is None or investor is None:
            raise CommandError("This deal is not here, or not theirs, or no investor is named. Nothing was changed.")
        try:
            self.stdout.write(
                str(
                    services.reserve_units(
                        acting_user=who,
                        deal_id=found.pk,
                        investor_id=investor,
                        units=parse_units(units),
                        unit_price=parse_price(price) if price else found.offer_unit_price,
                        hold_minutes=minutes,
                        request_key=key,
                    )
                )
            )
        except NotANumber as error:
            raise CommandError(str(error)) from error
        except NotEnoughUnits as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.available} are available.") from refusal
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
