"""Visit pages in process, as two of the sample data's people, and print how long the server took for each."""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from audit.identity import acting_as, acting_as_system  # noqa: E402
from deals.models import Deal  # noqa: E402
from investors.models import Profile  # noqa: E402
from sample_data import demo_accounts  # noqa: E402

INVESTOR = ("/", "/deals/", "/deals/{code}/", "/reservations/", "/commitments/", "/portfolio/", "/documents/")
STAFF = (
    "/staff/",
    "/staff/deals/",
    "/staff/deals/{code}/",
    "/staff/approvals/",
    "/staff/people/",
    "/staff/investors/",
    "/staff/audit/",
    "/staff/jobs/",
)


def visitor(role: str) -> Client:
    """A client signed in as the first demo account of a role."""
    client = Client(HTTP_HOST=settings.SITE_HOST)
    with acting_as_system():
        email = next(account.email for account in demo_accounts() if account.role == role)
        person = Profile.objects.get(email=email)
    with acting_as(person.pk):
        client.force_login(person, backend="investors.backends.ProfileBackend")
    return client


def timed(client: Client, path: str, visits: int) -> list[float]:
    taken = []
    for _ in range(visits + 2):
        begun = time.perf_counter()
        answer = client.get(path)
        taken.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return taken[2:]


def main(visits: int) -> None:
    settings.SECURE_SSL_REDIRECT = False
    with acting_as_system():
        code = Deal.objects.filter(status="open").order_by("code").values_list("code", flat=True).last()
    times = {"no-op view": timed(Client(HTTP_HOST=settings.SITE_HOST), "/healthz", visits)}
    for role, paths in (("investor", INVESTOR), ("staff_admin", STAFF)):
        client = visitor(role)
        for path in paths:
            times[f"{role} {path}"] = timed(client, path.format(code=code), visits)
    print(json.dumps(times))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
