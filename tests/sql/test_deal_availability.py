"""deal_availability: many deals at once, the visible ones only, and to investors three figures only."""

from decimal import Decimal as D

from tests.factories import add_deal, add_hold, add_lot, value

ASK = (
    "select deal_id, total_units, available_units, utilization_percent, reserved_units, committed_units,"
    " allocated_units, blocked_units from app.deal_availability(%s) order by total_units desc"
)


def test_figures_for_each_kind_of_reader(owner, cast, deal, app_connection):
    hidden, empty = add_deal(owner, "Hidden", code="hidden"), add_deal(owner, "Empty", code="empty")
    add_lot(owner, hidden, 50)
    add_hold(owner, deal.id, cast.aldgate, 2_500, lot_id=deal.lots["A"])
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["C"]])
    asked = [[deal.id, hidden, empty]]
    alone = (deal.id, D(10_000), D(5_500), D("45.00"))
    for name in ("alice", "mallory", "larry"):
        found = app_connection(getattr(cast, name)).execute(ASK, asked).fetchall()
        assert found == [(*alone, None, None, None, None)], name
    staff = app_connection(cast.sam).execute(ASK, asked).fetchall()
    assert staff == [
        (*alone, D(2_500), D(0), D(0), D(2_000)),
        (hidden, D(50), D(50), D(0), D(0), D(0), D(0), D(0)),
        (empty, D(0), D(0), D(0), D(0), D(0), D(0), D(0)),
    ]
    for nobody in (app_connection(), app_connection(cast.bob)):
        assert nobody.execute(ASK, asked).fetchall() == []


def test_units_of_a_lapsed_hold_are_free_at_once(owner, cast, deal, app_connection):
    add_hold(owner, deal.id, cast.aldgate, 100, lot_id=deal.lots["A"], minutes=-1)
    free = "select available_units from app.deal_availability(%s)"
    assert value(app_connection(cast.mallory), free, [deal.id]) == D(10_000)


def test_only_what_was_asked(owner, cast, deal, app_connection):
    sam = app_connection(cast.sam)
    assert sam.execute(ASK, [[]]).fetchall() == []
    assert sam.execute(ASK, [None]).fetchall() == []
