"""guard_kyc and guard_investor: who approves an investor's KYC, with a reason, and that it is noted."""

import pytest

from tests import factories
from tests.sql.holds import refusal
from tests.sql.test_approval_parties import makes

SET = "update investors set kyc_status = %s, kyc_reason = %s where id = %s"
PARTY = ("42501", "kyc_party")


@pytest.fixture
def shell(cast, app_connection):
    """Sam's own."""
    return (
        app_connection(cast.sam)
        .execute("insert into investors (legal_name) values ('Shell') returning id")
        .fetchone()[0]
    )


def kept(owner, investor):
    return owner.execute(
        "select kyc_status, kyc_reason, kyc_decided_by, kyc_changed_at is not null from investors where id = %s",
        [investor],
    ).fetchone()


def test_who_made_the_investor_does_not_approve_its_kyc(owner, cast, shell, app_connection):
    sam = app_connection(cast.sam)
    assert refusal(sam.execute, SET, ["approved", "Fine", shell]) == PARTY
    assert kept(owner, shell) == ("pending", "", None, False)
    sam.execute(SET, ["in_review", "Papers came", shell])
    app_connection(cast.rita).execute(SET, ["approved", "Checked", shell])
    assert kept(owner, shell) == ("approved", "Checked", cast.rita.id, True)
    sam.execute(SET, ["rejected", "Sanctions hit", shell])
    assert kept(owner, shell) == ("rejected", "Sanctions hit", cast.sam.id, True)


def test_nor_who_was_shown_a_link_of_its_people(owner, cast, app_connection):
    ada = app_connection(cast.ada)
    owner.execute("update investors set kyc_status = 'pending'")
    ada.execute("select app.make_password_link(%s, 'shown')", [cast.bob.id])
    assert refusal(ada.execute, SET, ["approved", "Fine", cast.aldgate]) == PARTY
    owner.execute("update set_password_links set created_at = now() - interval '3 years'")
    assert refusal(ada.execute, SET, ["approved", "Fine", cast.aldgate]) == PARTY  # as long as it acts for it
    ada.execute(SET, ["approved", "Fine", cast.morland])
    assert kept(owner, cast.aldgate)[0] == "pending"


def test_nor_the_second_account_of_either(owner, cast, app_connection):
    zoe, yan = (app_connection(makes(app_connection(cast.ada))) for _ in range(2))
    shell = zoe.execute("insert into investors (legal_name) values ('Shell') returning id").fetchone()[0]
    for person in (app_connection(cast.ada), yan):
        assert refusal(person.execute, SET, ["approved", "Fine", shell]) == PARTY
    assert kept(owner, shell) == ("pending", "", None, False)
    owner.execute("update approval_rules set relaxes = '{not_independent}', lasts_until = now() + interval '1 day'")
    assert refusal(zoe.execute, SET, ["approved", "Fine", shell]) == PARTY
    yan.execute(SET, ["approved", "Checked", shell])
    assert kept(owner, shell)[0] == "approved"


def test_nor_who_acts_for_it(owner, cast, app_connection):
    owner.execute("update investors set kyc_status = 'pending'")
    owner.execute("insert into investor_users (investor_id, user_id) values (%s, %s)", [cast.morland, cast.sam.id])
    assert refusal(app_connection(cast.sam).execute, SET, ["approved", "Fine", cast.morland]) == PARTY
    second = app_connection(makes(app_connection(cast.ada)))
    owner.execute("insert into account_makers (maker_id, account_id) values (%s, %s)", [cast.ada.id, cast.sam.id])
    assert refusal(second.execute, SET, ["approved", "Fine", cast.morland]) == PARTY
    app_connection(cast.abe).execute(SET, ["approved", "Fine", cast.morland])


def test_nor_who_directs_the_mail_of_its_people(owner, cast, app_connection):
    ada = app_connection(cast.ada)
    owner.execute("update investors set kyc_status = 'pending'")
    ada.execute("update profiles set email = 'mine@verso.example' where id = %s", [cast.bob.id])
    assert refusal(ada.execute, SET, ["approved", "Fine", cast.aldgate]) == PARTY
    taken_off = "select app.unlink_person(%s, %s)"
    assert refusal(ada.execute, taken_off, [cast.aldgate, cast.bob.id]) == ("42501", "own_link")
    owner.execute("update account_makers set made_at = now() - interval '90 days'")
    ada.execute(SET, ["approved", "Fine", cast.aldgate])


def test_nobody_makes_an_investor_with_its_kyc_approved(owner, cast, app_connection):
    make = "insert into investors (legal_name, kyc_status) values ('Shell', 'approved')"
    assert refusal(app_connection(cast.ada).execute, make) == PARTY
    assert factories.value(owner, "select count(*) from investors where legal_name = 'Shell'") == 0


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_status_has_a_reason(owner, cast, app_connection, reason):
    before = kept(owner, cast.aldgate)
    assert refusal(app_connection(cast.abe).execute, SET, ["rejected", reason, cast.aldgate]) == ("22023", "reason")
    assert kept(owner, cast.aldgate) == before


def test_who_decided_is_not_taken_from_the_caller(owner, cast, app_connection):
    app_connection(cast.abe).execute(
        "update investors set kyc_status = 'rejected', kyc_reason = 'Hit', kyc_decided_by = %s where id = %s",
        [cast.rita.id, cast.aldgate],
    )
    assert kept(owner, cast.aldgate)[2] == cast.abe.id
    app_connection(cast.rita).execute("update investors set kyc_decided_by = null, country = 'FR'")
    assert kept(owner, cast.aldgate)[2] == cast.abe.id
