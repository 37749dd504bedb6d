"""Work on many rows at once: ending lapsed holds, and listing deals under row level security."""

import time

from tests.bench.ground import Ground, add_holds
from tests.bench.load import Cell, Crowd, pairs, pgbench, rounds
from tests.bench.row import Row, ratio, slowness

LAPSED = 100_000

# Without triggers, which would write 120,000 audit rows: this ground only answers questions afterwards.
MANY_DEALS = """
alter table deals disable trigger user;
alter table profiles disable trigger user;
alter table deal_memberships disable trigger user;
insert into deals (name, status, offer_unit_price, created_at)
select 'Listed ' || i, 'open', 1, now() - i * interval '1 minute' from generate_series(1, 10000) i;
insert into profiles (email) select 'member' || i || '@verso.example' from generate_series(1, 10000) i;
insert into deal_memberships (deal_id, user_id, role, accepted_at)
select d.id, p.id, 'viewer', now()
  from (select id, row_number() over (order by email) as n from profiles where email like 'member%') p
  join (select id, row_number() over (order by id) as n from deals where name like 'Listed%') d
    on d.n % 1000 = p.n % 1000;
"""
AS_MEMBER = "begin;\nselect set_config('app.user_id', '{member}', true);\n{question}\ncommit;"
PLAIN = "select id, name from deals order by created_at desc limit 50;"
JOIN = (
    "select d.id, d.name from deals d join deal_memberships m on m.deal_id = d.id"
    " where m.user_id = '{member}' and m.accepted_at is not null order by d.created_at desc limit 50;"
)


def expiry(here: Ground, count: int = LAPSED) -> list[Row]:
    """Lapsed holds ended as the job ends them, one audit row each, against a bare UPDATE of as many rows."""
    with Crowd(here, 1) as job:
        found = rounds({"ours": lambda: _expire(here, job, count), "bare": lambda: _bare_update(here, count)})
    what = f"expiry of {count:,}, one audit row each: share of a bare UPDATE"
    return [ratio(what, pairs(found, "ours", "bare"), 0.15, 0.25)]


def _expire(here: Ground, job: Crowd, count: int) -> Cell:
    _add_lapsed(here, count)
    cell = job.run(1, what="expiry")
    if cell.served != count:
        raise RuntimeError(f"{cell.served} of {count} holds ended")
    return cell


def _bare_update(here: Ground, count: int) -> Cell:
    _add_lapsed(here, count)
    with here.connect() as owner:
        begun = time.perf_counter()
        done = owner.execute(
            "update reservations set status = 'expired', ended_at = now() where status = 'pending' and expires_at <= now()"
        ).rowcount
        return Cell(done / (time.perf_counter() - begun), done)


def _add_lapsed(here: Ground, count: int) -> None:
    with here.connect("admin") as admin:
        admin.execute("set session_replication_role = replica")  # half a million foreign keys that hold anyway
        add_holds(admin, here, here.thousand, count, ends="-1 minute")


def list_under_policies(here: Ground) -> list[Row]:
    """A member's newest deals at 10,000 deals × 100,000 memberships, against the same join without policies."""
    with here.connect() as owner:
        owner.execute(MANY_DEALS)
        owner.execute("vacuum analyze deals, deal_memberships, profiles")
    member = here.value("select id from profiles where email = 'member77@verso.example'")

    def asked(question, role):
        script = AS_MEMBER.format(member=member, question=question.format(member=member))
        return lambda: pgbench(here, script, 2, role=role)

    found = rounds({"plain": asked(PLAIN, "app"), "join": asked(JOIN, "app"), "bare": asked(JOIN, "owner")})
    what = "time of a member's list under policies / joined without, 10,000 deals × 100,000 memberships"
    return [
        slowness(f"{what}: joined as the page does", pairs(found, "join", "bare"), 5, 2.5),
        slowness(f"{what}: left to the policy alone", pairs(found, "plain", "bare"), 5, 2.5),
    ]
