"""open_tasks_of_bank_lines, move_tasks_of_bank_lines: an unknown payer is a task until the line is matched in full."""

import pytest

from tests.factories import insert, value
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, match, take_back

KNOWN, STRANGE = "DE02120300000000202051", "GB33BUKB20201555555555"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def bring_in(owner, cast, account, app_connection):
    """Imports lines of (amount, payer, account, text) in psql's way; their ids by payer."""

    def imported(*lines):
        sam = app_connection(cast.sam)
        names = ("amount", "payer", "account", "text")
        columns = {name: [each[at] for each in lines] for at, name in enumerate(names)}
        n = len(lines)
        with sam.transaction():
            made = value(sam, "select public.fn_open_statement(%s, 'csv', 'USD', 'abc')", account)
            sam.execute(
                "select public.fn_add_statement_lines(%s, %s::numeric[], %s::date[], %s::date[], %s::text[],"
                " %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[])",
                [made, columns["amount"], ["2026-03-02"] * n, ["2026-03-02"] * n, columns["payer"], columns["account"],
                 [""] * n, [""] * n, [""] * n, [""] * n, columns["text"],
                 [False] * n, [f"{made}{at}" for at in range(n)]],
            )  # fmt: skip
            sam.execute("select public.fn_close_statement(%s, null, null, '')", [made])
        return dict(owner.execute("select counterparty, id from bank_transactions").fetchall())

    return imported


def tasks(owner) -> dict:
    asked = "select related_entity_id, status, done_at is null from tasks where kind = 'unknown_payer'"
    return {row[0]: row[1:] for row in owner.execute(asked)}


def test_only_unknown_payers_who_pay_are_work(owner, cast, deal, app_connection, bring_in):
    invoice = invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, "10.00")
    number = value(owner, "select number from invoices where id = %s", invoice)
    insert(owner, "payer_aliases", investor_id=cast.aldgate, of="account", value=KNOWN)
    insert(owner, "payer_aliases", investor_id=cast.aldgate, of="name", value="the aldgates")
    legal_name = value(owner, "select legal_name from investors where id = %s", cast.aldgate)
    lines = bring_in(
        ("10.00", "By its account", KNOWN, ""), ("10.00", "The ALDGATES", "", ""), ("10.00", legal_name, "", ""),
        ("10.00", "By the number", "", f"for {number}"), ("10.00", "By a number of nobody", "", "INV-2020-000001"),
        ("10.00", "Nobody", STRANGE, ""), ("-10.00", "A fee", "", ""),
    )  # fmt: skip
    open_ = ("open", True)
    assert tasks(owner) == {lines["Nobody"]: open_, lines["By a number of nobody"]: open_}


def test_done_when_all_of_it_is_matched_and_open_again_when_that_is_taken_back(
    owner, cast, deal, app_connection, bring_in
):
    sam = app_connection(cast.sam)
    invoice = invoiced(owner, sam, deal, cast.aldgate, "100.00")
    line = bring_in(("50.00", "Nobody", STRANGE, ""))["Nobody"]
    match(sam, line, (invoice, "20.00"))
    assert tasks(owner) == {line: ("open", True)}
    (made,) = match(sam, line, (invoice, "30.00"))
    assert tasks(owner) == {line: ("done", False)}
    take_back(sam, made)
    assert tasks(owner) == {line: ("open", True)}
