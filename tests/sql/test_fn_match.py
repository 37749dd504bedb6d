"""fn_match, fn_reverse_match, fn_return_line, fn_apply_credit: money is matched to the cent, and never twice."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import accrue, balances, bill, credit, ready
from tests.sql.matches import everything, invoiced, left, line, match, status, take_back


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD", "EUR")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def invoice_of(owner, sam, cast, deal):
    return lambda amount, investor=None: invoiced(owner, sam, deal, investor or cast.aldgate, amount)


def test_in_part_then_in_full(owner, sam, account, invoice_of):
    invoice = invoice_of("40000.00")
    match(sam, line(owner, account, "35000.00"), (invoice, "35000.00"))
    assert status(owner, invoice) == ("partial", D("5000.00"))
    match(sam, line(owner, account, "5000.00"), (invoice, "5000.00"))
    assert status(owner, invoice) == ("paid", D("0.00"))
    assert "suspense" not in balances(owner) and "receivable" not in balances(owner)
    assert broken_rules(owner) == []


def test_one_wire_pays_two_invoices(owner, sam, account, invoice_of):
    first, second = invoice_of("50000.00"), invoice_of("25000.00")
    wire = line(owner, account, "75000.00")
    made = match(sam, wire, (first, "50000.00"), (second, "25000.00"))
    assert len(made) == 2 and left(owner, wire) == 0
    assert [status(owner, each)[0] for each in (first, second)] == ["paid", "paid"]
    rows = owner.execute("select amount, method, bank_txn_id from payments order by amount").fetchall()
    assert rows == [(D("25000.00"), "bank", wire), (D("50000.00"), "bank", wire)]
    assert broken_rules(owner) == []


def test_too_much_becomes_credit_and_credit_pays(owner, sam, cast, account, invoice_of):
    invoice, wire = invoice_of("100.00"), line(owner, account, "130.00")
    match(sam, wire, (invoice, "100.00"), ("credit_of", cast.aldgate, "30.00"))
    assert (left(owner, wire), balances(owner)["credit"]) == (D("0.00"), D("-30.00"))
    later = invoice_of("50.00")
    apply = "select public.fn_apply_credit(%s, %s)"
    before = everything(owner)
    for amount, word in (
        ("30.01", "credit"),
        ("50.01", "open"),
        ("0", "amount"),
        ("NaN", "amount"),
        ("0.001", "amount"),
    ):
        assert refusal(sam.execute, apply, [later, D(amount)]) == ("22023", word)
    assert everything(owner) == before
    sam.execute(apply, [later, D("30.00")])
    assert status(owner, later) == ("partial", D("20.00"))
    assert "credit" not in balances(owner)
    assert broken_rules(owner) == []


def test_an_unknown_payer_waits_in_suspense(owner, account):
    line(owner, account, "77.77", payer="Nobody we know")
    assert balances(owner) == {"bank": D("77.77"), "suspense": D("-77.77")}
    assert broken_rules(owner) == []


def test_a_match_is_taken_back_once(owner, sam, account, invoice_of):
    invoice, wire = invoice_of("100.00"), line(owner, account, "100.00")
    (made,) = match(sam, wire, (invoice, "100.00"))
    before = everything(owner)
    assert refusal(take_back, sam, made, " ") == ("22023", "reason")
    assert everything(owner) == before
    undone = take_back(sam, made)
    assert (left(owner, wire), status(owner, invoice)) == (D("100.00"), ("sent", D("100.00")))
    assert owner.execute("select sum(amount), count(*) from payments").fetchone() == (D(0), 2)
    assert owner.execute("select sum(matched_amount), count(*) from reconciliations").fetchone() == (D(0), 2)
    before = everything(owner)
    assert refusal(take_back, sam, made) == ("22023", "reversed")
    assert refusal(take_back, sam, undone) == ("22023", "reversal")
    assert everything(owner) == before
    match(sam, wire, (invoice, "100.00"))
    assert status(owner, invoice)[0] == "paid"
    assert broken_rules(owner) == []


def test_credit_that_was_used_is_not_taken_back(owner, sam, cast, account, invoice_of):
    (made,) = match(sam, line(owner, account, "30.00"), ("credit_of", cast.aldgate, "30.00"))
    sam.execute("select public.fn_apply_credit(%s, 20.00)", [invoice_of("50.00")])
    before = everything(owner)
    assert refusal(take_back, sam, made) == ("22023", "credit")
    assert everything(owner) == before


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ([], "parts"),
        ([("first", "1.00"), ("first", "1.00")], "parts"),
        ([("first", "0")], "amount"),
        ([("first", "-1.00")], "amount"),
        ([("first", "0.001")], "amount"),
        ([("first", "NaN")], "left"),
        ([("first", "100.01")], "open"),
        ([("first", "100.00"), ("second", "50.01")], "left"),
        ([("euros", "1.00")], "currency"),
    ],
)
def test_what_does_not_fit_changes_nothing(owner, sam, cast, deal, account, invoice_of, parts, word):
    ids = {"first": invoice_of("100.00"), "second": invoice_of("200.00")}
    ids["euros"] = euro_invoice(owner, sam, cast, deal)
    wire = line(owner, account, "150.00")
    before = everything(owner)
    assert refusal(match, sam, wire, *[(ids[name], amount) for name, amount in parts]) == ("22023", word)
    assert everything(owner) == before


@pytest.mark.parametrize("spelled", [lambda i: str(i).upper(), lambda i: f"{{{i}}}", lambda i: i.hex])
def test_one_credit_is_given_back_once_however_it_is_spelled(owner, sam, cast, account, spelled):
    match(sam, line(owner, account, "100.00"), ("credit_of", cast.aldgate, "100.00"))
    out = line(owner, account, "-200.00")
    before = everything(owner)
    twice = [("credit_of", whose, "-100.00") for whose in (cast.aldgate, spelled(cast.aldgate))]
    assert refusal(match, sam, out, *twice) == ("22023", "parts")
    assert everything(owner) == before


def euro_invoice(owner, sam, cast, deal):
    accrue(owner, deal, cast.aldgate, "10.00", currency="EUR")
    return bill(sam, deal, cast.aldgate)


@pytest.mark.parametrize("who", ["rita", "alice", "larry"])
def test_only_administrators_and_operations_match(owner, sam, cast, account, invoice_of, app_connection, who):
    person = getattr(cast, who, None) or cast.alice
    invoice, wire = invoice_of("100.00"), line(owner, account, "100.00")
    (made,) = match(sam, wire, (invoice, "60.00"))
    other = app_connection(person)
    before = everything(owner)
    assert refusal(match, other, wire, (invoice, "40.00"))[0] == "42501"
    assert refusal(take_back, other, made)[0] == "42501"
    assert refusal(other.execute, "select public.fn_apply_credit(%s, 1.00)", [invoice])[0] == "42501"
    assert refusal(other.execute, "select public.fn_return_line(%s, %s, 'x')", [wire, wire])[0] == "42501"
    assert everything(owner) == before


def test_drafts_and_credit_notes_are_not_paid(owner, sam, account, invoice_of):
    invoice, wire = invoice_of("100.00"), line(owner, account, "100.00")
    note = credit(sam, invoice)
    assert refusal(match, sam, wire, (note, "1.00"))[0] == "42501"
    assert refusal(match, sam, wire, (invoice, "1.00")) == ("22023", "open")


def test_money_that_went_out_pays_no_invoice(owner, sam, account, invoice_of):
    invoice = invoice_of("100.00")
    match(sam, line(owner, account, "60.00"), (invoice, "60.00"))
    out = line(owner, account, "-10.00")
    before = everything(owner)
    assert refusal(match, sam, out, (invoice, "-10.00")) == ("22023", "open")
    assert everything(owner) == before


def test_a_refund_goes_where_the_money_came_from(owner, sam, cast, account, invoice_of):
    match(sam, line(owner, account, "30.00"), ("credit_of", cast.aldgate, "30.00"))
    elsewhere = line(owner, account, "-30.00", counterparty_account="FR1420041010050500013M02606")
    too_much, right = line(owner, account, "-30.01"), line(owner, account, "-30.00")
    before = everything(owner)
    assert refusal(match, sam, elsewhere, ("credit_of", cast.aldgate, "-30.00")) == ("22023", "refund_to")
    assert refusal(match, sam, too_much, ("credit_of", cast.aldgate, "-30.01")) == ("22023", "credit")
    assert everything(owner) == before
    match(sam, right, ("credit_of", cast.aldgate, "-30.00"))
    assert "credit" not in balances(owner)
    assert value(owner, "select kind from reconciliations where matched_amount < 0") == "refund"
    assert broken_rules(owner) == []


def test_what_the_bank_took_back_settles_the_line_it_answers(owner, sam, account, invoice_of):
    first, second = invoice_of("50.00"), invoice_of("25.00")
    wire = line(owner, account, "75.00")
    match(sam, wire, (first, "50.00"), (second, "25.00"))
    back, other = line(owner, account, "-75.00", is_reversal=True), line(owner, account, "10.00")
    settle = "select public.fn_return_line(%s, %s, %s)"
    before = everything(owner)
    assert refusal(sam.execute, settle, [other, wire, "Returned"]) == ("22023", "pair")
    assert refusal(sam.execute, settle, [back, back, "Returned"]) == ("22023", "pair")
    assert refusal(sam.execute, settle, [back, wire, ""]) == ("22023", "reason")
    assert everything(owner) == before
    made = value(sam, settle, back, wire, "Returned by the bank")
    assert [status(owner, each) for each in (first, second)] == [("sent", D("50.00")), ("sent", D("25.00"))]
    assert (left(owner, wire), left(owner, back)) == (D("0.00"), D("0.00"))
    before = everything(owner)
    assert refusal(sam.execute, settle, [back, wire, "Again"]) == ("22023", "pair")
    assert refusal(take_back, sam, made) == ("22023", "returned")
    assert everything(owner) == before
    assert broken_rules(owner) == []


@pytest.mark.parametrize(
    ("returned", "on_payment", "on_return"), [("-73.00", "2.00", "0.00"), ("-76.50", "0.00", "-1.50")]
)
def test_a_return_of_another_amount_leaves_the_difference_to_match(
    owner, sam, account, invoice_of, returned, on_payment, on_return
):
    invoice, wire, back = invoice_of("75.00"), line(owner, account, "75.00"), line(owner, account, returned)
    match(sam, wire, (invoice, "75.00"))
    sam.execute("select public.fn_return_line(%s, %s, 'Returned by the bank')", [back, wire])
    assert (left(owner, wire), left(owner, back)) == (D(on_payment), D(on_return))
    assert status(owner, invoice) == ("sent", D("75.00"))
    again = line(owner, account, "-2.00")
    before = everything(owner)
    settle = "select public.fn_return_line(%s, %s, 'Once more')"
    assert refusal(sam.execute, settle, [again, wire]) == ("22023", "pair")
    assert everything(owner) == before
    if D(on_payment):
        match(sam, wire, (invoice, on_payment))
        assert status(owner, invoice) == ("partial", D("73.00"))
    assert broken_rules(owner) == []


def test_what_credit_paid_is_taken_back_once(owner, sam, cast, account, invoice_of, app_connection):
    match(sam, line(owner, account, "30.00"), ("credit_of", cast.aldgate, "30.00"))
    invoice = invoice_of("50.00")
    paid = value(sam, "select public.fn_apply_credit(%s, 30.00)", invoice)
    back = "select public.fn_take_back_credit(%s, %s)"
    before = everything(owner)
    assert refusal(sam.execute, back, [paid, " "]) == ("22023", "reason")
    for who in (cast.rita, cast.alice):
        assert refusal(app_connection(who).execute, back, [paid, "Wrong"])[0] == "42501"
    assert everything(owner) == before
    made = value(sam, back, paid, "The wrong invoice")
    assert status(owner, invoice) == ("sent", D("50.00")) and balances(owner)["credit"] == D("-30.00")
    before = everything(owner)
    assert refusal(sam.execute, back, [paid, "Again"]) == ("22023", "reversed")
    assert refusal(sam.execute, back, [made, "Back again"]) == ("22023", "reversal")
    assert everything(owner) == before
    assert broken_rules(owner) == []


def test_whoever_paid_is_known_the_next_time(owner, sam, account, invoice_of):
    match(sam, line(owner, account, "10.00", payer="Aldgate  Treasury"), (invoice_of("10.00"), "10.00"))
    learned = owner.execute('select "of", value from payer_aliases order by 1').fetchall()
    assert learned == [
        ("account", "DE02120300000000202051"),
        ("name", value(owner, "select app.folded('Aldgate  Treasury')")),
    ]
    match(sam, line(owner, account, "10.00", payer="Aldgate  Treasury"), (invoice_of("10.00"), "10.00"))
    match(sam, line(owner, account, "10.00", payer="Somebody else"), (invoice_of("10.00"), "10.00"), learn=False)
    assert value(owner, "select count(*) from payer_aliases") == 2


SUGGESTED = """select invoice_id, amount, score, reasons from app.suggest_matches(ARRAY[%s]::uuid[])
                order by score desc, amount desc"""


def suggested(connection, line_id) -> list:
    return connection.execute(SUGGESTED, [line_id]).fetchall()


def test_a_reference_and_the_amount_say_which(owner, sam, account, invoice_of):
    invoice = invoice_of("100.00")
    number = value(owner, "select number from invoices where id = %s", invoice)
    reference = value(owner, "select reference from invoices where id = %s", invoice)
    for text in (number, number.lower().replace("-", " "), reference):
        wire = line(owner, account, "100.00", payer="Payer", memo=f"For {text}, thank you")
        assert suggested(sam, wire) == [(invoice, D("100.00"), 90, ["reference", "amount", "date"])]


def test_known_payers_and_sums(owner, sam, cast, account, invoice_of):
    first, second = invoice_of("50.00"), invoice_of("25.00")
    name = value(owner, "select legal_name from investors where id = %s", cast.aldgate)
    wire = line(owner, account, "75.00", payer=name.upper())
    assert suggested(sam, wire) == [
        (first, D("50.00"), 40, ["name", "all_open", "date"]), (second, D("25.00"), 40, ["name", "all_open", "date"])
    ]  # fmt: skip
    match(sam, wire, (first, "50.00"))
    known = line(owner, account, "25.00", payer="Somebody else")
    assert suggested(sam, known) == [(second, D("25.00"), 55, ["account", "amount", "date"])]


def test_other_currencies_old_dates_and_strangers(owner, sam, cast, deal, account, invoice_of, app_connection):
    invoice = invoice_of("100.00")
    number = value(owner, "select number from invoices where id = %s", invoice)
    late = line(owner, account, "100.00", payer="Payer", memo=number, booking_date="2024-01-02")
    assert suggested(sam, late)[0][2:] == (85, ["reference", "amount"])
    assert suggested(app_connection(cast.alice), late) == []
    assert suggested(sam, line(owner, account, "12.34", payer="Payer")) == []
    match(sam, late, (invoice, "100.00"))
    assert suggested(sam, late) == []
    assert suggested(sam, line(owner, account, "100.00", payer="Payer", memo=number)) == []
