"""What members and staff read and write of deals; what a refusal tells of rows one does not see."""

import psycopg
import pytest

from tests.factories import add_deal, add_fee_plan, add_lot, add_member, add_vehicle, in_days, insert, value

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def refusal(connection, statement, *params) -> tuple[str, str]:
    """SQLSTATE and message: all that a caller learns."""
    with pytest.raises(psycopg.Error) as caught:
        with connection.transaction():
            connection.execute(statement, params)
            connection.execute("set constraints all immediate")
    return caught.value.sqlstate, caught.value.diag.message_primary


def test_an_invitation_shows_no_deal_until_it_is_accepted(owner, cast, deal, app_connection):
    add_member(owner, deal.id, cast.bob, accepted=False)
    bob = app_connection(cast.bob)
    assert value(bob, "select count(*) from deals") == 0
    assert value(bob, "select deal_id from deal_memberships") == deal.id
    owner.execute("update deal_memberships set accepted_at = now() where user_id = %s", [cast.bob.id])
    assert value(bob, "select code from deals") == deal.code


def test_a_member_reads_its_own_place_alone(cast, deal, app_connection):
    places = "select count(*), min(user_id::text) from deal_memberships"
    for person in (cast.alice, cast.larry):
        assert app_connection(person).execute(places).fetchone() == (1, str(person.id))
    assert value(app_connection(cast.sam), "select count(*) from deal_memberships") == 4


def test_outside_members_read_no_investors_numbers_and_no_cost(owner, cast, deal, app_connection):
    insert(owner, "reservations", deal_id=deal.id, investor_id=cast.aldgate, requested_units=1,
           proposed_unit_price=1, expires_at=in_days(1))  # fmt: skip
    for person in (cast.larry, cast.ingrid):
        connection = app_connection(person)
        assert value(connection, "select count(*) from deals") == 1
        for table in (
            "reservations",
            "share_lots",
            "investors",
            "allocations",
            "deal_commitments",
            "positions",
        ):
            assert value(connection, f"select count(*) from {table}") == 0, table


# --- guard_deal


MOVES = {
    ("draft", "open"), ("open", "allocation_pending"), ("allocation_pending", "closed"),
    ("draft", "cancelled"), ("open", "cancelled"), ("allocation_pending", "cancelled"),
}  # fmt: skip
STATUSES = ("draft", "open", "allocation_pending", "closed", "cancelled")


@pytest.mark.parametrize("before", STATUSES)
def test_a_deal_moves_only_as_it_may(owner, cast, app_connection, before):
    sam, vehicle = app_connection(cast.sam), add_vehicle(owner)
    for n, after in enumerate([*STATUSES, None]):
        deal = add_deal(owner, code=f"deal_{n}", status=before, vehicle_id=vehicle)
        add_lot(owner, deal)
        add_fee_plan(owner, deal)
        move = "update deals set status = %s where id = %s"
        if (before, after) in MOVES or before == after:
            assert sam.execute(move, [after, deal]).rowcount == 1
        else:
            assert refusal(sam, move, after, deal)[0] == "22023"
            assert refusal(owner, move, after, deal)[0] == "22023"
        assert value(owner, "select status from deals where id = %s", deal) == (
            after if (before, after) in MOVES else before
        )


@pytest.mark.parametrize("column", ["code", "currency", "vehicle_id"])
def test_what_others_rely_on_is_fixed_once_a_deal_was_opened(owner, cast, app_connection, column):
    new = {"code": "another", "currency": "EUR", "vehicle_id": add_vehicle(owner)}[column]
    sam, change = app_connection(cast.sam), f"update deals set {column} = %s where id = %s"
    for status in STATUSES:
        deal = add_deal(owner, code=f"deal_{status}", status=status)
        if status == "draft":
            assert sam.execute(change, [new, deal]).rowcount == 1
            owner.execute("update deals set code = 'moved' where id = %s", [deal])
        else:
            assert refusal(sam, change, new, deal)[0] == "22023"


def test_the_application_makes_drafts(owner, cast, app_connection):
    sam = app_connection(cast.sam)
    assert refusal(sam, "insert into deals (name, status) values ('New', 'open')")[0] == "22023"
    assert value(sam, "insert into deals (name) values ('New') returning status") == "draft"


def test_who_made_a_deal_stays(owner, cast, app_connection):
    """Nobody approves what they entered: so nobody passes it on to somebody else."""
    sam = app_connection(cast.sam)
    made = value(sam, "insert into deals (name, created_by) values ('Mine', %s) returning id", cast.sam.id)
    pass_on = "update deals set created_by = %s where id = %s"
    assert refusal(sam, pass_on, cast.ada.id, made)[0] == "42501"
    assert refusal(sam, "insert into deals (name, created_by) values ('Hers', %s)", cast.ada.id)[0] == "42501"


def test_the_policy_itself_keeps_members_from_fees(owner, cast, deal, app_connection):
    """Before the guard is asked: a member who reads a fee has no row to change."""
    for name in ("alice", "larry"):
        member = app_connection(getattr(cast, name))
        assert value(member, "select count(*) from fee_components") == 1
        assert member.execute("update fee_components set notes = 'mine'").rowcount == 0


# --- members


def test_staff_invite_and_only_our_own_are_in_at_once(owner, cast, deal, app_connection):
    sam = app_connection(cast.sam)
    add = "insert into deal_memberships (deal_id, user_id, role, accepted_at) values (%s, %s, %s, %s)"
    assert refusal(sam, add, deal.id, cast.bob.id, "viewer", in_days(0))[0] == "42501"
    assert sam.execute(add, [deal.id, cast.bob.id, "viewer", None]).rowcount == 1
    assert sam.execute(add, [deal.id, cast.rita.id, "verso_staff", in_days(0)]).rowcount == 1
    assert refusal(sam, add, deal.id, cast.bob.id, "verso_staff", in_days(0))[0] == "42501"
    behind = add.replace("role,", "investor_id, role,").replace("%s, %s, %s, %s", "%s, %s, %s, %s, %s")
    assert refusal(sam, behind, deal.id, cast.sam.id, cast.morland, "verso_staff", in_days(0))[0] == "42501"
    assert refusal(sam, "update deal_memberships set accepted_at = now()")[0] == "42501"
    assert value(sam, "select app.remove_member(%s, %s)", deal.id, cast.bob.id) is True


def test_nobody_counts_the_uses_of_a_link(owner, cast, deal, app_connection):
    sam = app_connection(cast.sam)
    make = "insert into invite_links (deal_id, role, token_hash, used_count) values (%s, 'viewer', %s, %s)"
    assert refusal(sam, make, deal.id, "one", 1)[0] == "42501"
    assert sam.execute(make, [deal.id, "two", 0]).rowcount == 1
    assert refusal(sam, "update invite_links set used_count = 0")[0] == "42501"
    assert sam.execute("update invite_links set revoked_at = now()").rowcount == 1


# --- what a refusal tells: a foreign row and a missing row are answered alike


INSERTS = {
    "reservations": "insert into reservations"
    " (deal_id, investor_id, requested_units, proposed_unit_price, expires_at)"
    " values (%(deal)s, %(investor)s, 1, 1, now())",
    "commitments": "insert into deal_commitments (deal_id, investor_id, requested_units)"
    " values (%(deal)s, %(investor)s, 1)",
    "memberships": "insert into deal_memberships (deal_id, user_id, role)"
    " values (%(deal)s, %(me)s, 'viewer')",
    "links": "insert into investor_users (investor_id, user_id) values (%(investor)s, %(me)s)",
    "documents": "insert into documents (deal_id, owner_investor_id, file_key)"
    " values (%(deal)s, %(investor)s, 'x')",
    "notices": "insert into notices (user_id, kind, entity_id) values (%(person)s, 'x', %(deal)s)",
    "tasks": "insert into tasks (owner_user_id) values (%(person)s)",
    "approvals": "insert into approvals (entity_type, entity_id, status)"
    " values ('deal_commitment', %(deal)s, 'approved')",
    "fee_plans": "insert into fee_plans (deal_id, name) values (%(deal)s, 'x')",
}  # fmt: skip


@pytest.mark.parametrize("statement", INSERTS.values(), ids=INSERTS.keys())
def test_no_insert_tells_whether_a_foreign_row_exists(owner, cast, deal, app_connection, statement):
    hidden = {
        "deal": add_deal(owner, "Hidden", code="hidden"),
        "investor": cast.morland,
        "person": cast.mallory.id,
    }
    missing = dict.fromkeys(hidden, UNKNOWN)
    before = value(owner, "select count(*) from audit_log")
    for person in (cast.alice, cast.larry):
        connection, answers = app_connection(person), set()
        for reference in (hidden, missing):
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement, {"me": person.id, **reference})
            answers.add((caught.value.sqlstate, caught.value.diag.message_primary))
        assert len(answers) == 1 and answers.pop()[0] == "42501"
    assert value(owner, "select count(*) from audit_log") == before


STAFF_INSERTS = {
    "documents of a deal": "insert into documents (file_key, deal_id) values ('x', %s)",
    "documents of a vehicle": "insert into documents (file_key, vehicle_id) values ('x', %s)",
    "documents of an investor": "insert into documents (file_key, owner_investor_id) values ('x', %s)",
    "documents of a person": "insert into documents (file_key, owner_user_id) values ('x', %s)",
    "deals": "insert into deals (name, vehicle_id) values ('x', %s)",
    "fee plans": "insert into fee_plans (name, deal_id) values ('x', %s)",
    "fees": "insert into fee_components (kind, flat_amount, fee_plan_id) values ('flat', 1, %s)",
    "valuations": "insert into valuations (as_of_date, vehicle_id) values ('2026-01-01', %s)",
    "investors": "insert into investors (legal_name, rm_id) values ('x', %s)",
    "tasks": "insert into tasks (owner_user_id) values (%s)",
    "invite links": "insert into invite_links (role, token_hash, deal_id) values ('viewer', 'x', %s)",
}


@pytest.mark.parametrize("statement", STAFF_INSERTS.values(), ids=STAFF_INSERTS.keys())
def test_every_reference_is_checked_before_its_foreign_key(cast, deal, app_connection, statement):
    """A missing row is refused by the policy (42501), which names the reference; not by the key (23503)."""
    assert refusal(app_connection(cast.ada), statement, UNKNOWN)[0] == "42501"


STAFF_MOVES = {
    "a paper to a deal": "update documents set deal_id = %s",
    "a paper to a vehicle": "update documents set vehicle_id = %s",
    "a paper to an investor": "update documents set owner_investor_id = %s",
    "a paper to a person": "update documents set owner_user_id = %s",
    "an investor to a manager": "update investors set rm_id = %s",
    "a deal to a vehicle": "update deals set vehicle_id = %s",
    "a fee to a plan": "update fee_components set fee_plan_id = %s",
    "a plan to a deal": "update fee_plans set deal_id = %s",
    "a task to a person": "update tasks set owner_user_id = %s",
}


@pytest.mark.parametrize("statement", STAFF_MOVES.values(), ids=STAFF_MOVES.keys())
def test_nothing_is_moved_to_what_is_not_there(owner, cast, deal, app_connection, statement):
    draft = add_deal(owner, "Draft", code="draft", status="draft")
    owner.execute("delete from deal_memberships")
    insert(owner, "documents", file_key="x")
    insert(owner, "tasks", title="x")
    own = {
        "update deals": f" where id = '{draft}'",
        "update fee_c": f" where fee_plan_id = '{add_fee_plan(owner, draft)}'",
    }
    only_draft = statement + own.get(statement[:12], "")
    assert refusal(app_connection(cast.ada), only_draft, UNKNOWN)[0] == "42501"


def test_no_update_or_lock_reaches_a_hidden_row(owner, cast, deal, app_connection):
    """0 rows and no error: as for a row that is not there."""
    alice = app_connection(cast.alice)
    for key in (deal.id, add_deal(owner, "Hidden", code="hidden"), UNKNOWN):
        assert alice.execute("update deals set name = 'Mine' where id = %s", [key]).rowcount == 0
        assert alice.execute("select 1 from deals where id = %s for update", [key]).fetchall() == []


def test_copy_is_filtered_and_never_writes(owner, cast, deal, app_connection):
    add_deal(owner, "Hidden", code="hidden")
    alice = app_connection(cast.alice)
    with alice.cursor().copy("copy (select code from deals) to stdout") as copy:
        assert b"".join(copy) == b"northlight_2027\n"
    with pytest.raises(psycopg.Error):
        with app_connection(cast.sam).cursor().copy("copy deals (name) from stdin") as copy:
            copy.write("Copied\n")


def test_statistics_of_hidden_rows_are_hidden(superuser, cast, deal, app_connection):
    superuser.execute("analyze deals")
    for view in ("pg_stats", "pg_stats_ext"):
        assert value(app_connection(cast.alice), f"select count(*) from {view} where tablename = 'deals'") == 0


def test_a_leaky_function_meets_visible_rows_only(owner, cast, deal, app_connection):
    """The policy runs before a filter that could tell what it was given."""
    add_deal(owner, "Hidden", code="hidden")
    alice = app_connection(cast.alice)
    assert alice.execute("select code from deals where 1 / (case code when 'hidden' then 0 else 1 end) = 1").fetchall()
