"""Who is acting, from the side of Python: an identity ends with its block, and an error page changes nothing."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from audit import services
from audit.identity import Origin, acting_as, current_identity, origin, set_identity
from audit.middleware import IdentityMiddleware, client_ip
from tests.factories import value

WRITTEN = "select count(*) from audit_log where action = 'sample.made'"


@pytest.mark.django_db(transaction=True)
def test_an_identity_ends_with_its_transaction(cast):
    """The connection goes back to the pool without it: the next request is somebody else's."""
    with transaction.atomic():
        set_identity(cast.alice.id)
        assert current_identity() == str(cast.alice.id)
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('app.user_id', true)")
        assert cursor.fetchone()[0] in (None, "")


@pytest.mark.django_db
def test_acting_as_gives_the_former_identity_back(cast):
    with acting_as(cast.alice.id):
        with acting_as(cast.sam.id):
            assert current_identity() == str(cast.sam.id)
        assert current_identity() == str(cast.alice.id)


class Session(dict):
    """As much of a session as the middleware asks for."""


@pytest.fixture
def visit(cast):
    """A request of Sam's through the middleware, to a view that writes one row."""

    def through(answer, **marks):
        def view(request):
            services.record("sample.made", "sample")
            for mark, is_set in marks.items():
                setattr(request, mark, is_set)
            if isinstance(answer, Exception):
                raise answer
            return HttpResponse(status=answer)

        request = RequestFactory().get("/somewhere/")
        request.session, request.resolver_match = Session(_auth_user_id=str(cast.sam.id)), None
        return IdentityMiddleware(view)(request)

    return through


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("status", "rows"), [(200, 1), (302, 1), (303, 1), (400, 0), (403, 0), (404, 0), (422, 0), (500, 0)]
)
def test_an_error_page_changes_nothing(owner, visit, status, rows):
    assert visit(status).status_code == status
    assert value(owner, WRITTEN) == rows


@pytest.mark.django_db(transaction=True)
def test_an_exception_changes_nothing_and_leaves_no_transaction(owner, visit):
    with pytest.raises(ZeroDivisionError):
        visit(ZeroDivisionError())
    assert value(owner, WRITTEN) == 0
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_failed_sign_in_keeps_its_record(owner, visit):
    visit(403, keep_records=True)
    assert value(owner, WRITTEN) == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody in front: whoever sends the header made it up
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.6:40001", "203.0.113.6"),
        (1, "[2001:db8::1]:40000", "2001:db8::1"),
        (1, "[2001:DB8:0::1]", "2001:db8::1"),
        (1, '"[2001:db8::1]:40000"', "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.6", "203.0.113.6"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", "192.0.2.1"),
        (1, "203.0.113.6, unknown", "192.0.2.1"),
        (1, "203.0.113.6:port", "192.0.2.1"),
        (1, "203.0.113.06", "192.0.2.1"),
        (1, "203.0.113.6'--", "192.0.2.1"),
        (2, "203.0.113.6:1, 198.51.100.7:2", "203.0.113.6"),
        (2, "198.51.100.7", "192.0.2.1"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert client_ip(request) == seen


@pytest.mark.django_db
def test_where_a_change_came_from_stands_in_its_row(owner, cast):
    token = origin.set(Origin("192.0.2.5", "Sample/1.0", "request-1"))
    try:
        with acting_as(cast.sam.id):
            services.record("sample.made", "sample")
            with connection.cursor() as cursor:
                cursor.execute("select ip, user_agent, request_id from audit_log where action = 'sample.made'")
                assert cursor.fetchall() == [("192.0.2.5", "Sample/1.0", "request-1")]
    finally:
        origin.reset(token)
