"""fn_propose_exit, exit_items, exit_asked: a sale takes units and cost pro rata, once a second person approved it."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import decide
from tests.sql.exits import allocated, approval_about, held, items, propose_exit
from tests.sql.holds import broken_rules, refusal, state


def everything(owner):
    return state(owner) + [
        owner.execute(f"select * from {table} order by id").fetchall()
        for table in ("deal_exits", "deal_exit_items", "position_entries")
    ]


def sell(owner, cast, app_connection, deal, fraction="1", price="40", on="2025-03-31"):
    """Proposed by Sam, approved by Abe."""
    made = propose_exit(app_connection(cast.sam), deal, fraction, price, on)
    assert decide(app_connection(cast.abe), approval_about(owner, made)) == "approved"
    return made


@pytest.fixture
def thousand(owner, cast, deal):
    """1,000 units at 28.50; the allocation."""
    return allocated(owner, deal, cast.aldgate, 1000)


def test_a_part_exit_takes_cost_pro_rata(owner, cast, deal, thousand, app_connection):
    sell(owner, cast, app_connection, deal, "0.25")
    assert items(owner) == [(thousand, D(250), D("7125.00"), D("10000.00"))]
    assert held(owner, thousand, "2025-03-30") == (D(1000), D("28500.00"))
    assert held(owner, thousand, "2025-03-31") == (D(750), D("21375.00"))
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(750), D("21375.00"))]
    entry = owner.execute(
        "select effective_date::text, units, cost, deal_id from position_entries where cause = 'exit'"
    )
    assert entry.fetchall() == [("2025-03-31", D(-250), D("-7125.00"), deal.id)]
    assert broken_rules(owner) == []


def test_a_whole_exit_leaves_nothing(owner, cast, deal, thousand, app_connection):
    """Bought at 28.50, sold at 40.00: a profit of 11,500.00, of which 10 % carry is 1,150.00."""
    sell(owner, cast, app_connection, deal)
    ((_allocation, units, cost, proceeds),) = items(owner)
    assert (units, cost, proceeds, (proceeds - cost) / 10) == (D(1000), D("28500.00"), D("40000.00"), D("1150.00"))
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(0), D("0.00"))]
    assert broken_rules(owner) == []


def test_a_half_and_then_half_of_what_is_left(owner, cast, deal, thousand, app_connection):
    sell(owner, cast, app_connection, deal, "0.5")
    sell(owner, cast, app_connection, deal, "0.5", "50", "2025-06-30")
    sell(owner, cast, app_connection, deal, "1", "60", "2025-06-30")
    assert [row[1:] for row in items(owner)] == [
        (D(500), D("14250.00"), D("20000.00")),
        (D(250), D("7125.00"), D("12500.00")),
        (D(250), D("7125.00"), D("15000.00")),
    ]
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(0), D("0.00"))]


def test_parts_add_up_by_largest_remainder(owner, cast, deal, app_connection):
    """Half of 50, 30 and 21 whole units is 50 of 101: 25, 15 and 10."""
    owner.execute("update deals set lot_size = 1")
    first, second, third = (
        allocated(owner, deal, investor, units, cost=cost)
        for investor, units, cost in ((cast.aldgate, 50, 1), (cast.morland, 30, 1), (cast.aldgate, 21, 1))
    )
    sell(owner, cast, app_connection, deal, "0.5")
    assert [(row[0], row[1]) for row in items(owner)] == [(first, D(25)), (second, D(15)), (third, D(10))]
    # 0.50 + 0.50 + 0.476190… is 1.476190…: 1.48, of which the third has 0.48.
    assert [row[2] for row in items(owner)] == [D("0.50"), D("0.50"), D("0.48")]
    assert broken_rules(owner) == []


def test_what_divides_is_split_to_eight_decimals_and_ties_go_to_the_earlier(owner, cast, deal, app_connection):
    owner.execute("update deals set lot_size = null")
    made = [allocated(owner, deal, cast.aldgate, 1, cost="1.00") for _ in range(3)]
    sell(owner, cast, app_connection, deal, "0.3333333367", "1")
    sold = dict(owner.execute("select allocation_id, units from deal_exit_items").fetchall())
    # 3 × 0.3333333367 = 1.0000000101, to eight decimals 1.00000001: two of the three have a little more.
    assert [sold[each] for each in made] == [D("0.33333334"), D("0.33333334"), D("0.33333333")]
    assert broken_rules(owner) == []


def test_only_what_was_held_on_the_day_is_sold(owner, cast, deal, thousand, app_connection):
    later = allocated(owner, deal, cast.morland, 400, on="2025-04-01")
    sell(owner, cast, app_connection, deal)
    assert [row[0] for row in items(owner)] == [thousand]
    assert held(owner, later) == (D(400), D("11400.00"))


def test_yen_have_no_cents(owner, superuser, cast, deal, app_connection):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update deals set currency = 'JPY', lot_size = 1")
    superuser.execute("set session_replication_role = origin")
    allocated(owner, deal, cast.aldgate, 3, cost=100)
    sell(owner, cast, app_connection, deal, "0.34", "33.5")
    assert [row[1:] for row in items(owner)] == [(D(1), D(33), D(34))]


def test_whoever_proposed_does_not_decide_and_a_rejection_sells_nothing(owner, cast, deal, thousand, app_connection):
    made = propose_exit(app_connection(cast.sam), deal)
    asked, before = approval_about(owner, made), everything(owner)
    assert refusal(decide, app_connection(cast.sam), asked) == ("42501", "own_request")
    assert everything(owner) == before
    decide(app_connection(cast.abe), asked, "reject", "The buyer withdrew")
    assert owner.execute("select status, decided_by from deal_exits").fetchall() == [("rejected", cast.abe.id)]
    assert (items(owner), held(owner, thousand)) == ([], (D(1000), D("28500.00")))
    propose_exit(app_connection(cast.sam), deal)


def test_a_preview_is_what_will_be_sold_and_for_staff_alone(owner, cast, deal, thousand, app_connection):
    made = propose_exit(app_connection(cast.sam), deal, "0.25")
    preview = "select allocation_id, units, cost, proceeds from app.exit_preview(%s)"
    expected = [(thousand, D(250), D("7125.00"), D("10000.00"))]
    assert app_connection(cast.rita).execute(preview, [made]).fetchall() == expected
    assert app_connection(cast.alice).execute(preview, [made]).fetchall() == []
    decide(app_connection(cast.abe), approval_about(owner, made))
    assert items(owner) == expected


def test_investors_read_their_own_items_and_no_exit(owner, cast, deal, thousand, app_connection):
    allocated(owner, deal, cast.morland, 500)
    sell(owner, cast, app_connection, deal, "0.5")
    for person, units in (
        (cast.alice, [500]),
        (cast.bob, [500]),
        (cast.mallory, [250]),
        (cast.larry, []),
        (cast.sam, [500, 250]),
    ):
        assert [row[1] for row in items(app_connection(person))] == units
    every = "select count(*) from deal_exits"
    assert [factories.value(app_connection(who), every) for who in (cast.alice, cast.larry, cast.rita)] == [0, 0, 1]
    for change in ("update deal_exit_items set units = 1", "delete from deal_exit_items"):
        assert refusal(owner.execute, change)[0] == "42501"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"fraction": "0"}, ("22023", "fraction")),
        ({"fraction": "1.0000000001"}, ("22023", "fraction")),
        ({"fraction": "NaN"}, ("22023", "fraction")),
        ({"fraction": "0.33333333333"}, ("22023", "fraction")),
        ({"fraction": None}, ("22023", "fraction")),
        ({"price": "-0.01"}, ("22023", "price")),
        ({"price": "NaN"}, ("22023", "price")),
        ({"price": "1.0000001"}, ("22023", "price")),
        ({"price": None}, ("22023", "price")),
        ({"on": "2190-01-01"}, ("22023", "exit_date")),
        ({"on": None}, ("22023", "exit_date")),
        ({"on": "2025-01-09"}, ("22023", "nothing_held")),
        ({"fraction": "0.0001"}, ("22023", "nothing_held")),
    ],
)
def test_what_is_no_exit_is_refused(owner, cast, deal, thousand, app_connection, wrong, expected):
    owner.execute("update deals set lot_size = 1")
    before = everything(owner)
    assert refusal(propose_exit, app_connection(cast.sam), deal, **wrong) == expected
    assert everything(owner) == before


def test_who_may_not_and_when(owner, superuser, cast, deal, thousand, app_connection):
    before = everything(owner)
    for person in (cast.alice, cast.larry, None):
        assert refusal(propose_exit, app_connection(person), deal)[0] == "42501"
    assert everything(owner) == before
    sell(owner, cast, app_connection, deal, "0.5", on="2025-06-30")
    propose_exit(app_connection(cast.sam), deal, on="2025-07-01")
    assert refusal(propose_exit, app_connection(cast.sam), deal, on="2025-07-02") == ("22023", "exit_waits")


def test_no_exit_before_one_that_was_approved(owner, cast, deal, thousand, app_connection):
    sell(owner, cast, app_connection, deal, "0.5", on="2025-06-30")
    assert refusal(propose_exit, app_connection(cast.sam), deal, on="2025-06-29") == ("22023", "exit_date")
    sell(owner, cast, app_connection, deal, "1", on="2025-06-30")
    assert refusal(propose_exit, app_connection(cast.sam), deal, on="2025-06-30") == ("22023", "nothing_held")


def test_an_approval_binds_to_what_was_proposed(owner, cast, deal, thousand, app_connection):
    made = propose_exit(app_connection(cast.sam), deal)
    owner.execute("update deal_exits set unit_price = 1")
    before = everything(owner)
    assert refusal(decide, app_connection(cast.abe), approval_about(owner, made))[0] == "DL005"
    assert everything(owner) == before
