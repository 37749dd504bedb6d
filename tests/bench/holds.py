"""How fast a hold is: through the service and in SQL, against the floor of the same minute and against rivals."""

import itertools
from contextlib import contextmanager

from tests.bench.ground import Ground
from tests.bench.load import Crowd, floor, floor_on_any, hold_on, hold_on_any, pairs, pgbench, rounds
from tests.bench.row import Row, ratio, slowness

CLIENTS = (1, 8, 16)

# Floor and target by ground, for 1, 8 and 16 clients.
SQL_ONE_LOT = {
    "model": ((0.5, 0.65), (0.75, 1.0), (0.75, 1.0)),
    "disk": ((0.25, 0.4), (0.5, 0.7), (0.45, 0.65)),
}
SERVICE_ONE_LOT = {
    "model": ((0.4, 0.5), (0.65, 0.9), (0.6, 0.9)),
    "disk": ((0.2, 0.35), (0.4, 0.55), (0.4, 0.55)),
}
SERVICE_AGAINST_ORM = {
    "model": ((), (2.2, 3), (2.2, 3)),
    "disk": ((2, 3), (3, 4), (2.5, 3.5)),
}


def against_the_floor(here: Ground) -> list[Row]:
    """A hold on one and on eight lots, in SQL and from Python processes: floor, blocking SQL, ORM baseline."""
    with Crowd(here, max(CLIENTS)) as crowd:
        return [row for number in range(len(CLIENTS)) for row in _against_the_floor(here, crowd, number)]


def _against_the_floor(here: Ground, crowd: Crowd, number: int) -> list[Row]:
    clients = CLIENTS[number]
    found = rounds(_cells(here, crowd, clients), between=here.settle)

    def bounds(of: dict) -> tuple:
        return of[here.bounds][number] if here.bounds else ()

    rows = []
    for lots, deal in ((1, "one"), (8, "eight")):
        where = f"{lots} lot{'s' if lots > 1 else ''}, {clients} client{'s' if clients > 1 else ''}"
        one = deal == "one"
        sql = bounds(SQL_ONE_LOT) if one else (2.3, 3.3) if (here.bounds, clients) == ("model", 8) else ()
        against_floor = bounds(SERVICE_ONE_LOT) if one else ()
        against_orm = SERVICE_AGAINST_ORM[here.name][number] if one and here.name in SERVICE_AGAINST_ORM else ()
        rows += [
            ratio(f"hold in SQL / floor, {where}", pairs(found, f"sql {deal}", "floor"), *sql),
            ratio(f"service / floor, {where}", pairs(found, f"service {deal}", "floor"), *against_floor),
            ratio(f"service / ORM baseline, {where}", pairs(found, f"service {deal}", f"orm {deal}"), *against_orm),
            ratio(f"service / plain blocking SQL, {where}", pairs(found, f"service {deal}", f"blocking {deal}")),
        ]
    return rows


def _cells(here: Ground, crowd: Crowd, clients: int) -> dict:
    cells = {"floor": lambda: pgbench(here, floor(), clients)}
    for name in ("one", "eight"):
        deal = here.deals[name]
        facts = {"deal": deal, "person": here.person, "investor": here.investor}
        blocking = f"select bench_blocking('{deal}', 1);"
        cells |= {
            f"sql {name}": lambda deal=deal: pgbench(here, hold_on(here, deal), clients),
            f"service {name}": lambda facts=facts: crowd.run(clients, what="service", **facts),
            f"orm {name}": lambda facts=facts: crowd.run(clients, what="orm", **facts),
            f"blocking {name}": lambda blocking=blocking: pgbench(here, blocking, clients),
        }
    return cells


def on_a_thousand_deals(here: Ground) -> list[Row]:
    """A hold on one of 1,000 deals of 4 lots, against the floor on one of 1,000 rows: CPU, not flushes."""
    found = rounds(
        {
            "ours": lambda: pgbench(here, hold_on_any(here), 8),
            "floor": lambda: pgbench(here, floor_on_any(), 8),
        }
    )
    bounds = (0.30, 0.50) if here.bounds == "model" else ()
    return [ratio("hold in SQL / floor, 1,000 deals × 4 lots, 8 clients", pairs(found, "ours", "floor"), *bounds)]


def with_many_live(here: Ground) -> list[Row]:
    """A hold on the deal with 50,000 live ones takes as long as on a deal without any."""
    fresh = itertools.cycle(here.fresh)
    found = rounds(
        {
            "held": lambda: pgbench(here, hold_on(here, here.deals["held"]), 1),
            "fresh": lambda: pgbench(here, hold_on(here, next(fresh)), 1),
        }
    )
    return [slowness("time of a hold, 50,000 live holds / none, 1 client", pairs(found, "held", "fresh"), 1.2, 1.05)]


def with_and_without_audit(here: Ground) -> list[Row]:
    """What the audit row costs: the same hold with app.audit_write emptied for the length of a cell."""
    scripts = (
        ("1 lot", hold_on(here, here.deals["one"]), 0.9, None),
        ("8 lots", hold_on(here, here.deals["eight"]), 0.65, 0.75),
        ("1,000 deals × 4 lots", hold_on_any(here), 0.65, 0.75),
    )
    rows = []
    for name, script, least, target in scripts:

        def bare(script=script):
            with _without_audit(here):
                return pgbench(here, script, 8)

        found = rounds({"with": lambda script=script: pgbench(here, script, 8), "without": bare})
        rows.append(
            ratio(f"hold with audit / without, {name}, 8 clients", pairs(found, "with", "without"), least, target)
        )
    return rows


@contextmanager
def _without_audit(here: Ground):
    """app.audit_write replaced by one that writes nothing, then put back."""
    whole = here.value("select pg_get_functiondef('app.audit_write'::regproc)")
    head = whole[: whole.index("AS $function$")]
    with here.connect() as owner:
        owner.execute(head + "AS $function$ begin return 0; end $function$")
        try:
            yield
        finally:
            owner.execute(whole)
