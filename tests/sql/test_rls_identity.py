"""No identity, an identity that ended, garbage, a disabled person, a right taken away meanwhile (A3)."""

import psycopg
import pytest

from tests.factories import act_as, add_hold, add_member, insert, value

PROTECTED = (
    "profiles", "investors", "investor_users", "approvals", "tasks", "notices", "documents", "vehicles",
    "positions", "deals", "deal_memberships", "fee_plans", "share_lots", "reservations", "allocations",
    "audit_log",
)  # fmt: skip


def seen(connection) -> dict[str, int]:
    """How many rows of each table, for those of which there are any."""
    counts = {t: value(connection, f"select count(*) from {t}") for t in PROTECTED}
    return {table: count for table, count in counts.items() if count}


@pytest.fixture
def book(owner, cast, deal):
    add_hold(owner, deal.id, cast.aldgate, 100, lot_id=deal.lots["A"])
    add_hold(owner, deal.id, cast.morland, 100, lot_id=deal.lots["A"])


@pytest.mark.parametrize("who", [None, "", "00000000-0000-4000-8000-00000000dead"])
def test_nobody_and_strangers_see_nothing(book, app_connection, who):
    assert seen(app_connection(who)) == {}


def test_a_setting_never_made_sees_nothing(book, open_connection):
    assert seen(open_connection("app")) == {}


@pytest.mark.parametrize("garbage", ["x", "alice@verso.example", "' or true --", "00000000"])
def test_garbage_raises_and_shows_nothing(book, open_connection, garbage):
    connection = act_as(open_connection("app"), garbage)
    for table in ("profiles", "deals", "share_lots", "reservations", "investors", "audit_log"):
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute(f"select id from {table}")  # some columns are nobody's to read


def test_an_identity_ends_with_its_transaction(book, cast, open_connection):
    """After a local setting its value is '', not NULL: the next one on a pooled connection sees nothing."""
    connection = open_connection("app")
    with connection.transaction():
        act_as(connection, cast.sam.id, local=True)
        assert value(connection, "select count(*) from reservations") == 2
    assert value(connection, "select current_setting('app.user_id', true)") == ""
    assert seen(connection) == {}


def test_a_rolled_back_identity_is_gone_too(book, cast, open_connection):
    connection = open_connection("app")
    with pytest.raises(ZeroDivisionError), connection.transaction():
        act_as(connection, cast.sam.id, local=True)
        raise ZeroDivisionError
    assert seen(connection) == {}


@pytest.mark.parametrize("name", ["alice", "sam", "ada"])
def test_a_disabled_person_sees_nothing_from_the_next_statement(owner, book, cast, app_connection, name):
    person = getattr(cast, name)
    connection = app_connection(person)
    assert seen(connection)
    owner.execute("update profiles set is_active = false where id = %s", [person.id])
    assert seen(connection) == {}


def test_a_membership_taken_away_closes_the_room_at_once(owner, book, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    with alice.transaction():
        assert value(alice, "select code from deals") == deal.code
        owner.execute("delete from deal_memberships where user_id = %s", [cast.alice.id])
        assert value(alice, "select count(*) from deals") == 0
        assert value(alice, "select count(*) from fee_plans") == 0
        assert value(alice, "select count(*) from reservations") == 1  # the investor's own hold stays


def test_a_link_taken_away_hides_the_investor_at_once(owner, book, cast, app_connection):
    bob = app_connection(cast.bob)
    assert value(bob, "select count(*) from reservations") == 1
    owner.execute("delete from investor_users where user_id = %s", [cast.bob.id])
    assert seen(bob) == {"profiles": 1}


def test_staff_no_more_is_staff_no_more(owner, book, cast, app_connection):
    sam = app_connection(cast.sam)
    assert value(sam, "select count(*) from share_lots") == 3
    owner.execute("update profiles set role = 'investor' where id = %s", [cast.sam.id])
    assert seen(sam) == {"profiles": 1}


def test_the_three_questions_of_the_seeds(owner, cast, deal, app_connection):
    """user_has_deal_access, user_linked_to_investor, user_is_staff."""
    add_member(owner, deal.id, cast.bob, accepted=False)
    ask = "select user_has_deal_access(%s), user_linked_to_investor(%s), user_linked_to_investor(%s), user_is_staff()"
    expected = {
        "alice": (True, True, False, False),
        "bob": (False, True, False, False),  # invited, and has not accepted
        "mallory": (True, False, True, False),
        "larry": (True, False, False, False),
        "sam": (True, False, False, True),
    }
    for name, answer in expected.items():
        connection = app_connection(getattr(cast, name))
        assert connection.execute(ask, [deal.id, cast.aldgate, cast.morland]).fetchone() == answer, name
    unknown = "select user_has_deal_access(gen_random_uuid())"
    assert value(app_connection(cast.sam), unknown) is False
    assert value(app_connection(), ask, deal.id, cast.aldgate, cast.morland) is False


def test_sets_that_policies_are_built_on(owner, cast, deal, app_connection):
    owner.execute("insert into positions (investor_id, vehicle_id) values (%s, %s)", [cast.aldgate, deal.vehicle_id])
    owner.execute("insert into deals (name, code) values ('Draft', 'draft')")
    for status, number in (("draft", None), ("sent", "INV-2026-000001")):
        insert(owner, "invoices", investor_id=cast.aldgate, status=status, number=number, issue_date="2026-01-31")
    sets = ("visible_deals", "visible_investors", "visible_profiles", "visible_fee_plans", "visible_invoices",
            "held_vehicles", "subscribed_vehicles", "vehicles_of_visible_deals")  # fmt: skip
    expected = {
        "alice": (1, 1, 1, 1, 1, 1, 0, 1),
        "bob": (0, 1, 1, 0, 1, 1, 0, 0),
        "larry": (1, 0, 1, 1, 0, 0, 0, 1),
        "ada": (2, 2, 10, 1, 0, 1, 0, 0),
    }
    for name, counts in expected.items():
        connection = app_connection(getattr(cast, name))
        found = tuple(value(connection, f"select count(*) from app.{one}()") for one in sets)
        assert found == counts, name
        assert value(connection, "select app.active_uid()") == getattr(cast, name).id
    nobody = app_connection()
    assert [value(nobody, f"select count(*) from app.{one}()") for one in sets] == [0] * len(sets)
