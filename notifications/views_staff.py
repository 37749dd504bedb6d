"""Mails that could not be delivered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.db import Refused
from notifications import selectors, services
from ui.portals import see_other, staff_page

PAGE = 25


@staff_page
@require_safe
def mail(request):
    """Mails that could not be delivered and are not tried again by themselves."""
    page = Paginator(selectors.stopped_mail(), PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/notifications/mail.html", {"page": page})


@staff_page
@require_POST
def mail_again(request, notice_id: UUID):
    """Have one of them sent once more."""
    notice = selectors.stopped_mail().filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    try:
        services.mail_again(acting_user=request.user, notice_id=notice_id)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = _("The e-mail to %(who)s will be sent again within a minute.")
        messages.success(request, said % {"who": notice.user.get_full_name()})
    return see_other("notifications_staff:mail")
