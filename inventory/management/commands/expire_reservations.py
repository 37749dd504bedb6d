from audit.identity import acting_as_system
from inventory import selectors, services
from lib.jobs import JobCommand


class Command(JobCommand):
    help = (
        "End lapsed holds, give their units back, and tell who held them. Safe to repeat; exit code 1 by a wrong clock."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many holds have lapsed")

    def handle(self, *, dry_run, **options):
        if dry_run:
            with acting_as_system():
                self.stdout.write(f"{selectors.count_lapsed_holds()} holds have lapsed; nothing was changed.")
            return
        total = 0
        while ended := services.expire_reservations():
            total += ended
            self.stdout.write(f"{total} holds ended …", ending="\r" if self.stdout.isatty() else "\n")
        services.tell_lapsed_holds()
        self.stdout.write(f"{total} lapsed holds ended; their units were released.")
