"""Around every request: what no page can work with is refused, and each reader has their language and time zone."""

from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.utils import timezone, translation

from ui.body_limits import limit_of
from ui.dates import zone_of


class CleanHeadersMiddleware:
    """Stands first. A NUL in a header becomes a space, as HTTP would have it.

    What a browser says of itself is kept in many places, and no text of the database can hold one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name, value in request.META.items():
            if name.startswith("HTTP_") and "\0" in value:
                request.META[name] = value.replace("\0", " ")
        return self.get_response(request)


class BodyLimitMiddleware:
    """Refuses, with 413, a body larger than its view takes. Stands before whatever reads one.

    The server keeps to the same limit, so what is refused here was not stored anywhere.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        length, limit = request.META.get("CONTENT_LENGTH") or "0", limit_of(view)
        if not (length.isascii() and length.isdigit()):
            raise BadRequest("a length that is no number")
        if int(length) <= limit:
            return None
        request.without_counts = True
        return render(request, "413.html", {"limit": limit}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class NoNulMiddleware:
    """Refuses, with 400, an address with a NUL in its query: no text of the database can hold one, nobody types it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Bodies are refused by the forms, field by field.
        if any("\0" in word for key, words in request.GET.lists() for word in (key, *words)):
            raise BadRequest("NUL in the query")
        return self.get_response(request)


class ReaderMiddleware:
    """The person's time zone and language; a stranger gets the house's zone and the browser's language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        person = request.user if request.user.is_authenticated else None
        language = person.language if person else translation.get_language()
        with timezone.override(zone_of(person)), translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers["Content-Language"] = request.LANGUAGE_CODE
        return response


class NothingToReadMiddleware:
    """Gives who opens the address of a form, by hand or by going back, a page instead of a blank one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or response.content:
            return response
        request.without_counts = True
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page
