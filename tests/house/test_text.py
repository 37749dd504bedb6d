"""Text comes in through one place: composed, visible, one line where one line is meant, and capped."""

import re
import unicodedata

import psycopg
import pytest
from django import forms as django_forms
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lib import text
from tests import factories
from tests.house.code import APPS, ROOT

# Text columns that nobody types into, or that a stricter rule of their own holds.
NOT_TYPED = {
    "approval_subjects": "written by migrations",
    "approvals.entity_type": "one of approval_subjects",
    "audit_anchors": "written by the audit functions",
    "audit_log": "written by the audit functions",
    "audit_lanes": "written by the audit functions",
    "deal_commitments.content_hash": "a hash",
    "approvals.content_hash": "a hash",
    "deals.code": "a pattern of its own",
    "documents.content_type": "written with the file",
    "documents.file_key": "written with the file",
    "invite_links.token_hash": "a hash",
    "invite_links.email": "an e-mail: see normal_email",
    "job_clock": "written by jobs",
    "job_runs": "written by jobs",
    "ledger_accounts": "checked by app.guard_accounts, once a statement",
    "ledger_entries": "checked by app.guard_entries, once a statement",
    "notices": "written by functions and by the job that mails",
    "profiles.password": "a hash",
    "profiles.email": "an e-mail: see normal_email",
    "profiles.time_zone": "one of the zones",
    "profiles.language": "one of the languages",
    "set_password_links.token_hash": "a hash",
    "subscriptions.status": "written by functions",
    "tasks": "written by functions",
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Émile  Zola ", "Émile Zola"), ("Jose\u0301", "José"), ("a\r\nb\tc", "a b c"), ("a\u00a0b\u3000c", "a b c"),
        ("Ja\u00adne", "Jane"), ("\u202eevil", "evil"), ("\x1b[31mred", "[31mred"), ("\u200b\u2060\ufeff", ""),
        ("a\u2028b", "a b"), ("زهرا", "زهرا"), (None, ""),
    ],
)  # fmt: skip
def test_a_line_is_one_visible_line(typed, kept):
    assert text.tidy_line(typed) == kept


def test_lines_stay_lines():
    assert text.tidy_text(" one \r\n\r\ntwo\u2028three\tfour\x1b\n\n") == "one\n\ntwo\nthree four"


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u3164", "\u0301", "\u2800 \u00ad"])
def test_a_name_of_nothing_is_refused(typed):
    with pytest.raises(text.BadText):
        text.line(typed, required=True)


# Todhri and Kirat Rai letters, Arabic and Nag Mundari marks of Unicode 15 and 16; two that are no characters. A newer
# Python knows some of them.
LATER = ["\U000105d2\u0307", "\U00016d67\U00016d67", "a\u0301\U00010efd", "a\u0301\U0001e4ee", "a\ufffe", "a\U0010ffff"]
NEWER = [typed for typed in LATER if any(unicodedata.category(character) == "Cn" for character in typed)]


@pytest.mark.parametrize("typed", ["a" * 201, "a\0b", *NEWER])
def test_what_cannot_be_kept_is_refused(typed):
    with pytest.raises(text.BadText):
        text.line(typed)


@pytest.mark.parametrize("typed", ["\u200b", "\u202e\u2066", "\u0301"])
def test_a_field_says_that_nothing_can_be_seen(typed):
    field = text.LineField(required=False)
    with pytest.raises(django_forms.ValidationError, match="This has no visible characters"):
        field.clean(typed)


@pytest.mark.parametrize("typed", NEWER)
def test_a_field_refuses_a_character_it_does_not_know(typed):
    """How it is composed is known to newer tables only, and the database has its own."""
    for field in (text.LineField(), text.TextField()):
        with pytest.raises(django_forms.ValidationError, match="an unsupported character"):
            field.clean(typed)
    assert text.LineField().clean("Smile \U0001fae8") == text.line("Smile \U0001fae8") == "Smile \U0001fae8"


def test_what_these_tables_know_is_kept_as_the_database_has_it(owner):
    for typed in set(LATER) - set(NEWER):
        assert factories.value(owner, "select app.is_line(%s)", text.line(typed)), typed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NEWER[-4:])
def test_a_name_of_unknown_characters_is_refused_by_the_page(owner, cast, sam_client, name):
    sent = {
        "email": "new@verso.example",
        "display_name": name,
        "role": "investor",
        "language": "en",
        "time_zone": "UTC",
    }
    answer = sam_client.post("/staff/people/new/", sent)
    assert (answer.status_code, "an unsupported character" in answer.content.decode()) == (422, True)
    assert factories.value(owner, "select count(*) from profiles where email = 'new@verso.example'") == 0


def test_forms_take_text_through_these_fields():
    """A CharField of Django's is for passwords, and for what a page carries itself."""
    raw = {
        str(path.relative_to(ROOT)): found
        for app in APPS
        for path in (ROOT / app).glob("**/*.py")
        if (found := re.findall(r"forms\.CharField\((.*)", path.read_text()))
    }
    assert raw == {
        "investors/forms.py": ["label=label, strip=False, widget=widget, help_text=help_text)"],
        "approvals/forms.py": ["required=False, widget=forms.HiddenInput)"],
        "fees/forms_bank.py": ['widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)'],
    }


def test_every_text_column_has_its_rule():
    """Choices, a rule of lib.fields, or a reason."""
    missing = []
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        rules = " ".join(str(rule.condition) for rule in model._meta.constraints if hasattr(rule, "condition"))
        for field in model._meta.local_concrete_fields:
            table, name = model._meta.db_table, f"{model._meta.db_table}.{field.column}"
            if not isinstance(field, models.TextField | models.CharField) or field.choices:
                continue
            if not re.search(rf"\b{field.name}(__|\b)", rules) and not {table, name} & NOT_TYPED.keys():
                missing.append(name)
    assert missing == []


# --- the pages


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["\u200b", "\u202e\u200f", "   ", "\u0301"])
def test_a_person_of_no_visible_name_is_refused(owner, cast, sam_client, name):
    before = factories.value(owner, "select count(*) from profiles")
    new = {"display_name": name, "email": "n@verso.example", "role": "investor", "language": "en", "time_zone": "UTC"}
    assert sam_client.post("/staff/people/new/", new).status_code == 422
    assert factories.value(owner, "select count(*) from profiles") == before


@pytest.mark.django_db(transaction=True)
def test_a_name_is_kept_as_it_is_read(owner, cast, sam_client):
    typed = "Jose\u0301\r\n\u202eMarti\u0301 \x1b[1m"
    sam_client.post("/staff/investors/new/", {"legal_name": typed, "type": "entity"})
    assert (
        factories.value(owner, "select legal_name from investors order by created_at desc limit 1") == "José Martí [1m"
    )


RULE = (
    "insert into approval_rules (currency, critical_above, high_above, normal_above, two_approvers_above,"
    " two_approvers_first_above, ops_limit)"
)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("update investors set legal_name = E'a\\u200bb'", "investors_name_is_line"),
        ("update investors set legal_name = ''", "investors_name_is_line"),
        ("update profiles set display_name = E'a\\u202eb'", "profiles_name_is_line"),
        ("update profiles set title = repeat('a', 201)", "profiles_title_is_line"),
        ("update deals set name = E'a\\nb'", "deals_name_is_line"),
        ("update deals set description = E'a\\u001bb'", "deals_description_is_text"),
        ("insert into vehicles (name) values (E'Jose\\u0301')", "vehicles_name_is_line"),
        (f"{RULE} values ('eur', 1, 1, 1, 1, 1, 1)", "approval_rules_currency"),
    ],
)
def test_psql_cannot_put_in_what_pages_refuse(owner, deal, statement, rule):
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        owner.execute(statement)
    assert refused.value.diag.constraint_name == rule


# --- finding and sorting


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("search", ["emile", "EMILE", "Émile", "E\u0301mile", "e\u200bmile zola"])
def test_people_are_found_however_the_name_is_written(owner, cast, sam_client, search):
    factories.add_profile(owner, "Émile Zola", email="zola@verso.example")
    page = sam_client.get("/staff/people/", {"q": search}).context["page"]
    assert [person.display_name for person in page] == ["Émile Zola"]


@pytest.mark.django_db(transaction=True)
def test_names_stand_in_the_order_of_a_telephone_book(owner, cast, sam_client):
    names = ["Zoe Zz", "adam zz", "Émile zz", "Emil ZZ", "Ernst Zz"]
    for place, name in enumerate(names):
        factories.add_profile(owner, name, email=f"n{place}@verso.example")
    found = [person.display_name for person in sam_client.get("/staff/people/?q=zz").context["page"]]
    assert found == ["adam zz", "Emil ZZ", "Émile zz", "Ernst Zz", "Zoe Zz"]
    assert [p.display_name for p in sam_client.get("/staff/people/?q=zz&sort=-name").context["page"]] == found[::-1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address",
    ["/staff/people/", "/staff/investors/", "/staff/deals/", "/staff/sources/", "/staff/vehicles/", "/staff/documents/",
     "/staff/approvals/", "/admin/investors/profile/", "/admin/deals/deal/"],
)  # fmt: skip
def test_a_search_of_1900_words_costs_no_more_than_eight(cast, deal, ada_client, address):
    with CaptureQueriesContext(connection) as run:
        page = ada_client.get(address, {"q": "a b " * 950})
    assert page.status_code == 200
    assert max(query["sql"].count("folded") for query in run.captured_queries) <= 60


@pytest.mark.django_db(transaction=True)
def test_the_box_shows_what_was_searched_for(cast, sam_client):
    page = sam_client.get("/staff/people/", {"q": " one\u200b  two three four five six seven eight nine ten"})
    assert 'value="one two three four five six seven eight"' in page.text


# --- rules


@pytest.mark.django_db(transaction=True)
def test_an_approval_rule_is_found_by_its_currency(owner, cast, ada_client):
    amounts = ("critical_above", "high_above", "normal_above", "two_approvers_above", "two_approvers_first_above")
    typed = dict.fromkeys((*amounts, "ops_limit"), "10") | {"reason": "Kroner"}
    address = reverse("approvals_staff:rule_new")
    assert ada_client.post(address, typed | {"currency": "xyz"}).status_code == 422
    assert ada_client.post(address, typed | {"currency": "nok"}).status_code == 303
    kept = owner.execute("select currency from approval_rules where ops_limit = 10").fetchall()
    assert kept == [("NOK",)]
