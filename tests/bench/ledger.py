"""Posting to the ledger by many at once, against the owner's bare statements of the same rows."""

from pathlib import Path

from tests.bench.ground import Ground
from tests.bench.load import pairs, pgbench, rounds
from tests.bench.row import Row, ratio

CLIENTS = 32
RIVAL = Path(__file__).with_name("rival_ledger.sql")
DRAW = "\\set n random(1, 200)\n"
# One UPDATE and two INSERTs: an account's balance, an entry, both of its postings.
BARE = (
    DRAW
    + """begin;
update bench_account a set balance = balance + 1, seq = seq + 1 from bench_owed o where a.id = o.account_id and o.n = :n
    returning a.id as account, a.balance as balance, a.seq as seq \\gset
insert into bench_entry (kind, key, effective_date, asked_date, currency, source_table, memo)
    values ('match', gen_random_uuid()::text, '2026-03-10', '2026-03-10', 'USD', 'invoices', '')
    returning id as entry \\gset
insert into bench_posting (entry_id, account_id, amount, seq, balance_after)
    values (:entry, :account, 1, :seq, :balance),
           (:entry, '{income}', -1, null, null);
commit;"""
)


def bare(here: Ground) -> str:
    """The rival's script; its tables are made on the first call."""
    with here.connect() as owner:
        if owner.execute("select to_regclass('bench_owed')").fetchone()[0] is None:
            owner.execute(RIVAL.read_text())
    return BARE.format(income=here.value("select id from bench_account where investor_id is null"))


OURS = (
    DRAW
    + """select app.post_entry('match', gen_random_uuid()::text, '2026-03-10', 'USD', 'invoices', null, '',
    jsonb_build_array(jsonb_build_object('account', 'receivable', 'amount', 1, 'investor', o.investor_id),
                      jsonb_build_object('account', 'fee_income_flat', 'amount', -1)))
    from bench_owed o where o.n = :n;"""
)


def posting(here: Ground) -> list[Row]:
    """One balanced entry on an account of 200 that run, and on one of the house's: both sides, checks, running number."""
    theirs = bare(here)
    found = rounds(
        {
            "ours": lambda: pgbench(here, OURS, CLIENTS, role="owner"),
            "bare": lambda: pgbench(here, theirs, CLIENTS, role="owner"),
        },
        between=here.settle,
    )
    what = (
        f"ledger postings (both sides), 200 investors, {CLIENTS} clients / one UPDATE and two INSERTs of the same rows"
    )
    return [ratio(what, pairs(found, "ours", "bare"), 0.4, 0.8)]
