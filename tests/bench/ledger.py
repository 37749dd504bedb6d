"""Posting to the ledger by many at once, against the owner's bare statements of the same rows."""

from pathlib import Path

from tests.bench.ground import Ground
from tests.bench.load import pgbench

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


def post_bare(here: Ground, seconds: float):
    """The rival's rate."""
    return pgbench(here, bare(here), CLIENTS, seconds=seconds, role="owner")
