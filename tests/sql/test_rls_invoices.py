"""What was accrued, billed, paid and matched is not changed or removed by anybody, the owner included."""

import psycopg
import pytest

from tests.factories import insert, value

REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def rows(owner, cast, deal):
    """One row of each table that keeps what was told to somebody."""
    common = {"investor_id": cast.aldgate, "deal_id": deal.id}
    invoice = insert(
        owner, "invoices", **common, status="sent", number="INV-2026-000001", issue_date="2026-01-31",
        subtotal=100, tax=0, total=100, parties={"investor": {"name": "Aldgate"}},
    )  # fmt: skip
    line = insert(owner, "bank_transactions", amount=100, fingerprint="a" * 64)
    insert(owner, "invoice_taxes", invoice_id=invoice, rate_bps=0, base=100, amount=0)
    return {
        "fee_events": insert(owner, "fee_events", **common, event_date="2026-01-31", computed_amount=100),
        "invoices": invoice,
        "invoice_lines": insert(owner, "invoice_lines", invoice_id=invoice, amount=100),
        "bank_transactions": line,
        "payments": insert(owner, "payments", investor_id=cast.aldgate, invoice_id=invoice, amount=100),
        "reconciliations": insert(owner, "reconciliations", bank_transaction_id=line, matched_amount=100),
    }


@pytest.mark.parametrize(
    "table, column, changed",
    [
        ("fee_events", "computed_amount", "99"),
        ("fee_events", "derivation", "'{}'::jsonb || '{\"a\": 1}'"),
        ("invoices", "total", "99"),
        ("invoices", "parties", "'{}'"),
        ("invoices", "number", "'INV-2026-000002'"),
        ("invoices", "due_date", "'2030-01-01'"),
        ("invoice_lines", "amount", "99"),
        ("bank_transactions", "amount", "99"),
        ("payments", "amount", "99"),
        ("reconciliations", "matched_amount", "99"),
    ],
)
def test_nobody_changes_it(owner, rows, table, column, changed):
    whole = f"select to_jsonb(t)::text from {table} t where id = %s"
    before = value(owner, whole, rows[table])
    with pytest.raises(REFUSED):
        owner.execute(f"update {table} set {column} = {changed} where id = %s", [rows[table]])
    with pytest.raises(REFUSED):
        owner.execute(f"delete from {table} where id = %s", [rows[table]])
    with pytest.raises((REFUSED, psycopg.errors.FeatureNotSupported)):
        owner.execute(f"truncate {table}")
    assert value(owner, whole, rows[table]) == before


def test_an_invoice_moves_on_and_takes_its_paper_once(owner, cast, rows):
    papers = [insert(owner, "documents", owner_investor_id=cast.aldgate, file_key=f"{n}.pdf") for n in range(2)]
    owner.execute("update invoices set status = 'paid', doc_id = %s where id = %s", [papers[0], rows["invoices"]])
    for change in (f"doc_id = '{papers[1]}'", "status = 'draft', number = null"):
        with pytest.raises(REFUSED):
            owner.execute(f"update invoices set {change} where id = %s", [rows["invoices"]])
    told = value(owner, "select array[status, doc_id::text] from invoices where id = %s", rows["invoices"])
    assert told == ["paid", str(papers[0])]


def test_an_event_changes_its_status_alone(owner, rows):
    owner.execute("update fee_events set status = 'voided', void_reason = 'Billed twice'")
    assert value(owner, "select status from fee_events where id = %s", rows["fee_events"]) == "voided"


@pytest.mark.parametrize(
    "statement",
    [
        "insert into invoices (status, issue_date) values ('sent', '2026-01-01')",  # issued, and no number
        "insert into invoices (number) values ('INV-2026-000009')",  # a number, and not issued
        "insert into invoices (subtotal, tax, total) values (100, 17, 116)",
        "insert into invoices (subtotal, tax, total) values ('NaN', 0, 'NaN')",
        "insert into payments (amount) values (0)",
        "insert into payments (amount) values ('NaN')",
        "insert into fee_events (event_date, computed_amount) values ('2026-01-01', 'NaN')",
        "insert into fee_events (event_date, computed_amount, period_start, period_end)"
        " values ('2026-01-01', 1, '2026-02-01', '2026-01-31')",
        "insert into number_series (series, year) values ('ABC', 2026)",
        "insert into invoice_runs (period_start, period_end) values ('2026-03-31', '2026-01-01')",
    ],
)
def test_what_no_row_may_be_is_refused(owner, statement):
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(statement)


def test_the_same_fee_accrues_once(owner, cast, deal):
    given = insert(owner, "allocations", deal_id=deal.id, investor_id=cast.aldgate, units=1, unit_price=1)
    common = {"allocation_id": given, "event_date": "2026-01-31", "computed_amount": 5, "occasion": "once"}
    insert(owner, "fee_events", **common, status="voided")
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(owner, "fee_events", **common)
    insert(owner, "fee_events", **(common | {"occasion": "2026-01-01/1"}))


def test_people_see_their_own(rows, cast, app_connection):
    asked = "select (select count(*) from {0}), (select count(*) from invoice_taxes)"
    for table, seen in (
        ("invoices", 1),
        ("invoice_lines", 1),
        ("payments", 1),
        ("fee_events", 1),
        ("reconciliations", 0),
    ):
        for who, counts in (
            ("alice", (seen, 1)),
            ("bob", (seen, 1)),
            ("mallory", (0, 0)),
            ("larry", (0, 0)),
            ("ada", (1, 1)),
        ):
            connection = app_connection(getattr(cast, who))
            assert connection.execute(asked.format(table)).fetchone() == counts, (table, who)
    for table in rows:
        with pytest.raises(REFUSED):
            app_connection(cast.ada).execute(f"insert into {table} default values")


def test_the_margin_of_the_house_is_for_staff(owner, cast, deal, app_connection):
    insert(owner, "fee_events", deal_id=deal.id, investor_id=cast.aldgate, event_date="2026-01-31", computed_amount=5,
           house_only=True)  # fmt: skip
    count = "select count(*) from fee_events"
    assert [value(app_connection(getattr(cast, who)), count) for who in ("alice", "mallory", "sam")] == [0, 0, 1]
