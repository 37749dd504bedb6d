"""is_currency keeps the currencies that lib.money keeps, of all there are."""

import pytest
from babel.core import get_global

from lib.money import is_kept
from tests.factories import value

pytestmark = pytest.mark.django_db


def test_it_keeps_what_python_keeps(app_connection):
    codes = sorted(get_global("all_currencies"))
    assert len(codes) > 300
    kept = app_connection().execute("select c from unnest(%s::text[]) c where app.is_currency(c)", [codes]).fetchall()
    assert {code for (code,) in kept} == {code for code in codes if is_kept(code)}


@pytest.mark.parametrize("code", ["usd", "US", "USDT", "", "US ", "ÜSD", "KWD", "XAU"])
def test_it_refuses(app_connection, code):
    assert value(app_connection(), "select app.is_currency(%s)", code) is False


def test_nothing_is_neither(app_connection):
    assert value(app_connection(), "select app.is_currency(null)") is None
