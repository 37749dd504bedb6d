"""Receiving accounts: proposed by one administrator, agreed to by another, ended by one, never edited."""

import uuid

import psycopg
import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.race.mutated import mutated
from tests.sql.commitments import one
from tests.sql.firm import agree_to_account, end_account, everything, propose_account
from tests.sql.holds import refusal
from tests.sql.test_approval_parties import makes

USD = {"currency": "USD", "iban": "", "number": "000-111", "bic": "BEEXUS33"}
OTHER = {"iban": "LU061234567890123456"}
ACTIVE = "select id from receiving_accounts where active_from is not null and active_until is null order by active_from"
DEFAULTS = "select id from receiving_accounts where is_default and active_from is not null and active_until is null"
TO_AGREE = "select app.accounts_to_agree_to()"


@pytest.fixture
def admins(cast, app_connection):
    return app_connection(cast.ada), app_connection(cast.abe)


def agreed(admins, **changed):
    account = propose_account(admins[0], **changed)
    agree_to_account(admins[1], account)
    return account


def test_an_account_counts_once_another_administrator_agrees(owner, cast, admins):
    ada, abe = admins
    account = propose_account(ada)
    assert owner.execute(ACTIVE).fetchall() == []
    before = everything(owner)
    assert refusal(agree_to_account, ada, account) == ("42501", "own_request")
    assert everything(owner) == before
    moment = agree_to_account(abe, account)
    kept = one(owner, "select * from receiving_accounts where id = %s", account)
    assert (kept.proposed_by, kept.agreed_by, kept.active_from, kept.is_default) == (
        cast.ada.id,
        cast.abe.id,
        moment,
        True,
    )
    log = "select action, actor_user_id from audit_log where entity_id = %s order by id"
    assert owner.execute(log, [account]).fetchall() == [
        ("receiving_accounts.insert", cast.ada.id),
        ("receiving_accounts.update", cast.abe.id),
    ]
    before = everything(owner)
    assert refusal(agree_to_account, abe, account) == ("DL006", "agreed")
    assert everything(owner) == before


def test_a_proposal_waits_for_whoever_can_agree(cast, admins, app_connection):
    account = propose_account(admins[0])
    people = {name: app_connection(getattr(cast, name)) for name in ("ada", "abe", "sam", "alice")}
    asked = {name: connection.execute(TO_AGREE).fetchall() for name, connection in people.items()}
    assert asked == {"ada": [], "abe": [(account,)], "sam": [], "alice": []}
    agree_to_account(admins[1], account)
    assert admins[1].execute(TO_AGREE).fetchall() == []


def test_nobody_else_proposes_agrees_or_ends(owner, cast, admins, app_connection):
    account, active = propose_account(admins[0]), agreed(admins, **USD)
    before = everything(owner)
    for who in (cast.sam, cast.rita, cast.alice, value(owner, "select app.system_profile()"), None):
        connection = app_connection(who)
        assert refusal(propose_account, connection)[0] == "42501"
        assert refusal(agree_to_account, connection, account) == ("42501", "")
        assert refusal(end_account, connection, active) == ("42501", "")
    for nothing in (uuid.uuid4(), None):
        assert refusal(agree_to_account, admins[1], nothing) == ("42501", "")
        assert refusal(end_account, admins[1], nothing) == ("42501", "")
    assert everything(owner) == before


def test_an_account_that_may_be_the_proposers_does_not_agree(owner, admins, app_connection):
    account, zoe = propose_account(admins[0]), app_connection(makes(admins[0], "staff_admin"))
    before = everything(owner)
    assert refusal(agree_to_account, zoe, account) == ("42501", "not_independent")
    assert zoe.execute(TO_AGREE).fetchall() == []
    assert everything(owner) == before


def test_the_only_administrator_sets_an_account_at_once(owner, cast, admins):
    owner.execute("update profiles set role = 'staff_ops' where id = %s", [cast.abe.id])
    account = propose_account(admins[0])
    kept = one(owner, "select * from receiving_accounts where id = %s", account)
    assert kept.active_from and kept.agreed_by is None


def test_a_proposal_is_over_after_fourteen_days(owner, cast, admins):
    old = owner.execute(
        "insert into receiving_accounts"
        " (currency, holder_name, bank_name, iban, town, country, proposed_by, proposed_at)"
        " values ('EUR', 'A', 'B', 'LU280019400644750000', 'C', 'LU', %s, clock_timestamp() - interval '336 hours')"
        " returning id",
        [cast.ada.id],
    ).fetchone()[0]
    before = everything(owner)
    assert refusal(agree_to_account, admins[1], old) == ("DL006", "over")
    assert everything(owner) == before


def test_one_takes_the_place_of_another_and_its_default(owner, admins):
    first = agreed(admins)
    second = agreed(admins, **OTHER, is_default=False, replaces=first)
    ended = one(owner, "select * from receiving_accounts where id = %s", first)
    kept = one(owner, "select * from receiving_accounts where id = %s", second)
    assert ended.active_until == kept.active_from
    assert owner.execute(ACTIVE).fetchall() == owner.execute(DEFAULTS).fetchall() == [(second,)]


def test_a_currency_has_one_default(owner, admins):
    first, dollars = agreed(admins), agreed(admins, **USD)
    second = agreed(admins, **OTHER)
    assert owner.execute(ACTIVE).fetchall() == [(first,), (dollars,), (second,)]
    assert set(owner.execute(DEFAULTS).fetchall()) == {(dollars,), (second,)}
    by_hand = "update receiving_accounts set is_default = true where id = %s"
    assert refusal(owner.execute, by_hand, [first])[0] == "23505"


def test_what_a_proposal_replaces_is_active_and_of_its_currency(owner, admins):
    ada, abe = admins
    first = agreed(admins)
    before = everything(owner)
    for wrong in ({**USD, "replaces": first}, {**OTHER, "replaces": uuid.uuid4()}):
        assert refusal(propose_account, ada, **wrong) == ("22023", "replaces")
    assert everything(owner) == before
    waiting = [propose_account(ada, **OTHER, replaces=first) for _ in range(2)]
    agree_to_account(abe, waiting[0])
    before = everything(owner)
    assert refusal(agree_to_account, abe, waiting[1]) == ("DL006", "overtaken")
    assert everything(owner) == before


def both_agree(superuser, cast, admins, app_connection):
    waiting = [propose_account(admins[0]), propose_account(admins[0], **OTHER)]
    agree = [lambda c, account=account: agree_to_account(c, account) for account in waiting]
    return waiting, in_between(superuser, admins[1], agree[0], app_connection(cast.abe), agree[1])


def test_two_defaults_agreed_to_at_once_follow_one_another(owner, superuser, cast, admins, app_connection):
    (first, second), _ = both_agree(superuser, cast, admins, app_connection)
    assert owner.execute(DEFAULTS).fetchall() == [(second,)]
    assert owner.execute(ACTIVE).fetchall() == [(first,), (second,)]


def test_control_without_the_lock_the_second_collides(owner, superuser, cast, admins, app_connection):
    with mutated(owner, "approvals/fn_propose_receiving_account", " FOR NO KEY UPDATE"):
        (first, _), told = both_agree(superuser, cast, admins, app_connection)
    assert told == "23505"
    assert owner.execute(ACTIVE).fetchall() == [(first,)]


def test_one_administrator_ends_an_account_at_once(owner, cast, admins):
    account = agreed(admins)
    for reason in (None, " "):
        assert refusal(end_account, admins[0], account, reason) == ("22023", "reason")
    moment = end_account(admins[0], account, "Broken into")
    kept = one(owner, "select * from receiving_accounts where id = %s", account)
    assert (kept.active_until, kept.ended_by, kept.end_reason, kept.is_default) == (
        moment,
        cast.ada.id,
        "Broken into",
        False,
    )
    before = everything(owner)
    for over in (account, propose_account(admins[0])):
        before = everything(owner)
        assert refusal(end_account, admins[1], over) == ("DL006", "ended")
        assert everything(owner) == before


def test_a_reason_is_needed(owner, admins):
    before = everything(owner)
    for reason in (None, "", "\n"):
        assert refusal(propose_account, admins[0], reason=reason) == ("22023", "reason")
    assert everything(owner) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "LU290019400644750000"}, {"iban": "LU28 0019 4006 4475 0000"}, {"iban": "lu280019400644750000"},
        {"iban": ""}, {"iban": "", "number": "123", "bic": ""}, {"number": "123"}, {"iban": "", "number": "1\n2"},
        {"iban": "", "number": " 12"}, {"bic": "BEEX"}, {"bic": "beexlull"}, {"bic": "BEEXLULL1"}, {"currency": "KWD"},
        {"currency": "eur"}, {"holder": ""}, {"bank": ""}, {"town": ""}, {"country": "LUX"}, {"country": ""},
        {"is_default": None},
    ],
)  # fmt: skip
def test_values_that_cannot_be_kept(owner, admins, wrong):
    before = everything(owner)
    assert refusal(propose_account, admins[0], **wrong)[0] in ("23514", "23502", "22001")
    assert everything(owner) == before


@pytest.mark.parametrize(
    "statement",
    [
        "update receiving_accounts set iban = 'LU061234567890123456'",
        "update receiving_accounts set bic = ''",
        "update receiving_accounts set holder_name = 'Somebody Else'",
        "update receiving_accounts set currency = 'CHF'",
        "update receiving_accounts set agreed_by = null",
        "update receiving_accounts set active_from = active_from - interval '1 day'",
        "update receiving_accounts set proposed_by = null",
        "delete from receiving_accounts",
        "truncate receiving_accounts cascade",
    ],
)
def test_what_was_agreed_to_never_changes(owner, admins, statement):
    agreed(admins)
    before = everything(owner)
    for connection in (owner, admins[0]):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert everything(owner) == before


def test_an_ended_account_does_not_begin_again(owner, admins):
    end_account(admins[0], agreed(admins))
    for change in ("active_until = null", "is_default = true", "end_reason = ''"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(f"update receiving_accounts set {change}")


def test_staff_read_accounts_and_nobody_else_does(cast, admins, app_connection):
    account = agreed(admins)
    read = "select id from receiving_accounts"
    assert app_connection(cast.rita).execute(read).fetchall() == [(account,)]
    for who in (cast.alice, cast.larry, None):
        assert app_connection(who).execute(read).fetchall() == []
