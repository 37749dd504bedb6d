"""The first introduction counts and a commission accrues once, however many come at once; with controls."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.race.crowd import at_once, in_between
from tests.race.mutated import mutated
from tests.sql.introducers import accrue, agreed, bought, breaks, brought, earned, introducer, self_bill
from tests.sql.invoices import pay, ready
from tests.sql.matches import line, match, take_back

CLIENTS = 6
EMAIL = "prospect@verso.example"
RECORD = "select public.fn_record_introduction(%s, %s, %s, '')"


@pytest.fixture
def many(owner):
    return [introducer(owner, name=f"Introducer {n}") for n in range(CLIENTS)]


def counted(owner) -> list:
    return owner.execute("select status, count(*) from introductions group by 1 order by 1").fetchall()


def test_of_many_at_once_one_counts(owner, cast, deal, many, app_connection):
    staff = iter([(app_connection(cast.sam), each) for each in many])
    pairs = dict(staff)
    at_once(list(pairs), lambda connection, i: value(connection, RECORD, pairs[connection], EMAIL, deal.id))
    assert counted(owner) == [("invited", 1), ("lost", CLIENTS - 1)]
    assert value(owner, "select count(*) from introduction_alerts") == CLIENTS - 1
    places = owner.execute("select place from introductions order by created_at").fetchall()
    assert [place for (place,) in places] == list(range(1, CLIENTS + 1))


def test_control_without_a_number_both_count(owner, superuser, cast, deal, many, app_connection):
    first, second = app_connection(cast.sam), app_connection(cast.ada)
    clause = "coalesce(max(n.place), 0) + 1"
    with mutated(owner, "introducers/fn_record_introduction", clause, "max(n.place) + NULL::int"):
        in_between(
            superuser,
            first,
            lambda c: value(c, RECORD, many[0], EMAIL, deal.id),
            second,
            lambda c: value(c, RECORD, many[1], EMAIL, deal.id),
        )
    assert counted(owner) == [("invited", 2)]


@pytest.fixture
def funded(owner, cast, deal, app_connection):
    owner.execute("delete from fee_components")
    ready(app_connection, cast)
    them = introducer(owner, cast)
    agreed(owner, them, rate=200)
    brought(owner, them, cast.aldgate, deal.id)
    for _ in range(5):
        _, invoice = bought(owner, deal, cast.aldgate, "1000")
        pay(owner, invoice, "1000")


def test_many_runs_at_once_accrue_once(owner, deal, funded, open_connection):
    """By their keys alone: reversals accrue without the lock of the deal that a run takes."""
    run = "select app.accrue_commissions(%s, null, current_date, false)"
    owners = [open_connection("owner") for _ in range(CLIENTS)]
    answers = at_once(owners, lambda connection, i: value(connection, run, deal.id))
    assert sum(answers) == 5
    assert earned(owner) == D("100.00") and breaks(owner) == []


@pytest.mark.parametrize("accrues_first", [True, False])
def test_an_introduction_that_is_ended_meanwhile_earns_nothing(
    owner, superuser, deal, cast, funded, app_connection, accrues_first
):
    """Whoever comes second is told, or finds that it counts no more; nothing is earned by what is lost."""
    introduction = value(owner, "select id from introductions")
    pair = [
        (app_connection(cast.sam), lambda c: value(c, "select public.fn_accrue_commissions(%s)", deal.id)),
        (app_connection(cast.ada), lambda c: value(c, "select public.fn_lose_introduction(%s, 'No')", introduction)),
    ]
    (first, act), (second, then) = pair if accrues_first else reversed(pair)
    answer = in_between(superuser, first, act, second, then)
    assert (answer, earned(owner)) == (("22023", D("100.00")) if accrues_first else (0, 0))
    assert counted(owner) == [("allocated" if accrues_first else "lost", 1)]


def test_what_is_taken_back_while_it_is_earned_and_billed_waits_in_no_circle(owner, cast, deal, funded, app_connection):
    """Payments come and go, while what they earn accrues and is billed: whoever waits gets his turn."""
    account = value(owner, "select id from receiving_accounts")
    them = value(owner, "select id from introducers")
    more = [bought(owner, deal, cast.aldgate, "1000")[1] for _ in range(3)]
    wires = [line(owner, account, "1000.00") for _ in more]
    staff = [app_connection(person) for person in [cast.sam, cast.ada, cast.abe] * 2]

    def act(connection, i):
        at = staff.index(connection)
        if at < 2:
            return str(accrue(connection, deal)) and "done"
        if at == 2:
            return str(self_bill(connection, them)) and "done"
        wire, invoice = wires[(at + i) % len(wires)], more[(at + i) % len(more)]
        (made,) = match(connection, wire, (invoice, "100.00"))
        take_back(connection, made)
        return "done"

    answers = set(at_once(staff, act, each=15))
    assert answers <= {"done", "22023"} and "done" in answers
    assert breaks(owner) == []
