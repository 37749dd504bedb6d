"""Mails that could not be delivered."""

from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import selectors, services
from notifications.lists import STOPPED_MAIL
from ui.lists import list_view
from ui.pages import act
from ui.portals import ACT, or_404, staff_page

mail = list_view(STOPPED_MAIL, selectors.stopped_mail, "staff/notifications/mail.html")


@staff_page(ACT)
def mail_again(request, notice_id: UUID):
    """Have one of them sent once more."""
    notice = or_404(selectors.stopped_mail().filter(pk=notice_id).first())
    said = _("The e-mail to %(who)s will be sent again within a minute.")
    return act(
        request,
        partial(services.mail_again, notice_id=notice_id),
        said=said % {"who": notice.user.get_full_name()},
        to=reverse("notifications_staff:mail"),
    )
