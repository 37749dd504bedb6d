"""How large the body of a request may be: each view states it, and it is refused before anything keeps it."""

from collections.abc import Callable

from django.urls import Resolver404, resolve

FORM = 64 * 1024
MESSAGE = 256 * 1024  # a page with a long text
# No view may take more; the server and the front before it keep to this too.
MOST = 201 * 1024 * 1024


def takes_up_to(limit: int) -> Callable:
    """Mark a view whose body may have this many bytes; all others take a form's. Raises ValueError above MOST."""
    if limit > MOST:
        raise ValueError(f"no page takes more than {MOST} bytes")

    def mark(view):
        view.body_limit = limit
        return view

    return mark


def limit_of(view) -> int:
    """How many bytes the body of a request to this view may have."""
    return getattr(view, "body_limit", FORM)


def limit_of_path(path: str) -> int:
    """The same, by address, for the server, which knows no view yet."""
    try:
        return limit_of(resolve(path).func)
    except Resolver404:
        return FORM
