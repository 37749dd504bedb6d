"""The subject write_off and fn_reverse_write_off: who decides, what it does to invoice and books, how it is undone."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.firm import change_settings
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances, credit, ready
from tests.sql.matches import invoiced, line, match, status, take_back
from tests.sql.test_fund_on_allocation import approved
from tests.sql.write_offs import asked_about, everything, propose, reverse, state_of


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def abe(app_connection, cast):
    return app_connection(cast.abe)


@pytest.fixture
def invoice(owner, sam, cast, deal, account):
    return invoiced(owner, sam, deal, cast.aldgate, "100.00")


@pytest.fixture
def written_off(owner, sam, abe, invoice):
    """40.00 of the invoice, approved."""
    made = propose(sam, invoice, "40.00")
    assert decide(abe, asked_about(owner, made)) == "approved"
    return made


def test_an_approved_write_off_leaves_what_is_owed(owner, cast, invoice, written_off):
    assert status(owner, invoice) == ("partial", D("60.00"))
    assert balances(owner) == {
        "receivable": D("60.00"), "write_offs": D("40.00"), "fee_income_management": D("-100.00")
    }  # fmt: skip
    row = owner.execute("select status, decided_by, decided_at is not null from write_offs").fetchone()
    assert row == ("approved", cast.abe.id, True)
    paid = "select p.amount, p.method, p.reason, w.id from payments p join write_offs w on w.payment_id = p.id"
    assert owner.execute(paid).fetchall() == [(D("40.00"), "write_off", "", written_off)]
    posted = "select e.memo = i.number from ledger_entries e, invoices i where e.kind = 'write_off'"
    assert owner.execute(posted).fetchall() == [(True,)]
    assert broken_rules(owner) == []


def test_paid_in_part_and_written_off_is_paid(owner, sam, account, invoice, written_off):
    match(sam, line(owner, account, "60.00"), (invoice, "60.00"))
    assert status(owner, invoice) == ("paid", D("0.00"))
    assert "receivable" not in balances(owner) and broken_rules(owner) == []


def test_written_off_alone_is_paid_too_and_not_credited(owner, sam, abe, invoice):
    decide(abe, asked_about(owner, propose(sam, invoice, "100.00")))
    assert status(owner, invoice) == ("paid", D("0.00"))


def test_what_an_investor_owes_falls_and_says_why(owner, cast, app_connection, written_off):
    ask = "select kind, amount, balance from fn_statement_of_account(%s, 'USD', '2026-01-01', '2199-01-01')"
    rows = app_connection(cast.alice).execute(ask, [cast.aldgate]).fetchall()
    assert rows[2:-1] == [("write_off", D("-40.00"), D("60.00"))]


def test_administrators_decide_and_nobody_who_proposed(owner, cast, sam, abe, invoice, app_connection):
    made = propose(app_connection(cast.ada), invoice, "1.00")
    ask = asked_about(owner, made)
    before = everything(owner)
    why = "select app.why_not_decide(%s)"
    for who, word in ((cast.sam, "administrators"), (cast.rita, "administrators"), (cast.ada, "own_request")):
        person = app_connection(who)
        assert value(person, why, ask) == word
        assert refusal(decide, person, ask) == ("42501", word)
        assert refusal(decide, person, ask, "reject", "No") == ("42501", word)
    assert refusal(decide, app_connection(cast.alice), ask)[0] == "42501"
    assert everything(owner) == before
    assert value(abe, why, ask) is None
    assert decide(abe, ask) == "approved"


def set_to(owner, connection, key, amount):
    before = value(owner, "select jsonb_object_agg(key, value) from house_settings")
    assert change_settings(connection, {key: amount}, before) == 1


@pytest.mark.parametrize("key", ["write_off_limit", "write_off_limit:USD"])
def test_nobody_raises_the_limit_and_decides_by_it(owner, cast, deal, sam, abe, account, app_connection, key):
    ada = app_connection(cast.ada)
    set_to(owner, ada, key, "5000")
    large = invoiced(owner, sam, deal, cast.aldgate, "5000.00")
    ask = asked_about(owner, propose(sam, large, "4000.00"))
    before = everything(owner)
    assert value(ada, "select app.why_not_decide(%s)", ask) == "changed_limit"
    assert refusal(decide, ada, ask) == ("42501", "changed_limit")
    assert everything(owner) == before
    assert decide(abe, ask) == "approved"
    owner.execute("update house_settings set changed_at = now() - interval '31 days'")
    assert decide(ada, asked_about(owner, propose(sam, large, "1000.00"))) == "approved"


def test_of_two_who_decide_one_may_have_changed_the_limit(owner, cast, deal, sam, abe, account, app_connection):
    """And the only administrator may, since nobody else does."""
    ada = app_connection(cast.ada)
    set_to(owner, ada, "write_off_limit", "50")
    large = invoiced(owner, sam, deal, cast.aldgate, "100.00")
    made = propose(sam, large, "60.00")
    assert decide(ada, asked_about(owner, made)) == "second_approval"
    assert decide(abe, asked_about(owner, made)) == "approved"
    owner.execute("update profiles set is_active = false where id = %s", [cast.abe.id])
    small = invoiced(owner, sam, deal, cast.morland, "40.00")
    assert decide(ada, asked_about(owner, propose(sam, small, "40.00"))) == "approved"


def test_nobody_raises_the_tolerance_and_decides_by_it(owner, cast, sam, account, invoice, app_connection):
    ada = app_connection(cast.ada)
    set_to(owner, ada, "bank_fee_tolerance", "50")
    wire = line(owner, account, "60.00")
    match(sam, wire, (invoice, "60.00"))
    made = propose(sam, invoice, "40.00", "Bank charges", wire)
    assert refusal(decide, ada, asked_about(owner, made)) == ("42501", "changed_limit")


def test_above_the_limit_two_administrators_decide(owner, cast, deal, sam, abe, account, app_connection):
    """100.00 takes one, a cent more takes two; the limit of a currency is its own."""
    large = invoiced(owner, sam, deal, cast.aldgate, "100.01")
    made = propose(sam, large, "100.01")
    assert decide(abe, asked_about(owner, made)) == "second_approval"
    assert status(owner, large) == ("sent", D("100.01"))
    before = everything(owner)
    assert refusal(decide, abe, asked_about(owner, made)) == ("42501", "approved_already")
    assert refusal(decide, app_connection(cast.rita), asked_about(owner, made)) == ("42501", "administrators")
    assert everything(owner) == before
    assert decide(app_connection(cast.ada), asked_about(owner, made)) == "approved"
    assert status(owner, large) == ("paid", D("0.00"))
    owner.execute("insert into house_settings (key, value) values ('write_off_limit:USD', '600.01')")
    again = propose(sam, invoiced(owner, sam, deal, cast.aldgate, "500.00"), "500.00")
    assert decide(abe, asked_about(owner, again)) == "approved"
    assert broken_rules(owner) == []


def test_parts_of_an_amount_above_the_limit_take_two_as_well(owner, cast, deal, sam, abe, account, invoice):
    """60.00 and 40.00 are 100.00 together, on two invoices; a cent more for that investor within 30 days is above."""
    other = invoiced(owner, sam, deal, cast.aldgate, "100.00")
    for part, of in (("60.00", invoice), ("40.00", other)):
        assert decide(abe, asked_about(owner, propose(sam, of, part))) == "approved"
    steps = "select steps_needed from approvals where id = %s"
    waits = propose(sam, invoice, "0.01")
    assert value(owner, steps, asked_about(owner, waits)) == 2
    assert decide(abe, asked_about(owner, waits)) == "second_approval"
    mine = invoiced(owner, sam, deal, cast.morland, "100.00")
    assert value(owner, steps, asked_about(owner, propose(sam, mine, "100.00"))) == 1
    owner.execute("update write_offs set decided_at = decided_at - interval '30 days' where status = 'approved'")
    assert value(owner, steps, asked_about(owner, propose(sam, other, "60.00"))) == 1
    assert broken_rules(owner) == []


def test_what_waits_counts_before_it_is_decided(owner, cast, deal, sam, account, invoice):
    propose(sam, invoice, "60.00")
    other = invoiced(owner, sam, deal, cast.aldgate, "100.00")
    second = propose(sam, other, "40.01")
    assert value(owner, "select steps_needed from approvals where id = %s", asked_about(owner, second)) == 2


def test_bank_charges_are_decided_as_any_amount_is(owner, cast, sam, account, invoice, app_connection):
    wire = line(owner, account, "95.00")
    match(sam, wire, (invoice, "95.00"))
    made = propose(app_connection(cast.ada), invoice, "5.00", "Bank charges", wire)
    assert decide(sam, asked_about(owner, made)) == "approved"
    assert status(owner, invoice) == ("paid", D("0.00"))
    assert balances(owner) == {"bank": D("95.00"), "bank_charges": D("5.00"), "fee_income_management": D("-100.00")}
    assert broken_rules(owner) == []


def test_charges_are_looked_at_again_when_they_are_approved(owner, cast, sam, account, invoice, app_connection):
    wire = line(owner, account, "95.00")
    match(sam, wire, (invoice, "95.00"))
    made = propose(app_connection(cast.ada), invoice, "5.00", "Bank charges", wire)
    owner.execute("update house_settings set value = '4.00' where key = 'bank_fee_tolerance'")
    before = everything(owner)
    assert refusal(decide, sam, asked_about(owner, made)) == ("22023", "tolerance")
    assert everything(owner) == before


def test_an_invoice_that_changed_is_not_written_off(owner, sam, abe, account, invoice):
    made = propose(sam, invoice, "40.00")
    match(sam, line(owner, account, "10.00"), (invoice, "10.00"))
    before = everything(owner)
    assert refusal(decide, abe, asked_about(owner, made)) == ("DL005", "changed")
    assert everything(owner) == before
    assert decide(abe, asked_about(owner, made), "reject", "Paid in part") == "rejected"
    assert (state_of(owner, made), status(owner, invoice)) == ("rejected", ("partial", D("90.00")))
    assert broken_rules(owner) == []


def test_a_write_off_is_reversed_once_and_restores_both_sides(owner, cast, sam, abe, invoice, written_off):
    before = everything(owner)
    assert refusal(reverse, sam, written_off)[0] == "42501"
    assert refusal(reverse, abe, written_off, " ") == ("22023", "reason")
    assert everything(owner) == before
    answer = reverse(abe, written_off)
    assert (state_of(owner, written_off), status(owner, invoice)) == ("reversed", ("sent", D("100.00")))
    assert balances(owner) == {"receivable": D("100.00"), "fee_income_management": D("-100.00")}
    row = "select amount, method, reverses_id = (select payment_id from write_offs) from payments where id = %s"
    assert owner.execute(row, [answer]).fetchone() == (D("-40.00"), "write_off", True)
    before = everything(owner)
    assert refusal(reverse, abe, written_off) == ("DL006", "reversed")
    assert everything(owner) == before
    waits = propose(sam, invoice, "1.00")
    assert refusal(reverse, abe, waits) == ("DL006", "proposed")
    assert broken_rules(owner) == []


def test_no_credit_note_gives_back_what_was_written_off(owner, sam, abe, account, invoice, written_off):
    match(sam, line(owner, account, "60.00"), (invoice, "60.00"))
    before = everything(owner)
    assert refusal(credit, sam, invoice) == ("22023", "written_off")
    assert everything(owner) == before
    reverse(abe, written_off)
    credit(sam, invoice)
    assert balances(owner)["credit"] == D("-60.00") and broken_rules(owner) == []


def test_what_a_bank_kept_counts_as_paid_when_it_is_credited(owner, cast, sam, account, invoice, app_connection):
    wire = line(owner, account, "95.00")
    match(sam, wire, (invoice, "95.00"))
    decide(sam, asked_about(owner, propose(app_connection(cast.ada), invoice, "5.00", "Charges", wire)))
    credit(sam, invoice)
    assert balances(owner)["credit"] == D("-100.00") and broken_rules(owner) == []


def test_a_payment_taken_back_leaves_the_write_off(owner, sam, account, invoice, written_off):
    (made,) = match(sam, line(owner, account, "60.00"), (invoice, "60.00"))
    take_back(sam, made)
    assert status(owner, invoice) == ("partial", D("60.00")) and broken_rules(owner) == []


def test_an_allocation_is_settled_by_it(owner, cast, deal, sam, abe, account, app_connection):
    given = approved(owner, cast, deal, app_connection)
    funding = value(owner, "select id from invoices where allocation_id = %s", given)
    total = value(owner, "select total from invoices where id = %s", funding)
    match(sam, line(owner, account, str(total - 100)), (funding, str(total - 100)))
    made = propose(sam, funding, "100.00")
    decide(abe, asked_about(owner, made))
    settled = "select status from allocations where id = %s"
    assert (status(owner, funding)[0], value(owner, settled, given)) == ("paid", "settled")
    reverse(abe, made)
    assert (status(owner, funding)[0], value(owner, settled, given)) == ("partial", "approved")
    assert broken_rules(owner) == []


def test_the_rows_stay_as_they_were_proposed(owner, superuser, written_off):
    assert refusal(owner.execute, "delete from write_offs")[0] == "42501"
    grants = "select has_column_privilege('verso_definer', 'write_offs', %s, 'update')"
    assert [value(superuser, grants, column) for column in ("amount", "invoice_id", "reason")] == [False] * 3
    assert not value(superuser, "select has_table_privilege('verso_app', 'write_offs', 'insert,update,delete')")
