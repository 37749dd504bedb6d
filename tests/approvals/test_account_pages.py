"""The pages of receiving accounts: one administrator proposes, another agrees, and a deal names one in its currency."""

import pytest

from tests.factories import value
from tests.sql.firm import everything
from tests.sql.test_fn_propose_receiving_account import USD, agreed

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/staff/house/accounts/"
ACCOUNT = {
    "currency": "eur", "holder_name": "VERSO Example House S.A.", "iban": "lu28 0019 4006 4475 0000", "bic": "beexlull",
    "bank_name": "Banque de l’Exemple", "town": "Luxembourg", "country": "LU", "is_default": "on",
    "reason": "The first",
}  # fmt: skip


@pytest.fixture
def admins(cast, app_connection):
    return app_connection(cast.ada), app_connection(cast.abe)


def test_two_administrators_make_an_account(owner, cast, ada_client, abe_client):
    response = ada_client.post(f"{PAGE}new/", ACCOUNT)
    assert (response.status_code, response.url) == (303, PAGE)
    account, iban, bic = owner.execute("select id, iban, bic from receiving_accounts").fetchone()
    assert (iban, bic) == ("LU280019400644750000", "BEEXLULL")
    page = ada_client.get(PAGE).text
    assert "LU28 0019 4006 4475 0000" in page and "not agreed yet" in page and f"{account}/agree/" not in page
    refused = ada_client.post(f"{PAGE}{account}/agree/")
    assert refused.status_code == 403 and "another administrator must agree" in refused.text
    assert f"{account}/agree/" in abe_client.get(PAGE).text
    assert abe_client.post(f"{PAGE}{account}/agree/").status_code == 303
    assert value(owner, "select agreed_by from receiving_accounts where active_from is not null") == cast.abe.id
    again = abe_client.post(f"{PAGE}{account}/agree/")
    assert again.status_code == 409 and "already agreed to this account" in again.text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("iban", "LU29 0019 4006 4475 0000"), ("iban", "LU2800194006447500"), ("iban", "GB280019400644750000"),
     ("iban", "x" * 70), ("iban", ""), ("account_number", "123"), ("bic", "BEEX"), ("bic", "BEEXZZLL"),
     ("currency", "KWD"), ("currency", "EURO"), ("country", ""), ("town", ""), ("bank_name", ""), ("reason", "")],
)  # fmt: skip
def test_a_wrong_value_is_named(owner, ada_client, field, wrong):
    response = ada_client.post(f"{PAGE}new/", ACCOUNT | {field: wrong})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert value(owner, "select count(*) from receiving_accounts") == 0


def test_without_an_iban_number_and_bic_are_needed(owner, ada_client):
    without = ACCOUNT | {"iban": "", "account_number": "000-111"}
    response = ada_client.post(f"{PAGE}new/", without | {"bic": ""})
    assert list(response.context["form"].errors) == ["bic"]
    assert ada_client.post(f"{PAGE}new/", without | {"account_number": "a_b"}).status_code == 422
    assert ada_client.post(f"{PAGE}new/", without).status_code == 303
    assert value(owner, "select account_number from receiving_accounts") == "000-111"


def test_one_replaces_another_of_its_currency(owner, admins, ada_client, abe_client):
    dollars = agreed(admins, **USD)
    response = ada_client.post(f"{PAGE}new/", ACCOUNT | {"replaces": dollars})
    assert list(response.context["form"].errors) == ["replaces"]
    first = agreed(admins)
    ada_client.post(f"{PAGE}new/", ACCOUNT | {"replaces": first, "is_default": ""})
    second = value(owner, "select id from receiving_accounts where replaces_id = %s", first)
    abe_client.post(f"{PAGE}{second}/agree/")
    assert value(owner, "select is_default from receiving_accounts where id = %s", second) is True
    assert value(owner, "select active_until is not null from receiving_accounts where id = %s", first) is True


def test_one_administrator_ends_an_account(owner, cast, admins, ada_client, sam_client):
    account = agreed(admins)
    end = f"{PAGE}{account}/end/"
    assert "EUR has no default account until another is agreed to." in ada_client.get(end).text
    before = everything(owner)[:-1]  # refusals are audited
    assert ada_client.post(end, {"reason": ""}).status_code == 422
    assert sam_client.post(end, {"reason": "Mine"}).status_code == 404
    assert everything(owner)[:-1] == before
    assert ada_client.post(end, {"reason": "Broken into"}).status_code == 303
    assert value(owner, "select end_reason from receiving_accounts") == "Broken into"
    assert "Broken into" in sam_client.get(PAGE).text
    assert ada_client.get(end).status_code == 404


def test_a_deal_names_an_account_in_its_currency(owner, deal, admins, ada_client):
    owner.execute("update deals set status = 'open' where id = %s", [deal.id])
    dollars, euros = agreed(admins, **USD), agreed(admins)
    address = f"/staff/deals/{deal.code}/edit/"
    form = ada_client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    wrong = ada_client.post(address, typed | {"receiving_account": euros})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["receiving_account"])
    right = ada_client.post(address, typed | {"receiving_account": dollars})
    assert right.status_code == 303
    assert value(owner, "select receiving_account_id from deals where id = %s", deal.id) == dollars
    assert "000-111" in ada_client.get(f"/staff/deals/{deal.code}/").text
