"""What people are told, in the page."""

from django.core.paginator import Paginator
from django.shortcuts import render

from notifications.selectors import notices_of
from ui.portals import investor_page

PAGE = 50


@investor_page()
def notices(request):
    """Everything this person was told, newest first."""
    page = Paginator(notices_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "investor/notifications/notices.html", {"page": page})
