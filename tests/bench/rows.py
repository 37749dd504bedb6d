"""What is measured. Each row is a ratio inside this run, beside its floor and its target."""

import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from tests.bench.ground import Ground
from tests.bench.load import FLOOR, PAIRS, Crowd, hold_script, pairs, pgbench, spread_script
from tests.race.crowd import at_once, tally
from tests.sql.holds import broken_rules, reserve

CLIENTS = (1, 8, 16)


@dataclass
class Row:
    """One line of the report. ``pairs`` are (ours, theirs); the value is the median of their ratios."""

    what: str
    value: float | str
    floor: float | str = ""
    target: float | str = ""
    pairs: list = field(default_factory=list)
    lower_is_better: bool = False

    @property
    def verdict(self) -> str:
        if not isinstance(self.value, int | float) or not isinstance(self.floor, int | float):
            return ""
        bad = self.value > self.floor if self.lower_is_better else self.value < self.floor
        if bad:
            return "below the floor"
        if isinstance(self.target, int | float):
            met = self.value <= self.target if self.lower_is_better else self.value >= self.target
            return "target met" if met else "floor met"
        return "met"


def ratio(what, found, floor="", target="") -> Row:
    return Row(what, statistics.median(mine / other for mine, other in found), floor, target, found)


def holds_in_sql(here: Ground) -> list[Row]:
    """pgbench on the public SQL, against the floor, on one hot lot, eight lots and 1,000 deals."""
    bounds = {
        "model": {"one": ((0.5, 0.65), (0.75, 1.0), (0.75, 1.0)), "eight": (None, (2.3, 3.3), None)},
        "disk": {"one": ((0.25, 0.4), (0.5, 0.7), (0.45, 0.65)), "eight": (None, None, None)},
    }[here.name]
    rows = []
    for deal in ("one", "eight"):
        for clients, bound in zip(CLIENTS, bounds[deal], strict=True):
            found = pairs(
                lambda d=deal, c=clients: pgbench(here, hold_script(here, d), c),
                lambda c=clients: pgbench(here, FLOOR.format(lot=1), c),
            )
            rows.append(ratio(f"hold, {deal} lot(s), {clients} clients, SQL / floor", found, *(bound or ())))
    spread_floor = "\\set n random(1, 1000)\n" + FLOOR.format(lot=":n")
    found = pairs(lambda: pgbench(here, spread_script(here), 8), lambda: pgbench(here, spread_floor, 8))
    rows.append(ratio("hold, 1,000 deals × 4 lots, 8 clients, SQL / spread floor", found, 0.30, 0.50))
    return rows


def holds_through_the_service(here: Ground, crowd: Crowd) -> list[Row]:
    """The callable that the view calls, from Python processes, against the floor, blocking SQL and the ORM."""
    floors = {
        "model": ((0.4, 0.5), (0.65, 0.9), (0.6, 0.9)),
        "disk": ((0.2, 0.35), (0.4, 0.55), (0.4, 0.55)),
    }[here.name]
    against_orm = {"model": (None, (2.2, 3.0), (2.2, 3.0)), "disk": ((2, 3), (3, 4), (2.5, 3.5))}[here.name]
    facts = {"person": here.person, "investor": here.investor, "deal": here.deals["one"]}
    blocking = f"select bench_blocking('{here.deals['one']}', 1);"
    rows = []
    for clients, floor, orm in zip(CLIENTS, floors, against_orm, strict=True):
        found, rival, plain = [], [], []
        for _ in range(PAIRS):
            ours = crowd.run("service", clients, **facts).per_second
            found.append((ours, pgbench(here, FLOOR.format(lot=1), clients).per_second))
            rival.append((ours, crowd.run("orm", clients, **facts).per_second))
            plain.append((ours, pgbench(here, blocking, clients).per_second))
        rows.append(ratio(f"service, one lot, {clients} clients / floor", found, *floor))
        rows.append(ratio(f"service, one lot, {clients} clients / ORM baseline", rival, *(orm or ())))
        rows.append(ratio(f"service, one lot, {clients} clients / plain blocking SQL", plain))
    return rows


def growth(here: Ground) -> list[Row]:
    """The cost of a hold on a deal without holds against one with 50,000 live ones: time, so lower is better."""
    found = pairs(lambda: pgbench(here, hold_script(here, "one"), 1), lambda: pgbench(here, hold_script(here, "held"), 1))
    return [Row("time of a hold, 50,000 live holds / none", statistics.median(a / b for a, b in found), 1.2, 1.05, found, True)]


def flushes_and_bytes(here: Ground) -> list[Row]:
    """WAL flushes and bytes per hold: exact, whatever else the machine does."""
    flushes = (
        "select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal' and context = 'normal'"
        if here.one("select current_setting('server_version_num')::int") >= 180000
        else "select wal_sync from pg_stat_wal"
    )
    rows = []
    for deal, clients, bound in (("one", 1, ()), ("eight", 8, (0.4, 0.17))):
        before = _wal(here, flushes)
        cell = pgbench(here, hold_script(here, deal), clients, seconds=4)
        here.one("select pg_stat_force_next_flush() is null")
        time.sleep(1.2)
        after = _wal(here, flushes)
        holds = cell.per_second * 4
        rows.append(Row(f"WAL flushes per hold, {deal} lot(s), {clients} clients", round((after[0] - before[0]) / holds, 3), *bound, lower_is_better=True))
        if deal == "one":
            rows.append(Row("WAL bytes per hold, one lot", round((after[1] - before[1]) / holds), 2400, 1900, lower_is_better=True))
    return rows


def _wal(here: Ground, flushes: str) -> tuple[int, int]:
    written = here.one("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint")
    return int(here.one(flushes, role="ADMIN")), int(written)


def refusals(here: Ground) -> list[Row]:
    """A refusal for lack of units against ``select 1``, and that it writes no WAL."""
    script = hold_script(here, "one").replace(", 1, 28.50)", ", 9e14, 28.50)")
    script = "do $$ begin perform set_config('app.user_id', '%s', true); perform public.fn_reserve_inventory('%s', '%s', 9e14, 28.50);" % (
        here.person, here.deals["one"], here.investor) + " exception when sqlstate 'DL001' then null; end $$;"
    found = pairs(lambda: pgbench(here, script, 8), lambda: pgbench(here, "select 1;", 8))
    before = here.one("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint")
    pgbench(here, script, 4, seconds=2)
    written = int(here.one("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint") - before)
    rows = [ratio("sold-out refusal, 8 clients / select 1", found, 0.015, 0.05)]
    rows.append(Row("WAL written by 2 s of refusals, bytes", written, 20_000, 0, lower_is_better=True))
    return rows


def audit_on_and_off(here: Ground) -> list[Row]:
    """What the audit row costs: the same hold with app.audit_write emptied for a moment."""
    rows = []
    cells = (("one", 0.9, ""), ("eight", 0.65, 0.75))
    for deal, floor, target in cells:
        found = []
        for _ in range(PAIRS):
            with_audit = pgbench(here, hold_script(here, deal), 8).per_second
            with _without_audit(here):
                found.append((with_audit, pgbench(here, hold_script(here, deal), 8).per_second))
        rows.append(ratio(f"hold with audit / without, {deal} lot(s), 8 clients", found, floor, target))
    return rows


class _without_audit:
    """app.audit_write replaced by one that writes nothing, then put back."""

    def __init__(self, here: Ground):
        self.here = here

    def __enter__(self):
        self.text = self.here.one("select pg_get_functiondef('app.audit_write'::regproc)")
        head = self.text[: self.text.index("AS $function$")]
        with self.here.connect() as owner:
            owner.execute(head + "AS $function$ begin return 0; end $function$")

    def __exit__(self, *error):
        with self.here.connect() as owner:
            owner.execute(self.text)


def expiry(here: Ground) -> list[Row]:
    """100,000 lapsed holds ended with one audit row each, against a bare UPDATE of as many."""
    with here.connect() as owner:
        owner.execute("set statement_timeout = 0")
        _lapsed(owner, here, 100_000)
        begun = time.perf_counter()
        while owner.execute("select public.fn_expire_reservations(5000)").fetchone()[0]:
            pass
        ours = time.perf_counter() - begun
        _lapsed(owner, here, 100_000)
        begun = time.perf_counter()
        owner.execute("update reservations set status = 'expired' where status = 'pending' and expires_at < now()")
        bare = time.perf_counter() - begun
    return [Row("expiry of 100,000, one audit row each: share of a bare UPDATE", round(bare / ours, 3), 0.15, 0.25, [(1 / ours, 1 / bare)])]


def _lapsed(owner, here: Ground, count: int) -> None:
    owner.execute(
        "with lots as (select id, deal_id, row_number() over () - 1 as n from share_lots where deal_id = any(%(deals)s)),"
        " made as (insert into reservations (deal_id, investor_id, requested_units, proposed_unit_price, expires_at)"
        " select l.deal_id, %(investor)s, 1, 28.50, now() - interval '1 minute'"
        " from generate_series(0, %(count)s - 1) g join lots l on l.n = g %% 4000 returning id, deal_id)"
        " insert into reservation_lot_items select m.id, (select id from share_lots s where s.deal_id = m.deal_id limit 1), 1 from made m",
        {"deals": here.thousand, "investor": here.investor, "count": count},
    )


def lists_under_rls(here: Ground) -> list[Row]:
    """A member's newest deals at 10,000 deals × 100,000 memberships, against the same join without policies."""
    with here.connect() as owner:
        owner.execute(
            "insert into deals (name, status, offer_unit_price, created_at) select 'Listed ' || i, 'open', 1,"
            " now() - i * interval '1 minute' from generate_series(1, 10000) i"
        )
        owner.execute("insert into profiles (email) select 'member' || i || '@verso.example' from generate_series(1, 10000) i")
        owner.execute(
            "insert into deal_memberships (deal_id, user_id, role, accepted_at)"
            " select d.id, p.id, 'viewer', now() from (select id, row_number() over () - 1 n from profiles where email like 'member%') p"
            " cross join lateral (select id from (select id, row_number() over (order by id) - 1 n from deals where name like 'Listed%') x"
            "  where x.n %% 1000 = p.n %% 1000) d on conflict do nothing"
        )
        owner.execute("vacuum analyze deals, deal_memberships, profiles")
        member = owner.execute("select id from profiles where email = 'member77@verso.example'").fetchone()[0]
    under = (
        f"with me as materialized (select set_config('app.user_id', '{member}', true))"
        " select count(*) from (select d.id, d.name from me, deals d order by d.created_at desc limit 50) x;"
    )
    # The identity must be set before the policy's helper runs: a transaction, as a page has it.
    under = f"begin;\nselect set_config('app.user_id', '{member}', true);\nselect id, name from deals order by created_at desc limit 50;\ncommit;"
    join = (
        f"begin;\nselect set_config('app.user_id', '{member}', true);\nselect d.id, d.name from deals d join deal_memberships m on m.deal_id = d.id"
        f" where m.user_id = '{member}' and m.accepted_at is not null order by d.created_at desc limit 50;\ncommit;"
    )
    found = pairs(lambda: pgbench(here, under, 2), lambda: pgbench(here, join, 2, role="OWNER"))
    slower = statistics.median(other / mine for mine, other in found)
    return [Row("deal list of a member under RLS: time / same join without", round(slower, 2), 5, 2.5, found, True)]


def correctness_under_load(here: Ground) -> list[Row]:
    """Drain at 32 clients, churn with expiry at 16: false refusals, deadlocks and broken invariants, all 0."""
    counted = Counter()
    with here.connect() as owner:
        for lots, each, ask in ((8, 10_000, 300), (64, 1_000, 2_500)):
            deal = _scarce(owner, here, lots, each)
            crowd = [_acting(here) for _ in range(32)]
            answers = tally(at_once(crowd, lambda c, i, d=deal, a=ask: reserve(c, d, here.investor, a), each=40))
            left = owner.execute("select sum(units_remaining) from share_lots where deal_id = %s", [deal.id]).fetchone()[0]
            served = answers.pop("served", 0)
            counted["false refusals"] += max(0, int((lots * each - served * ask) // ask))
            counted["oversold"] += left != lots * each - served * ask
            counted["deadlocks"] += answers.pop("40P01", 0)
            counted["busy"] += answers.pop("DL002", 0)
            answers.pop("DL001", None)
            counted["other errors"] += sum(answers.values())
            for connection in crowd:
                connection.close()
        counted += _churn(owner, here)
        counted["broken invariants"] += len(broken_rules(owner))
    wanted = ("false refusals", "oversold", "deadlocks", "broken invariants", "other errors")
    rows = [Row(f"drain and churn: {name}", counted[name], 0, 0, lower_is_better=True) for name in wanted]
    return [*rows, Row("drain and churn: answered busy", counted["busy"])]


def _churn(owner, here: Ground) -> Counter:
    deal = _scarce(owner, here, 8, 500)
    stop, counted = threading.Event(), Counter()

    def expire():
        with here.connect() as runner:
            while not stop.is_set():
                runner.execute(
                    "update reservations set expires_at = now() - interval '1 s' where id in (select id from reservations"
                    " where deal_id = %s and status = 'pending' order by created_at limit 20 for no key update skip locked)",
                    [deal.id],
                )
                try:
                    runner.execute("select public.fn_expire_reservations(50)")
                except psycopg.Error as error:
                    counted[error.sqlstate] += 1

    runner = threading.Thread(target=expire)
    runner.start()
    crowd = [_acting(here) for _ in range(16)]
    answers = tally(at_once(crowd, lambda c, i: reserve(c, deal, here.investor, 30 + i % 90), each=60))
    stop.set()
    runner.join()
    for connection in crowd:
        connection.close()
    known = {"served", "DL001", "DL002", "40P01"}
    return Counter(
        {
            "deadlocks": answers["40P01"] + counted["40P01"],
            "busy": answers["DL002"],
            "other errors": sum(n for name, n in answers.items() if name not in known),
        }
    )


def _scarce(owner, here: Ground, lots: int, each: int):
    from types import SimpleNamespace
    from uuid import uuid4

    from tests import factories

    person = factories.Person(here.person, "", "", "investor", here.investor)
    deal = factories.add_deal(owner, "Scarce", code=f"scarce_{uuid4().hex[:8]}")
    for _ in range(lots):
        factories.add_lot(owner, deal, each)
    factories.add_member(owner, deal, person)
    return SimpleNamespace(id=deal)


def _acting(here: Ground):
    from tests import factories

    return factories.act_as(here.connect("APP"), here.person)
