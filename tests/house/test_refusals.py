"""One rule from a refusal to a status, and one line above each view that says who may come and how."""

import ast
from types import SimpleNamespace

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import URLPattern, get_resolver

from audit.identity import acting_as
from lib.db import BadValue, Busy, Conflict, NotAllowed, NotEnoughUnits, NotLive, Refused, ShownChanged, TooMany
from lib.versions import ChangedMeanwhile
from tests.house.code import OURS, ROOT
from ui import body_limits
from ui.editing import EditForm, status_of
from ui.pages import run
from ui.portals import ACT, FORM, READ, investor_page, staff_page
from ui.refusals import status_for


class NotYours(NotAllowed):
    """It is there, and says why it is refused."""


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (BadRequest(), 400),
        (PermissionDenied(), 403),
        (NotYours(), 403),
        (NotAllowed(), 404),
        (Http404(), 404),
        (Conflict(), 409),
        (ChangedMeanwhile({}, []), 409),
        (Busy(), 409),
        (NotLive(), 409),
        (ShownChanged(), 409),
        (Refused(), 422),
        (BadValue(), 422),
        (NotEnoughUnits(), 422),
        (TooMany(), 429),
    ],
)
def test_each_refusal_has_its_status(refusal, status):
    assert status_for(refusal) == status


@pytest.mark.parametrize("refusal", [NotYours(), Busy(), BadValue(), TooMany()])
def test_a_form_is_answered_as_its_service_refused(refusal):
    def verb(**facts):
        raise refusal

    form = EditForm({})
    assert form.is_valid() and run(form, verb) is None
    assert status_of(form) == status_for(refusal)
    assert form.non_field_errors() == [str(refusal.sentence)]


def test_what_does_not_exist_is_no_matter_of_the_form():
    def verb(**facts):
        raise NotAllowed()

    form = EditForm({})
    form.is_valid()
    with pytest.raises(NotAllowed):
        run(form, verb)


def test_a_refusal_stands_beside_the_field_it_is_about():
    class Named(Refused):
        field = "version"

    form = EditForm({}, kept={})
    form.is_valid()
    form.refuse(Named())
    assert "version" in form.errors


# --- who may come, and how


@pytest.fixture
def ask(rf):
    """Asks a view as somebody; the answer's status."""

    def asked(view, method="GET", *, staff=True, signed_in=True):
        request = rf.generic(method, "/")
        request.user = SimpleNamespace(is_authenticated=signed_in, is_staff=staff)
        try:
            return view(request).status_code
        except Http404:
            return 404

    return asked


def shown(request):
    return HttpResponse()


@pytest.mark.parametrize(
    ("methods", "taken", "refused"),
    [(READ, ("GET", "HEAD"), ("POST", "PUT")), (FORM, ("GET", "POST"), ("DELETE",)), (ACT, ("POST",), ("GET", "HEAD"))],
)
def test_a_page_takes_the_methods_it_states(ask, methods, taken, refused):
    view = staff_page(methods)(shown)
    assert {ask(view, method) for method in taken} == {200}
    assert {ask(view, method) for method in refused} == {405}


def test_to_others_a_page_of_staff_does_not_exist_whatever_the_method(ask):
    for method in ("GET", "POST", "DELETE"):
        assert ask(staff_page(ACT)(shown), method, staff=False) == 404
        assert ask(staff_page(READ)(shown), method, signed_in=False) == 302


def test_staff_are_taken_to_their_desk_and_post_nothing(ask):
    assert ask(investor_page()(shown)) == 302
    assert ask(investor_page(FORM)(shown), "POST") == 404
    assert ask(investor_page()(shown), staff=False) == 200


def test_a_page_says_how_much_it_takes():
    assert body_limits.limit_of(staff_page()(shown)) == body_limits.FORM
    assert body_limits.limit_of(staff_page(FORM, body=body_limits.MESSAGE)(shown)) == body_limits.MESSAGE
    with pytest.raises(ValueError):
        staff_page(FORM, body=body_limits.MOST + 1)(shown)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("refusal", "status"), [(Busy, 409), (NotYours, 403), (BadValue, 422), (TooMany, 429)])
def test_a_refusal_that_no_form_says_has_a_page_of_its_own(sam, rf, refusal, status):
    @staff_page()
    def view(request):
        raise refusal()

    request = rf.get("/")
    request.user = sam
    answer = view(request)
    assert answer.status_code == status
    assert str(refusal.sentence) in answer.content.decode()


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


# --- every view


def _views(path):
    """The functions of a file that take a request, with their decorators."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if node.args.args and node.args.args[0].arg == "request":
                yield node.name, [ast.unparse(decorator) for decorator in node.decorator_list]


@pytest.mark.parametrize("side", ["staff", "investor"])
def test_every_view_states_itself_in_one_line(side):
    """Nobody writes an order of decorators of their own: one says who, how, how much."""
    names = ["views_staff.py", "views_approvals.py"] if side == "staff" else ["views_investor.py"]
    own = {}
    for path in [path for path in OURS if path.name in names]:
        for name, decorators in _views(path):
            if not (len(decorators) == 1 and decorators[0].startswith(f"{side}_page(")):
                own[f"{path.relative_to(ROOT)}:{name}"] = decorators
    # The profile is everybody's; the dashboard is let in by the front door.
    known = {"investors/views_investor.py:profile", "deals/views_investor.py:dashboard"}
    assert own.keys() - known == set()


def test_every_address_of_staff_is_a_page_of_staff(ask):
    """Whatever its urls name: to somebody else it is not there."""
    found = {}
    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) == "staff/":
            found |= {p.lookup_str: p.callback for p in resolver.url_patterns if isinstance(p, URLPattern)}
    assert len(found) > 50
    assert {name for name, view in found.items() if ask(view, staff=False) != 404} == set()
