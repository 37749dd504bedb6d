from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Print the address of the database for one role: psql $(manage.py database_url owner)"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("role", choices=["owner", "app", "readonly", "admin"])

    def handle(self, *args, role, **options):
        url = getattr(settings, f"DATABASE_{role.upper()}_URL")
        if not url or (settings.EMBEDDED and not settings.SERVERS):
            raise CommandError(f"There is no address for {role}: run `make run` first, or set it in the environment.")
        self.stdout.write(url)
