"""One form of an e-mail address, wherever it is typed, kept, looked up or counted."""

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.emails import EmailField, normal_email
from tests import factories

FORMS = {
    "Ana@Verso.Example": "ana@verso.example",
    "  ana@verso.example \n": "ana@verso.example",
    "hanna@ｖerso.example": "hanna@verso.example",
    "ｈａｎｎａ＠verso．example": "hanna@verso.example",
    "ana@verso。example": "ana@verso.example",
    "a@faß.example": "a@xn--fa-hia.example",
    "a@fass.example": "a@fass.example",
    "a@FAẞ.example": "a@xn--fa-hia.example",
    "a@xn--fa-hia.example": "a@xn--fa-hia.example",
    "a@XN--FA-HIA.example": "a@xn--fa-hia.example",
    "a@bücher.example": "a@xn--bcher-kva.example",
    "a@bu\u0308cher.example": "a@xn--bcher-kva.example",
    "jose\u0301@verso.example": "jos\u00e9@verso.example",
    "straße@verso.example": "straße@verso.example",
    "strasse@verso.example": "strasse@verso.example",
    "": "",
    None: "",
    "ana": "",
    "@verso.example": "",
    "ana@": "",
    "a na@verso.example": "",
    "a@b@verso.example": "",
    '"a b"@verso.example': "",
    "a\u200b@verso.example": "",
    "a@ver\u200bso.example": "",
    "a\0@verso.example": "",
    "a@❤.example": "",
    "a@-ü.example": "",
    "a@" + "x." * 122 + "example": "a@" + "x." * 122 + "example",
    "aa@" + "x." * 122 + "example": "aa@" + "x." * 122 + "example",
    "aaa@" + "x." * 122 + "example": "",
}


@pytest.mark.parametrize("typed", FORMS)
def test_the_one_form(typed):
    assert normal_email(typed) == FORMS[typed]


@given(st.text(max_size=30) | st.from_regex(r"[^\s@]{1,8}@[^\s@]{1,12}\.example", fullmatch=True))
@example("İ@İ.example")
@example("ΑΣ@ΑΣ.example")
@settings(max_examples=400, deadline=None)
def test_what_has_the_form_keeps_it(typed):
    once = normal_email(typed)
    assert normal_email(once) == once


def test_a_form_gives_it_and_refuses_what_has_none():
    assert EmailField().clean("Hanna@ｖerso.example") == "hanna@verso.example"
    for typed in ("a@❤.example", "ana", '"a b"@verso.example', "a@b@verso.example"):
        with pytest.raises(ValidationError):
            EmailField().clean(typed)


@given(st.from_regex(r"[^\s@]{1,8}@[^\s@]{1,12}\.example", fullmatch=True))
@example("İ@verso.example")
@example("ΑΣ@verso.example")
@example("straße@verso.example")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_takes_what_has_the_form(owner, typed):
    if email := normal_email(typed):
        owner.execute("insert into profiles (email) values (%s) on conflict do nothing", [email])


@pytest.mark.parametrize(
    "email", ["Ana@verso.example", "ana@Verso.example", "ana@ｖerso.example", "a@faß.example", " a@verso.example",
              "jose\u0301@verso.example", "ana", "a b@verso.example", "a@b@verso.example", "a@verso.example\n"]
)  # fmt: skip
def test_the_database_refuses_what_has_not(owner, cast, deal, email):
    for statement in (
        "insert into profiles (email) values (%s)",
        "update profiles set email = %s where display_name = 'Alice Aldgate'",
        "insert into invite_links (role, token_hash, email) values ('viewer', 'x', %s)",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(statement, [email])
    assert factories.value(owner, "select count(*) from profiles where email = %s", email) == 0


@pytest.mark.django_db(transaction=True)
def test_one_person_however_the_address_is_typed(cast, sign_in_by_form):
    for typed in ("Alice@Verso.Example", "alice@ｖerso.example", "ａlice＠verso.example"):
        assert sign_in_by_form(Client(), typed).status_code == 302
    assert sign_in_by_form(Client(), "alice@faß.example").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_tries_are_counted_for_one_person_however_the_address_is_typed(cast, sign_in_by_form):
    typed = [
        "alice@verso.example",
        "ALICE@verso.example",
        "alice@ｖerso.example",
        "ａlice@verso.example",
        "alice＠verso.example",
    ]
    answers = [sign_in_by_form(Client(), email, "wrong").status_code for email in typed]
    assert answers == [422, 422, 422, 422, 429]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_added_twice_by_typing_the_address_otherwise(owner, cast, ada_client):
    typed = {
        "display_name": "Another",
        "email": "alice@ｖerso.example",
        "role": "investor",
        "language": "en",
        "time_zone": "UTC",
    }
    assert ada_client.post("/staff/people/new/", typed).status_code in (409, 422)
    ada_client.post("/staff/people/new/", typed | {"email": "a@faß.example"})
    kept = owner.execute("select email from profiles where display_name = 'Another'").fetchall()
    assert kept == [("a@xn--fa-hia.example",)]


@pytest.mark.django_db(transaction=True)
def test_the_command_line_takes_it_too(owner, cast, deal):
    call_command("reserve", deal.code, "5", "--as", "Alice@ｖerso.example")
    assert factories.value(owner, "select created_by from reservations") == cast.alice.id
