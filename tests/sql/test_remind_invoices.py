"""fn_remind_invoices, app.reminders_to_send, holds: who owes is reminded once at each of the days, and nobody else."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.sql.holds import refusal
from tests.sql.invoices import accrue, bill, credit, pay, ready

REMIND, HOLD, RESUME = (
    "select public.fn_remind_invoices()", "select public.fn_hold_reminders(%s, %s)",
    "select public.fn_resume_reminders(%s)",
)  # fmt: skip
SENT = "select level, amount from invoice_reminders order by sent_at, level"


@pytest.fixture
def made(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    accrue(owner, deal, cast.aldgate, "100.00")
    return bill(app_connection(cast.sam), deal, cast.aldgate)


def late(owner, invoice, days):
    """As if it had been due so many days ago."""
    owner.execute("alter table invoices disable trigger keep_invoice")
    owner.execute("update invoices set due_date = app.house_today() - %s::int where id = %s", [days, invoice])
    owner.execute("alter table invoices enable always trigger keep_invoice")


def test_each_of_the_days_reminds_once(owner, cast, made, app_connection):
    sam, came = app_connection(cast.sam), []
    for days in (0, 6, 7, 8, 20, 21, 44, 45, 46, 400):
        late(owner, made, days)
        came += [(days, n) for n in (value(sam, REMIND), value(sam, REMIND)) if n]
    assert came == [(7, 1), (21, 1), (45, 1)]
    assert owner.execute(SENT).fetchall() == [(7, D("100.00")), (21, D("100.00")), (45, D("100.00"))]
    told = owner.execute(
        "select kind, facts ->> 'days', facts ->> 'open' from notices where user_id = %s order by created_at",
        [cast.alice.id],
    )
    assert told.fetchall() == [("invoice.reminder", days, "100.00") for days in ("7", "21", "45")]
    assert value(owner, "select count(*) from notices where user_id = %s", cast.mallory.id) == 0


def test_days_that_passed_unused_are_not_made_up_for(owner, cast, made, app_connection):
    late(owner, made, 50)
    sam = app_connection(cast.sam)
    assert [value(sam, REMIND) for _ in range(2)] == [1, 0]
    assert owner.execute(SENT).fetchall() == [(45, D("100.00"))]
    # Days settled anew count from now on; what is below the last reminder is over.
    settle = "update house_settings set value = %s where key = 'reminder_days'"
    owner.execute(settle, ["30,49"])
    assert [value(sam, REMIND) for _ in range(2)] == [1, 0]
    owner.execute(settle, ["7,21"])
    assert value(sam, REMIND) == 0


def test_one_audit_row_for_each(owner, cast, made, app_connection):
    late(owner, made, 7)
    before = value(owner, "select count(*) from audit_log")
    value(app_connection(cast.sam), REMIND)
    new = "select action from audit_log order by id desc limit %s"
    assert value(owner, "select count(*) from audit_log") - before == 1, owner.execute(new, [3]).fetchall()


def test_what_is_open_is_asked_for(owner, cast, made, app_connection):
    pay(owner, made, "30.00")
    late(owner, made, 7)
    value(app_connection(cast.sam), REMIND)
    assert owner.execute(SENT).fetchall() == [(7, D("70.00"))]


@pytest.mark.parametrize("how", ["paid", "cancelled", "draft", "credit note"])
def test_of_what_is_not_owed_nobody_is_reminded(owner, cast, deal, made, app_connection, how):
    if how == "paid":
        pay(owner, made, "100.00")
    elif how != "draft":
        note = credit(app_connection(cast.sam), made)
        late(owner, note, 50)
    late(owner, made, 50)
    if how == "draft":
        owner.execute("alter table invoices disable trigger keep_invoice")
        owner.execute("update invoices set status = 'draft', number = null where id = %s", [made])
        owner.execute("alter table invoices enable always trigger keep_invoice")
    assert value(app_connection(cast.sam), REMIND) == 0
    assert owner.execute(SENT).fetchall() == [] and value(owner, "select count(*) from notices") == 0


def test_a_hold_stops_reminders_until_it_is_ended(owner, cast, made, app_connection):
    sam = app_connection(cast.sam)
    late(owner, made, 8)
    for _ in range(2):
        sam.execute(HOLD, [made, " They wait for an answer. "])
    assert value(sam, REMIND) == 0
    kept = "select reason, held_by, ended_by from reminder_holds"
    assert owner.execute(kept).fetchall() == [("They wait for an answer.", cast.sam.id, None)]
    app_connection(cast.rita).execute(RESUME, [made])
    assert owner.execute(kept).fetchall() == [("They wait for an answer.", cast.sam.id, cast.rita.id)]
    assert value(sam, REMIND) == 1


def test_a_hold_needs_a_reason_and_something_open(owner, cast, made, app_connection):
    sam = app_connection(cast.sam)
    assert refusal(sam.execute, HOLD, [made, " "]) == ("22023", "reason")
    assert refusal(app_connection(cast.alice).execute, HOLD, [made, "Why"])[0] == "42501"
    assert refusal(app_connection(cast.alice).execute, RESUME, [made])[0] == "42501"
    pay(owner, made, "100.00")
    assert refusal(sam.execute, HOLD, [made, "Why"]) == ("22023", "settled")
    assert value(owner, "select count(*) from reminder_holds") == 0


def test_two_runs_at_once_send_one(owner, superuser, cast, made, app_connection):
    late(owner, made, 7)
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    assert in_between(superuser, sam, lambda c: c.execute(REMIND), ada, lambda c: value(c, REMIND)) == 0
    assert value(owner, "select count(*) from invoice_reminders") == 1
    assert value(owner, "select count(*) from notices where user_id = %s", cast.alice.id) == 1


def test_what_is_being_paid_is_not_reminded_of(owner, superuser, cast, made, app_connection):
    late(owner, made, 7)
    sam = app_connection(cast.sam)
    assert in_between(superuser, owner, lambda c: pay(c, made, "100.00"), sam, lambda c: value(c, REMIND)) == 0
    assert value(owner, "select count(*) from invoice_reminders") == 0


def test_who_is_no_staff_neither_looks_nor_sends(owner, cast, made, app_connection):
    late(owner, made, 7)
    due = "select level from app.reminders_to_send()"
    assert app_connection(cast.rita).execute(due).fetchall() == [(7,)]
    for asked in (due, REMIND):
        assert refusal(app_connection(cast.alice).execute, asked)[0] == "42501"
    assert owner.execute(SENT).fetchall() == []
