"""A bank statement comes in whole or not at all, each line once, and each of them in the books."""

from decimal import Decimal as D
from io import BytesIO

import pytest

from audit.identity import acting_as
from fees.services import bank
from lib.db import NotAllowed
from tests.factories import value
from tests.fees.bank import add_account, camt

pytestmark = pytest.mark.django_db(transaction=True)
LINES = [("40000.00", "Aldgate Family Office", "DE02120300000000202051", "INV-2026-000001"),
         ("-12.50", "Bank", "", "Fee"), ("75000.00", "Morland Partners", "GB33BUKB20201555555555", "")]  # fmt: skip
BOOKS = """select a.kind, sum(p.amount) from ledger_postings p join ledger_accounts a on a.id = p.account_id
            group by a.kind order by a.kind"""


@pytest.fixture
def account(owner, cast):
    return add_account(owner, cast)


def bring_in(cast, file, **options):
    who = options.pop("who", cast.sam)
    with acting_as(who.id):
        return bank.import_statement(acting_user=who.profile, file=file, file_name="march.xml", **options)


def kept(owner) -> tuple:
    tables = ("bank_statements", "bank_transactions", "ledger_entries", "ledger_postings")
    return tuple(value(owner, f"select count(*) from {table}") for table in tables)


def test_each_line_stands_once_and_in_the_books(owner, cast, account):
    (first,) = bring_in(cast, camt(LINES))
    assert (first.read, first.new, first.notes) == (3, 3, [])
    assert kept(owner) == (1, 3, 3, 6)
    assert owner.execute(BOOKS).fetchall() == [("bank", D("114987.50")), ("suspense", D("-114987.50"))]
    (again,) = bring_in(cast, camt(LINES))
    assert (again.read, again.new) == (3, 0)
    assert kept(owner) == (2, 3, 3, 6)
    told = owner.execute("select opening, lines_total, closing, is_whole from bank_statements").fetchall()
    assert told == [(D("1000.00"), D("114987.50"), D("115987.50"), True)] * 2


def test_one_number_may_be_of_several_currencies_and_of_an_account_that_ended(owner, cast, account):
    ended = add_account(owner, cast, "EUR", is_default=False)
    owner.execute("update receiving_accounts set active_until = now(), ended_by = proposed_by where id = %s", [ended])
    euros, francs = add_account(owner, cast, "EUR"), add_account(owner, cast, "CHF")
    found = [bring_in(cast, camt(LINES, currency=each))[0].statement for each in ("CHF", "EUR", "USD")]
    assert [each.receiving_account_id for each in found] == [francs, euros, account]
    with pytest.raises(bank.BankRefused, match="currency"):
        bring_in(cast, camt(LINES, currency="GBP"))


def test_an_overlapping_file_adds_what_is_new_and_equal_lines_both_stay(owner, cast, account):
    bring_in(cast, camt(LINES[:2]))
    twice = [LINES[0], LINES[1], ("10.00", "A", "", "x")]
    (second,) = bring_in(cast, camt(twice))
    assert (second.read, second.new) == (3, 1)
    equal = [("5.00", "A", "", "same")] * 21  # the same day comes again after 20
    (third,) = bring_in(cast, camt(equal))
    assert (third.read, third.new) == (21, 21)


def test_what_does_not_add_up_is_refused_with_the_difference(owner, cast, account):
    with pytest.raises(bank.DoesNotFoot) as refusal:
        bring_in(cast, camt(LINES, closing="115987.00"))
    assert refusal.value.difference == D("-0.50")
    assert "0.50" in refusal.value.sentence
    assert kept(owner) == (0, 0, 0, 0)
    with pytest.raises(bank.BankRefused, match="Only an administrator"):
        bring_in(cast, camt(LINES, closing="115987.00"), override_reason="The bank confirmed it")
    assert kept(owner) == (0, 0, 0, 0)


def test_an_administrator_takes_it_all_the_same_and_says_why(owner, cast, account):
    bring_in(cast, camt(LINES, closing="115987.00"), who=cast.ada, override_reason="The bank confirmed it")
    assert value(owner, "select override_reason from bank_statements") == "The bank confirmed it"
    told = "select after ->> 'override_reason' from audit_log where action = 'bank_statements.update' order by id"
    assert value(owner, f"{told} desc limit 1") == "The bank confirmed it"


@pytest.mark.parametrize(
    "file, sentence",
    [
        (camt(LINES, iban="LU120010001234567891"), "not the number of that receiving account"),
        (camt(LINES, currency="EUR"), "currency"),
        (BytesIO(b"No bank wrote this.\n"), "Nothing was imported"),
    ],
)
def test_a_wrong_file_leaves_nothing(owner, cast, account, file, sentence):
    with pytest.raises(bank.BankRefused, match=sentence):
        bring_in(cast, file)
    assert kept(owner) == (0, 0, 0, 0)


def test_a_file_that_is_cut_off_leaves_nothing(owner, cast, account):
    whole = camt(LINES).getvalue()
    for length in range(200, len(whole) - 40, 301):
        with pytest.raises(bank.BankRefused):
            bring_in(cast, BytesIO(whole[:length]))
    assert kept(owner) == (0, 0, 0, 0)


def test_a_gap_in_the_numbers_is_said(cast, account):
    bring_in(cast, camt(LINES[:1], sequence=4))
    (late,) = bring_in(cast, camt(LINES[1:2], sequence=6))
    assert late.notes == ["Statements between number 4 and number 6 have not been imported."]


def test_investors_import_nothing(owner, cast, account):
    with pytest.raises(NotAllowed):
        bring_in(cast, camt(LINES), who=cast.alice)
    assert kept(owner) == (0, 0, 0, 0)


def test_relationship_managers_import_nothing(owner, cast, account):
    for who in (cast.rita, cast.alice):
        with pytest.raises(NotAllowed):
            bring_in(cast, camt(LINES), who=who)
    assert kept(owner) == (0, 0, 0, 0)


def test_a_dry_run_says_all_and_writes_nothing(owner, cast, account):
    told = []
    (first,) = bring_in(cast, camt(LINES), dry_run=True, told=told.append)
    assert (first.read, first.new, told) == (3, 3, [3])
    with pytest.raises(bank.DoesNotFoot):
        bring_in(cast, camt(LINES, closing="1.00"), dry_run=True)
    assert kept(owner) == (0, 0, 0, 0)


def test_what_is_missing_between_two_statements_is_said(owner, cast, account):
    bring_in(cast, camt(LINES, sequence=1))
    (later,) = bring_in(cast, camt([("1.00",)], sequence=4))
    assert later.notes == ["Statements between number 1 and number 4 have not been imported."]
