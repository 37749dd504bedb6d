"""The list of mail that could not be delivered, as staff read it."""

from django.utils.translation import gettext_lazy as _

from notifications.models import MailStopped
from ui import columns
from ui.lists import ByName, Column, Empty, List
from ui.templatetags import verso


def _doubt(notice):
    uncertain = notice.mail_stopped == MailStopped.UNCERTAIN
    return _("It may have arrived: check with the recipient before sending it again.") if uncertain else ""


STOPPED_MAIL = List(
    "undelivered-email",
    _("Undelivered e-mail, table"),
    columns=[
        Column("to", _("To"), "user.get_full_name", sub="user.email", sort=(ByName("user__display_name"),)),
        Column("email", _("E-mail"), "user.email", extra=True),
        Column(
            "about",
            _("About"),
            lambda notice: verso.status_word("notice", notice.kind),
            sub=lambda notice: notice.facts.get("deal", ""),
        ),
        Column("status", _("Status"), "get_mail_stopped_display", sub=_doubt, css="wide"),
        Column("answer", _("Mail server’s answer"), "mail_problem", css="wide"),
        columns.moment("since", _("Since"), "created_at", sort=("created_at",)),
        Column("attempts", _("Attempts"), "mail_tries", show=verso.units, num=True),
        Column("action", _("Action"), template="staff/notifications/_send_again.html", css="acts"),
    ],
    sort="-since",
    rows=25,
    nothing=Empty(
        "check-check",
        _("No undelivered e-mail"),
        _("E-mails that the mail server refuses, or does not accept within three days, appear here."),
    ),
)
