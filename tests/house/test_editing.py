"""Two people edit one thing: the second is told, sees both values, and keeps what was typed."""

import ast
import inspect
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import deals.services
import inventory.services
import investors.services
import portfolio.services
from audit.identity import acting_as
from lib.versions import ChangedMeanwhile, shown_of
from tests import factories
from tests.forms import filled, forms_of
from tests.sql.holds import set_status

ROOT = Path(__file__).resolve().parents[2]
NORTH = "/staff/deals/northlight_2027/"

# A verb that changes what is there, by its name; what it needs to know is what was shown.
CHANGES = re.compile(r"^(edit|change|rename|set|make_default|save|block|unblock|enable|disable|remove|open)(_|$)")
UNSHOWN = {
    "change_own_password": "asks for the present password",
    "set_language": "a cookie",
}


def verbs() -> dict[str, object]:
    verbs = (deals.services, inventory.services, investors.services, portfolio.services)
    found = {name: verb for services in verbs for name, verb in vars(services).items() if inspect.isfunction(verb)}
    return {name: verb for name, verb in found.items() if CHANGES.match(name) and name not in UNSHOWN}


def test_every_change_can_be_told_what_was_shown():
    missing = [name for name, verb in verbs().items() if "shown" not in inspect.signature(verb).parameters]
    assert missing == []


def test_every_page_that_changes_says_what_it_had_shown():
    """A view that names such a verb also hands on what its form carried."""
    forgotten = []
    for path in ROOT.glob("*/views*.py"):
        for view in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(view, ast.FunctionDef):
                continue
            named = {node.attr for node in ast.walk(view) if isinstance(node, ast.Attribute)} & verbs().keys()
            source = ast.unparse(view)
            if named and "shown" not in source and "kept=" not in source:
                forgotten.append((path.name, view.name, sorted(named)))
    assert forgotten == []


# --- each form


class Ground:
    """The addresses of everything that has a form, and what a second person types."""

    def __init__(self, owner, deal, cast):
        self.owner, self.plan = owner, factories.add_fee_plan(owner, deal.id, "Tender", is_default=False)
        self.fee = factories.value(owner, "select id from fee_components where fee_plan_id = %s", self.plan)
        self.lot = deal.lots["A"]
        self.source = factories.insert(owner, "share_sources", kind="fund", counterparty_name="Old Fund")
        self.vehicle, self.investor, self.alice = deal.vehicle_id, cast.morland, cast.alice.id


@pytest.fixture
def ground(owner, superuser, deal, cast):
    set_status(superuser, "draft")  # what buyers pay on an open deal changes by a proposal
    return Ground(owner, deal, cast)


FORMS = {
    "deal": (NORTH + "edit/", "offer_unit_price", "131", "125", "select offer_unit_price from deals"),
    "plan": (NORTH + "fees/{0.plan}/", "name", "First", "Second", "select name from fee_plans where id = '{0.plan}'"),
    "fee": (
        NORTH + "fees/{0.plan}/fee/{0.fee}/", "rate_bps", "3", "4",
        "select rate_bps / 100 from fee_components where id = '{0.fee}'",
    ),
    "lot": (
        NORTH + "lots/{0.lot}/", "unit_cost", "26", "27", "select unit_cost from share_lots where id = '{0.lot}'",
    ),
    "block": (
        NORTH + "lots/{0.lot}/block/", "reason", "First", "Second",
        "select block_reason from share_lots where id = '{0.lot}'",
    ),
    "source": (
        "/staff/sources/{0.source}/", "counterparty_name", "First", "Second",
        "select counterparty_name from share_sources where id = '{0.source}'",
    ),
    "vehicle": (
        "/staff/vehicles/{0.vehicle}/edit/", "name", "First", "Second",
        "select name from vehicles where id = '{0.vehicle}'",
    ),
    "person": (
        "/staff/people/{0.alice}/edit/", "display_name", "First", "Second",
        "select display_name from profiles where id = '{0.alice}'",
    ),
    "investor": (
        "/staff/investors/{0.investor}/edit/", "legal_name", "First", "Second",
        "select legal_name from investors where id = '{0.investor}'",
    ),
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_the_second_to_save_is_told_and_loses_nothing(ground, owner, ada_client, abe_client, name):
    address, field, first, second, kept = (part.format(ground) for part in FORMS[name])
    mine, theirs = filled(abe_client, address), filled(ada_client, address)
    assert ada_client.post(address, theirs | {field: first}).status_code == 303
    rows = factories.value(owner, "select count(*) from audit_log where action ~ 'update|lot'")
    answer = abe_client.post(address, mine | {field: second})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Someone changed this since you opened it." in page
    now = str(factories.value(owner, kept))
    assert now.rstrip("0").rstrip(".") == first
    after = factories.value(owner, "select count(*) from audit_log where action ~ 'update|lot'")
    assert after == rows
    again = next(fields for leads, fields in forms_of(answer) if leads == "" and "version" in fields)
    assert again[field].startswith(second)
    assert "<dd>" + first in page
    assert abe_client.post(address, again).status_code == 303
    assert str(factories.value(owner, kept)).rstrip("0").rstrip(".") == second


@pytest.mark.django_db(transaction=True)
def test_a_form_that_carries_no_version_changes_nothing(ground, owner, ada_client):
    for name, (address, field, first, _, kept) in FORMS.items():
        before = factories.value(owner, kept.format(ground))
        sent = filled(ada_client, address.format(ground)) | {field: first, "version": ""}
        assert ada_client.post(address.format(ground), sent).status_code == 409, name
        assert factories.value(owner, kept.format(ground)) == before, name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "forged", ["[" * 60_000, '{"a":' * 9_000, "[1]", '{"a": [1]}', '{"a": 1}', "9" * 5_000, "null"]
)
def test_nor_does_one_whose_version_is_none_of_ours(ground, owner, ada_client, forged):
    address, field, first, _, kept = FORMS["source"]
    sent = filled(ada_client, address.format(ground)) | {field: first, "version": forged}
    assert ada_client.post(address.format(ground), sent).status_code == 409
    assert factories.value(owner, kept.format(ground)) == "Old Fund"


@pytest.mark.django_db(transaction=True)
def test_a_field_that_was_not_touched_shows_what_is_saved_now(owner, ground, ada_client, abe_client):
    address = NORTH + "edit/"
    mine = filled(abe_client, address)
    ada_client.post(address, filled(ada_client, address, offer_unit_price="131"))
    answer = abe_client.post(address, mine | {"summary": "Mine"})
    again = next(fields for leads, fields in forms_of(answer) if leads == "" and "version" in fields)
    assert (answer.status_code, again["offer_unit_price"][:3], again["summary"]) == (409, "131", "Mine")
    assert abe_client.post(address, again).status_code == 303
    assert owner.execute("select offer_unit_price, summary from deals").fetchone() == (Decimal("131.000000"), "Mine")


@pytest.mark.django_db(transaction=True)
def test_a_rejection_does_not_become_an_approval(owner, cast, ada_client, sam_client):
    owner.execute("update investors set kyc_status = 'in_review'")
    address = f"/staff/investors/{cast.morland}/kyc/"
    mine = filled(sam_client, address)
    sent = filled(ada_client, address, kyc_status="rejected", kyc_reason="Sanctions hit")
    assert ada_client.post(address, sent).status_code == 303
    answer = sam_client.post(address, mine | {"kyc_status": "approved", "kyc_reason": "Passport seen"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "<dd>Rejected</dd>" in page and "<dd>Approved</dd>" in page
    assert "<dd>Sanctions hit</dd>" in page and "Passport seen" in page
    assert page.count("Entered by you") == 1, "the reason is typed elsewhere: nothing says that it is empty"
    kept = owner.execute("select kyc_status, kyc_reason from investors where id = %s", [cast.morland]).fetchone()
    assert kept == ("rejected", "Sanctions hit")


@pytest.mark.django_db(transaction=True)
def test_a_price_edit_keeps_the_seconds_of_the_closing_time(owner, ground, ada_client):
    moment = datetime(2031, 3, 4, 17, 0, 37, 123456, tzinfo=UTC)
    owner.execute("update deals set close_at = %s", [moment])
    address = NORTH + "edit/"
    assert ada_client.post(address, filled(ada_client, address, offer_unit_price="131")).status_code == 303
    assert owner.execute("select close_at, offer_unit_price from deals").fetchone() == (moment, Decimal("131.000000"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_summary_is_mended_from_any_time_zone(owner, deal, cast, sign_in, zone):
    """The closing time stands twice in New York that night; and it may be over: nobody touched it."""
    owner.execute("update deals set close_at = '2031-11-02 06:30:00+00'")
    owner.execute("update profiles set time_zone = %s where id = %s", [zone, cast.ada.id])
    client, address = sign_in(cast.ada), NORTH + "edit/"
    assert client.post(address, filled(client, address, summary="Mended")).status_code == 303
    kept = owner.execute("select summary, close_at from deals").fetchone()
    assert kept == ("Mended", datetime(2031, 11, 2, 6, 30, tzinfo=UTC))


# --- buttons


@pytest.mark.django_db(transaction=True)
def test_a_plan_becomes_the_default_only_with_the_fees_that_were_shown(owner, ground, ada_client, abe_client):
    address, button = NORTH + "fees/", NORTH + f"fees/{ground.plan}/default/"
    seen = filled(abe_client, address, action=button)
    owner.execute("update fee_components set rate_bps = 900 where id = %s", [ground.fee])
    page = abe_client.post(button, seen, follow=True).content.decode()
    assert "Someone changed this since you opened it." in page
    assert factories.value(owner, "select is_default from fee_plans where id = %s", ground.plan) is False
    abe_client.post(button, filled(abe_client, address, action=button))
    assert factories.value(owner, "select is_default from fee_plans where id = %s", ground.plan) is True


@pytest.mark.django_db(transaction=True)
def test_a_lot_is_put_on_sale_again_only_for_the_reason_that_was_shown(owner, ground, cast, abe_client, ada_client):
    lot, page = ground.lot, NORTH + f"lots/{ground.lot}/"
    abe_client.post(page + "block/", filled(abe_client, page + "block/", reason="Counting"))
    seen = filled(abe_client, page, action=page + "unblock/")
    ada_client.post(page + "block/", filled(ada_client, page + "block/", reason="Court order"))
    abe_client.post(page + "unblock/", seen)
    assert factories.value(owner, "select status from share_lots where id = %s", lot) == "held"


@pytest.mark.django_db(transaction=True)
def test_a_deal_opens_at_the_price_that_was_shown(owner, deal, ada_client, abe_client):
    draft = factories.add_deal(owner, "Clos du Lac", code="closdulac_2027", status="draft", vehicle_id=deal.vehicle_id)
    factories.add_lot(owner, draft)
    factories.add_fee_plan(owner, draft)
    address = "/staff/deals/closdulac_2027/open/"
    seen = filled(abe_client, address)
    owner.execute("update deals set offer_unit_price = 12 where id = %s", [draft])
    assert abe_client.post(address, seen).status_code == 409
    assert factories.value(owner, "select status from deals where id = %s", draft) == "draft"
    assert abe_client.post(address, filled(abe_client, address)).status_code == 303
    assert factories.value(owner, "select status from deals where id = %s", draft) == "open"


@pytest.mark.django_db(transaction=True)
def test_a_person_is_let_in_again_as_who_they_were(owner, cast, ada_client):
    address = f"/staff/people/{cast.alice.id}/access/"
    seen = filled(ada_client, address)
    owner.execute("update profiles set title = 'Chair' where id = %s", [cast.alice.id])
    assert ada_client.post(address, seen | {"access": "disable"}).status_code == 409
    assert factories.value(owner, "select is_active from profiles where id = %s", cast.alice.id) is True


@pytest.mark.django_db(transaction=True)
def test_two_administrators_meet_at_a_rule(owner, cast, ada_client, abe_client):
    address = "/admin/approvals/slarule/high/change/"

    def form(client):
        found = next(fields for _, fields in forms_of(client.get(address)) if "hours" in fields)
        return {name: found[name] for name in ("priority", "hours", "version")}

    mine = form(abe_client)
    assert ada_client.post(address, form(ada_client) | {"hours": "5"}).status_code == 302
    answer = abe_client.post(address, mine | {"hours": "6"})
    assert answer.status_code == 409
    assert "someone else saved 5.00, you entered 6" in answer.content.decode().lower()
    assert factories.value(owner, "select hours from sla_rules where priority = 'high'") == Decimal("5.00")


@pytest.mark.django_db(transaction=True)
def test_the_service_compares_under_its_lock(owner, deal, cast):
    shown = shown_of({"name": "something else"})
    with acting_as(cast.ada.id), pytest.raises(ChangedMeanwhile) as refused:
        deals.services.edit_deal(acting_user=cast.ada.profile, deal_id=deal.id, shown=shown, summary="x")
    assert "name" in refused.value.changed
    assert factories.value(owner, "select summary from deals") != "x"
