"""The desk, the jobs."""

from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _

from approvals.selectors import approvals_waiting, relaxations
from deals.selectors.staff import deals as all_deals
from desk import lists, selectors
from fees.selectors import money_waiting
from house.services import confirm_clock as confirm
from inventory.selectors import holds_that_end_next, units_of_running_deals
from investors.selectors import investors as all_investors
from investors.selectors import people as all_people
from notifications.selectors import stopped_mail
from ui.lists import Table
from ui.portals import ACT, see_other, staff_page

MOST_NEXT, MOST_HOLDS, MOST_JOBS = 8, 5, 5


@staff_page()
def desk(request):
    """What waits, by the clock; where the units are; what waits of money; which holds end; whether the jobs run."""
    holds = holds_that_end_next()
    jobs = sorted(selectors.jobs(), key=lambda job: job.status == "ok")
    context = {
        "waiting": approvals_waiting(),
        "asked": selectors.count_changes_asked(),
        "kyc": all_investors(kyc="open").count(),
        "next": Table(lists.NEXT, selectors.Queue()[:MOST_NEXT]),
        "deals": Table(lists.UNITS, units_of_running_deals()),
        "holds": holds[:MOST_HOLDS],
        "holds_count": holds.count(),
        "money": money_waiting(),
        "jobs": jobs[:MOST_JOBS],
        "jobs_wrong": len(selectors.jobs_wrong()),
        "first_steps": first_steps(request.user),
        "relaxations": relaxations(),
    }
    live = request.headers.get("X-Poll") == "1"
    return render(request, "staff/desk/_desk.html" if live else "staff/desk/desk.html", context)


def first_steps(person) -> dict[str, bool] | None:
    """What an installation without a deal still needs, and what of it is there; None once there is a deal."""
    if all_deals().exists():
        return None
    return {"people": all_people().exclude(pk=person.pk).exists(), "investors": all_investors().exists()}


# --- jobs


@staff_page()
def jobs(request):
    """Every scheduled job: when it ran last, how it ended, when it runs next."""
    context = {
        "jobs": Table(lists.JOBS, selectors.jobs()),
        "mail_stopped": stopped_mail().count(),
        "clock": selectors.job_clock(),
    }
    return render(request, "staff/desk/jobs.html", context)


@staff_page(ACT)
def confirm_clock(request):
    """Say that the database's clock is right: jobs act by it again."""
    confirm(acting_user=request.user)
    messages.success(request, _("The database clock is confirmed. Jobs follow it again within a minute."))
    return see_other("staff:jobs")
