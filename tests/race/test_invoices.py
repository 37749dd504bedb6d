"""Numbers without gaps, events billed once, credits within what is left: transactions that overlap, with controls."""

import random

import pytest

from tests import factories
from tests.factories import value
from tests.race.crowd import at_once, in_between, tally
from tests.race.mutated import mutated
from tests.sql.commitments import committed, decide
from tests.sql.introducers import bought
from tests.sql.invoices import accrue, balances, bill, credit, pay, ready

CLIENTS, EACH = 8, 50
TAKE = "select app.next_number('INV', date '2026-06-30')"


@pytest.fixture
def house(app_connection, cast):
    ready(app_connection, cast, "USD")


def take(connection, i):
    """A number in a transaction of its own; one of five is rolled back."""
    dice = random.Random(f"{id(connection)}{i}")
    connection.execute("begin")
    number = value(connection, TAKE)
    kept = dice.random() > 0.2
    connection.execute("commit" if kept else "rollback")
    return number if kept else None


def numbers(answers):
    return sorted(int(each.rsplit("-", 1)[1]) for each in answers if each)


def test_numbers_follow_each_other_whatever_is_rolled_back(owner, open_connection):
    answers = at_once([open_connection("owner") for _ in range(CLIENTS)], take, each=EACH)
    kept = numbers(answers)
    assert kept == list(range(1, len(kept) + 1)) and 0 < len(kept) < CLIENTS * EACH
    assert value(owner, "select last from number_series") == len(kept)


def test_control_a_counter_that_is_read_first_gives_one_number_twice(owner, superuser, open_connection):
    first, second = open_connection("owner"), open_connection("owner")
    clause = "SET last = s.last + p_count"
    value(owner, TAKE)
    with mutated(
        owner, "fees/next_number", clause, "SET last = (SELECT max(n.last) FROM public.number_series n) + p_count"
    ):
        ours = []
        theirs = in_between(superuser, first, lambda c: ours.append(value(c, TAKE)), second, lambda c: value(c, TAKE))
    assert [*ours, theirs] == ["INV-2026-000002"] * 2


def test_of_many_runs_at_once_one_bills(owner, cast, deal, house, app_connection):
    for amount in range(1, 11):
        accrue(owner, deal, cast.aldgate, amount)
    staff = [app_connection(cast.sam) for _ in range(CLIENTS)]
    answers = at_once(staff, lambda connection, i: bill(connection, deal, cast.aldgate))
    assert len([each for each in answers if each]) == 1
    assert value(owner, "select count(*) from invoice_lines") == 10
    assert value(owner, "select count(*) from invoices") == value(owner, "select last from number_series") == 1


def test_control_without_the_lock_the_second_is_refused_by_the_last_resort_alone(
    owner, superuser, cast, deal, house, app_connection
):
    accrue(owner, deal, cast.aldgate)
    first, second = app_connection(cast.sam), app_connection(cast.sam)
    with mutated(owner, "fees/fn_invoice_fees", "ORDER BY f.id FOR NO KEY UPDATE OF f)", "ORDER BY f.id)"):
        answer = in_between(
            superuser, first, lambda c: bill(c, deal, cast.aldgate), second, lambda c: bill(c, deal, cast.aldgate)
        )
    assert answer == "23505"


def credit_twice(owner, superuser, cast, deal, app_connection):
    """Of an invoice for units that is paid: nothing that is open stands in the way of a credit, and no fee is held."""
    owner.execute("delete from fee_components")
    _, made = bought(owner, deal, cast.aldgate, "100")
    pay(owner, made, "100.00")
    line = value(owner, "select id from invoice_lines where invoice_id = %s", made)
    asked = [{"line": str(line), "amount": "60.00"}]
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    return in_between(
        superuser, sam, lambda c: credit(c, made, lines=asked), ada, lambda c: credit(c, made, lines=asked)
    )


def test_two_who_credit_one_line_take_no_more_than_it_has(owner, superuser, cast, deal, house, app_connection):
    assert credit_twice(owner, superuser, cast, deal, app_connection) == "22023"
    assert value(owner, "select sum(amount) from invoice_lines where credits_line_id is not null") == -60


def test_control_without_the_lock_a_line_is_credited_beyond_its_amount(
    owner, superuser, cast, deal, house, app_connection
):
    with mutated(owner, "fees/fn_credit_invoice", "p_invoice FOR NO KEY UPDATE;", "p_invoice;"):
        credit_twice(owner, superuser, cast, deal, app_connection)
    assert value(owner, "select sum(amount) from invoice_lines where credits_line_id is not null") == -120


@pytest.mark.parametrize("adjusts_first", [True, False])
def test_a_fee_adjusted_while_it_is_credited_gives_back_what_it_was(
    owner, superuser, cast, deal, house, app_connection, adjusts_first
):
    """Whoever comes second counts on what the first one took off."""
    event = accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    line = value(owner, "select id from invoice_lines where invoice_id = %s", made)
    asked = [{"line": str(line), "amount": "60.00"}]
    pair = [
        (app_connection(cast.sam), lambda c: value(c, "select app.adjust_fee_event(%s, 30, 'Agreed')", event)),
        (app_connection(cast.ada), lambda c: credit(c, made, lines=asked)),
    ]
    (first, act), (second, then) = pair if adjusts_first else reversed(pair)
    answer = in_between(superuser, first, act, second, then)
    left = value(owner, "select app.fee_left(%s)", event)
    assert (answer == "22023", left) == (adjusts_first, 30)


def test_an_invoice_paid_while_it_is_credited(owner, superuser, cast, deal, house, app_connection, open_connection):
    """The payment takes what was open, so all of the credit is the investor's."""
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    payer = open_connection("owner")

    def pays(connection):
        connection.execute("select 1 from invoices where id = %s for no key update", [made])
        pay(connection, made, "100.00")

    note = in_between(superuser, payer, pays, app_connection(cast.sam), lambda c: credit(c, made))
    assert not isinstance(note, str)
    assert balances(owner) == {"credit": -100, "suspense": 100}
    assert value(owner, "select status from invoices where id = %s", made) == "paid"


def test_approvals_and_runs_at_once_share_one_row_of_numbers(owner, cast, deal, house, app_connection):
    """Nobody waits in a circle, and the numbers are those of the invoices."""
    asks = [committed(owner, app_connection(cast.mallory), deal, cast.morland, 10).approval]
    for _ in range(6):
        accrue(owner, deal, cast.aldgate)
    calls = [lambda c: decide(c, asks[0]), *[lambda c: bill(c, deal, cast.aldgate)] * 5]
    staff = [app_connection(person) for person in (cast.abe, *[cast.sam] * 5)]
    answers = at_once(staff, lambda connection, i: calls[staff.index(connection)](connection))
    assert tally(answers) == {"served": 5, "approved": 1}
    issued = [row[0] for row in owner.execute("select number from invoices order by 1")]
    assert numbers(issued) == list(range(1, len(issued) + 1)) and len(issued) == 2
    assert factories.value(owner, "select last from number_series") == 2
