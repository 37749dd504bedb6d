from audit.identity import acting_as_system
from inventory import selectors, services
from lib.jobs import JobCommand
from lib.progress import Progress


class Command(JobCommand):
    help = (
        "End lapsed holds, give their units back, and tell who held them. Safe to repeat; exit code 1 by a wrong clock."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many holds have lapsed")

    def handle(self, *, dry_run, **options):
        with acting_as_system():
            lapsed = selectors.count_lapsed_holds()
        if dry_run:
            self.stdout.write(f"{lapsed} holds have lapsed; nothing was changed.")
            return
        total = 0
        with Progress(self.stdout) as progress, progress.step("ending lapsed holds", lapsed) as ended_now:
            while ended := services.expire_reservations():
                total += ended
                ended_now(ended)
                progress.say(f"{total} holds ended …")
        services.tell_lapsed_holds()
        self.stdout.write(f"{total} lapsed holds ended; their units were released.")
