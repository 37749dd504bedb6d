"""Who sends a request, asked by the web server before it reads a large body: nothing of a stranger's is kept."""

from io import BytesIO

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.urls import Resolver404, resolve

from audit.identity import acting_as
from investors.sessions import SessionStore


def is_welcome(environ: dict) -> bool:
    """Whether the person signed in with this request is one of those that its page is for. Reads no body."""
    request = WSGIRequest(environ | {"wsgi.input": BytesIO()})
    try:
        belongs = getattr(resolve(request.path_info).func, "belongs", None)
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        with acting_as(request.session.get("_auth_user_id")):
            user = get_user(request)
            return bool(belongs and user.is_authenticated and belongs(user))
    except Resolver404:
        return False
    finally:
        connection.close()  # the thread has other work until the request itself is there
