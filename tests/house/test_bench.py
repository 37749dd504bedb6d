"""The bench still measures what it says: its scripts, its clients and its report, on a small ground and once each."""

import pytest

import sample_data
from tests.bench import __main__ as bench
from tests.bench import bank, before, billing, papers, scarce, sets, side, visits
from tests.bench.ground import MODEL, ground
from tests.bench.load import Crowd, floor, floor_on_any, hold_on, hold_on_any, pgbench, rounds
from tests.bench.row import Row, ratio, slowness


@pytest.fixture(scope="module")
def here():
    with ground(MODEL, live_holds=200) as small:
        yield small


def count(here, table: str) -> int:
    return here.value(f"select count(*) from {table}")


def test_the_scripts_do_what_they_are_named_for(here):
    before = count(here, "reservations"), count(here, "bench_hold"), count(here, "orm_item")
    ours = [pgbench(here, script, 2, seconds=1) for script in (hold_on(here, here.deals["eight"]), hold_on_any(here))]
    floors = [pgbench(here, script, 2, seconds=1) for script in (floor(), floor_on_any())]
    blocking = pgbench(here, f"select bench_blocking('{here.deals['one']}', 1);", 2, seconds=1)
    after = count(here, "reservations"), count(here, "bench_hold"), count(here, "orm_item")
    served = [sum(cell.served for cell in cells) for cells in (ours, floors, [blocking])]
    assert [now - then for now, then in zip(after, before, strict=True)] == served


def test_the_clients_call_the_service_and_the_rival(here):
    facts = {"deal": here.deals["eight"], "person": here.person, "investor": here.investor}
    before = count(here, "reservations"), count(here, "orm_reservation")
    with Crowd(here, 1) as crowd:
        served = [crowd.run(1, seconds=0.2, what=what, **facts).served for what in ("service", "orm")]
    after = count(here, "reservations"), count(here, "orm_reservation")
    assert [now - then for now, then in zip(after, before, strict=True)] == served and min(served) > 0
    keys = "select count(*) from reservations where request_key is not null"
    assert here.value(keys) == served[0]


def test_scarce_stock_and_lapsed_holds(here):
    rows = {row.what: row.value for row in scarce.drain_and_churn(here, clients=4)}
    assert rows.pop("drain and churn: served") > 0 and rows.pop("drain and churn: refused, sold out") > 0
    rows.pop("drain and churn: answered busy")
    assert set(rows.values()) == {0}
    with here.connect() as owner:
        owner.execute("select public.fn_expire_reservations(5000)")  # what the churn left
    (row,) = sets.expiry(here, 100)
    assert row.value > 0


def test_invoices_are_issued_and_bank_lines_imported(here):
    rows = billing.issuing(here, deals=1, investors=3) + papers.rendering(here, 1)
    rows += bank.importing(here, lines=20, formats=1) + bank.suggesting(here, invoices=10, few=2, many=10)
    assert [row.value > 0 for row in rows] == [True] * 6
    assert count(here, "invoices where status = 'sent'") == 13 and count(here, "bank_transactions") == 20


def test_every_page_is_visited(house_database, django_db_blocker, settings, capsys):
    settings.DATABASE_OWNER_URL = house_database.url_of("owner")
    with django_db_blocker.unblock():
        house_database.dirty = True
        assert sample_data.load()
        visits.main(1)
    assert '"staff_admin /staff/jobs/": [' in capsys.readouterr().out


def test_rounds_go_there_and_back():
    order = []
    cell = type("Cell", (), {"per_second": 2.0})
    cells = {name: lambda name=name: order.append(name) or cell for name in ("a", "b")}
    assert rounds(cells, 2, between=lambda: order.append("-")) == {"a": [2.0, 2.0], "b": [2.0, 2.0]}
    assert order == ["-", "a", "b", "-", "b", "a"]


def test_a_row_is_held_against_its_floor():
    assert ratio("share", [(1, 4), (3, 4), (2, 4)], 0.4, 0.5).verdict == "target met"
    assert ratio("share", [(1, 4)], 0.4, 0.5).verdict == "below the floor"
    assert slowness("times", [(1, 4), (2, 2)], 3, 2).verdict == "floor met"
    assert Row("none", 7).verdict == ""


def test_the_report_tells_all_pairs():
    report = bench.report({"model": [ratio("ours / theirs", [(1000, 2000), (1, 4)], 0.2, 0.5)]})
    assert "| ours / theirs | 0.375 | 0.2 | 0.5 | floor met |" in report
    assert "- ours / theirs: 1,000 / 2,000, 1 / 4" in report


def test_a_comparison_falls_short_where_three_quarters_of_the_pairs_do():
    slower = before.row_of("hold", [(90, 100), (93, 100), (94, 100), (94, 100)])
    wavering = before.row_of("hold", [(80, 100), (90, 100), (94, 100), (99, 100)])
    assert round(slower.value, 3) == 0.935 and slower.verdict == "falls short"
    assert round(wavering.value, 3) == 0.92 and wavering.verdict == "holds"


def test_the_code_of_before_is_named():
    assert before.revision()


def test_a_side_measures_every_cell(here):
    class Site:
        def read(self, path="", readers=4):
            raise AssertionError("served by a whole installation, in make bench")

    with Crowd(here, 8) as crowd:
        cells = side.cells_of(here, crowd, Site())
        measured = [cell for name, cell in cells.items() if not name.startswith("served")]
        assert all(cell().per_second > 0 for cell in measured)
