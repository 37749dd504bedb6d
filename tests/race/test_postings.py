"""Many who post at once: balances never fork, nobody waits in a circle, keys and months hold. Each with its control."""

from datetime import date
from random import Random
from uuid import uuid4

import pytest

from tests.factories import add_investor, value
from tests.race.crowd import at_once, in_between, tally
from tests.race.mutated import mutated
from tests.sql.ledger import DAY, bill, broken_books, counts, line, post, reverse, running

POST = "ledger/post_entries"
OWN_ACCOUNTS = "OFFSET 0 FOR NO KEY UPDATE"
IN_ORDER = "SELECT DISTINCT l.id FROM unnest(v_accounts) l(id) ORDER BY l.id"
MONTHS = "LOCK TABLE public.accounting_periods IN ROW EXCLUSIVE MODE;"
CLOSE = "select public.fn_close_period('2026-03-01', 'Reconciled')"
APRIL = date(2026, 4, 1)


@pytest.fixture
def eight(open_connection):
    """Eight sessions of the owner, who posts as definer functions do."""
    return [open_connection("owner") for _ in range(8)]


def bill_much(eight, investor):
    return tally(at_once(eight, lambda c, i: bill(c, f"{c.info.backend_pid}:{i}", investor, "1.00"), each=25))


def test_a_balance_never_forks(owner, cast, eight):
    assert bill_much(eight, cast.aldgate) == {"served": 200}
    assert running(owner) == [(n, 1, n) for n in range(1, 201)]
    assert broken_books(owner) == []


def test_control_without_the_lock_balances_fork_and_are_refused(owner, cast, eight):
    with mutated(owner, POST, OWN_ACCOUNTS, "OFFSET 0"):
        found = bill_much(eight, cast.aldgate)
    assert found["served"] < 200 and set(found) <= {"served", "23505", "23514", "40P01"}


def share(eight, people, each=15):
    """Each entry touches the accounts of all, in an order of its own."""

    def spread(connection, i):
        key = uuid4().hex
        turned = sorted(people, key=lambda person: hash((key, person)))
        owed = [line("receivable", 1, investor=person) for person in turned]
        return post(connection, key, *owed, line("vat", -len(people)))

    return tally(at_once(eight, spread, each=each))


@pytest.fixture
def people(owner):
    return [add_investor(owner, f"Holding {n}") for n in range(8)]


def test_nobody_waits_in_a_circle(owner, eight, people):
    assert share(eight, people) == {"served": 120}
    assert broken_books(owner) == []


def test_control_in_any_order_somebody_does(owner, eight, people):
    anyhow = "SELECT l.id FROM unnest(v_accounts) l(id) ORDER BY md5(l.id::text || pg_backend_pid())"
    with mutated(owner, POST, IN_ORDER, anyhow):
        assert any(share(eight, people, each=3)["40P01"] for _ in range(20))


def test_one_key_posts_once(owner, cast, eight):
    ids = at_once(eight, lambda c, i: bill(c, f"key:{i}", cast.aldgate), each=10)
    assert len(set(ids)) == 10 and counts(owner) == (2, 10, 20)
    assert broken_books(owner) == []


def test_many_keys_are_posted_in_one_order(owner, cast, eight):
    """Runs that post the same entries, each in an order of its own, wait for each other and then find them there."""
    post_many = (
        "select app.post_entries('fee_accrued', 'USD', null, k.keys, array_fill('2026-03-10'::date, array[1000]),"
        " null, null, k.n || k.n, array_fill('vat'::text, array[1000]) || array_fill('rounding'::text, array[1000]),"
        " array_fill(1::numeric, array[1000]) || array_fill(-1::numeric, array[1000]))"
        " from (select %s::text[], array(select i from generate_series(1, 1000) i)) k(keys, n)"
    )

    def run(connection, i):
        keys = [f"{i}:{n}" for n in range(1000)]
        Random(connection.info.backend_pid).shuffle(keys)
        return len(set(connection.execute(post_many, [keys]).fetchone()[0]))

    assert at_once(eight, run, each=2) == [1000] * 16
    assert counts(owner) == (2, 2000, 4000)
    assert broken_books(owner) == []


def test_one_account_is_opened_once(owner, eight):
    new = add_investor(owner, "New")
    assert tally(at_once(eight, lambda c, i: bill(c, str(c.info.backend_pid), new))) == {"served": 8}
    assert value(owner, "select count(*) from ledger_accounts where investor_id = %s", new) == 1
    assert len(running(owner)) == 8


def test_an_entry_is_reversed_once(owner, cast, eight):
    entry = bill(owner, "1", cast.aldgate)
    found = tally(at_once(eight, lambda c, i: reverse(c, entry, str(c.info.backend_pid))))
    assert found == {"served": 8 - found["22023"], "22023": 7}
    assert running(owner) == [(1, 100, 100), (2, -100, 0)]


def test_closing_a_month_waits_for_who_is_posting_in_it(owner, superuser, cast, app_connection, open_connection):
    ada, posting = app_connection(cast.ada), open_connection("owner")
    closed = in_between(
        superuser, posting, lambda c: bill(c, "1", cast.aldgate), ada, lambda c: c.execute(CLOSE).fetchone()[0]
    )
    assert closed == date(2026, 3, 1)
    assert value(owner, "select effective_date from ledger_entries") == DAY
    assert broken_books(owner) == []


@pytest.mark.parametrize("lock", [True, False], ids=["true", "control"])
def test_who_posts_while_a_month_is_closed_posts_in_the_next(
    owner, superuser, cast, app_connection, open_connection, lock
):
    ada, posting = app_connection(cast.ada), open_connection("owner")
    close_then_post = (superuser, ada, lambda c: c.execute(CLOSE), posting, lambda c: bill(c, "1", cast.aldgate))
    if lock:
        in_between(*close_then_post)
        assert value(owner, "select effective_date from ledger_entries") == APRIL
        return
    with mutated(owner, POST, MONTHS):
        in_between(*close_then_post)
    assert value(owner, "select effective_date from ledger_entries") == DAY


def test_closing_gives_up_after_a_while(owner, cast, app_connection, open_connection):
    posting = open_connection("owner")
    posting.execute("begin")
    bill(posting, "1", cast.aldgate)
    assert tally(at_once([app_connection(cast.ada)], lambda c, i: c.execute(CLOSE))) == {"DL002": 1}
    posting.execute("commit")
    assert value(owner, "select count(*) from accounting_periods") == 0
