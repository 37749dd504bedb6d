"""app.party_words: whoever prepared a thing does not decide it, whichever way they prepared it.

Two accounts that may be one person's are one: under_one_control, note_account_maker.
"""

import pytest

from tests import factories
from tests.sql.commitments import commit_hold, commit_units, committed, decide, open_approval
from tests.sql.holds import refusal, reserve, set_status, state


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)


def refused(owner, app_connection, person, approval) -> str:
    """The word, which all three actions and why_not_decide give, and nothing changed."""
    connection, before = app_connection(person), state(owner)
    word = factories.value(connection, "select app.why_not_decide(%s)", approval)
    for action in ("approve", "reject", "revise"):
        assert refusal(decide, connection, approval, action, "because") == ("42501", word)
    assert state(owner) == before
    return word


def test_who_made_the_investor_decides_nothing_of_it_for_90_days(owner, cast, it, app_connection):
    owner.execute("update investors set created_by = %s, created_at = now() - interval '89 days'", [cast.sam.id])
    assert refused(owner, app_connection, cast.sam, it.approval) == "made_investor"
    owner.execute("update investors set created_at = now() - interval '90 days'")
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_nor_who_made_one_of_its_people(owner, cast, it, app_connection):
    owner.execute("update profiles set created_by = %s where id = %s", [cast.sam.id, cast.bob.id])
    assert refused(owner, app_connection, cast.sam, it.approval) == "made_investor"
    owner.execute("delete from investor_users where user_id = %s", [cast.bob.id])
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_nor_who_decided_its_kyc(owner, cast, it, app_connection):
    app_connection(cast.sam).execute(
        "update investors set kyc_status = 'approved', kyc_reason = 'Checked again' where id = %s", [cast.aldgate]
    )
    assert refused(owner, app_connection, cast.sam, it.approval) == "decided_kyc"
    owner.execute("update investors set created_at = now() - interval '91 days'")
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_nor_ever_who_was_shown_a_link_of_its_people(owner, cast, it, app_connection):
    owner.execute("update investors set created_at = now() - interval '3 years'")
    link = "insert into set_password_links (user_id, token_hash, expires_at, created_by) values (%s, %s, now(), %s)"
    owner.execute(link, [cast.bob.id, "mailed", None])
    assert factories.value(app_connection(cast.abe), "select app.why_not_decide(%s)", it.approval) is None
    app_connection(cast.ada).execute("select app.make_password_link(%s, 'shown')", [cast.bob.id])
    assert refused(owner, app_connection, cast.ada, it.approval) == "had_link"
    assert decide(app_connection(cast.abe), it.approval) == "approved"


def let_in(owner, app_connection, cast, deal, maker, person):
    """A second person of an old investor, in the deal. Whoever let it in would rather be forgotten."""
    owner.execute("update investors set created_at = now() - interval '3 years', created_by = %s", [cast.abe.id])
    staff = app_connection(maker)
    staff.execute("insert into investor_users (investor_id, user_id) values (%s, %s)", [cast.aldgate, person])
    staff.execute(
        "insert into deal_memberships (deal_id, user_id, investor_id, role) values (%s, %s, %s, 'investor')",
        [deal.id, person, cast.aldgate],
    )
    app_connection(person).execute("select public.fn_accept_membership(%s)", [deal.id])


def test_nor_who_says_where_mail_to_one_of_its_people_goes(owner, cast, deal, app_connection):
    """A link for a password is mailed there: to whom, nobody knows. For 90 days, whatever the investor's age."""
    ada = app_connection(cast.ada)
    person = ada.execute(
        "insert into profiles (display_name, email, password) values ('P', 'p@verso.example', '!x') returning id"
    ).fetchone()[0]
    let_in(owner, app_connection, cast, deal, cast.ada, person)
    approval = open_approval(owner, commit_units(app_connection(person), deal, cast.aldgate, units=10))
    assert refused(owner, app_connection, cast.ada, approval) == "set_email"
    owner.execute("update account_makers set made_at = now() - interval '90 days'")
    assert factories.value(ada, "select app.why_not_decide(%s)", approval) is None
    ada.execute("update profiles set email = 'mine@verso.example' where id = %s", [cast.bob.id])
    assert refused(owner, app_connection, cast.ada, approval) == "set_email"
    assert decide(app_connection(cast.sam), approval) == "approved"


def test_who_said_where_mail_goes_is_kept_each_time_and_nobody_writes_it(owner, cast, app_connection):
    kept = "select maker_id, account_id from account_makers order by id"
    ada, abe = app_connection(cast.ada), app_connection(cast.abe)
    zoe = makes(ada)
    ada.execute("update profiles set email = 'mine@verso.example' where id = %s", [cast.bob.id])
    abe.execute("update profiles set email = 'his@verso.example' where id = %s", [cast.bob.id])
    abe.execute("update profiles set title = 'Partner' where id = %s", [cast.bob.id])
    assert owner.execute(kept).fetchall() == [
        (cast.ada.id, zoe),
        (cast.ada.id, cast.bob.id),
        (cast.abe.id, cast.bob.id),
    ]
    for statement in ("delete from account_makers", "update account_makers set maker_id = account_id", kept):
        assert refusal(ada.execute, statement)[0] == "42501"


def test_an_e_mail_that_somebody_else_corrects_sets_nobody_free(owner, cast, prepared, app_connection):
    """A ring: each of two accounts enters the other's e-mail, and who made both still is behind both."""
    x = makes(app_connection(cast.ada), "staff_admin")
    y = makes(app_connection(x), "staff_admin")
    app_connection(y).execute("update profiles set email = 'ring@verso.example' where id = %s", [x])
    app_connection(cast.abe).execute("update profiles set email = 'right@verso.example' where id = %s", [y])
    for person in (x, y):
        assert refused(owner, app_connection, person, prepared.approval) == "not_independent"


def test_nor_who_let_in_a_person_that_was_made_staff_after_buying(owner, cast, deal, app_connection):
    ada = app_connection(cast.ada)
    person = makes(ada, "investor")
    ada.execute("select app.make_password_link(%s, 'kept')", [person])
    let_in(owner, app_connection, cast, deal, cast.rita, person)
    approval = open_approval(owner, commit_units(app_connection(person), deal, cast.aldgate, units=10))
    app_connection(cast.rita).execute("select app.unlink_person(%s, %s)", [cast.aldgate, person])
    ada.execute("update profiles set role = 'staff_rm' where id = %s", [person])
    owner.execute("update set_password_links set created_at = now() - interval '91 days'")
    owner.execute("update account_makers set made_at = now() - interval '91 days'")
    assert refused(owner, app_connection, cast.ada, approval) == "had_link"


def test_an_investor_is_as_old_as_it_is(owner, cast, app_connection):
    app_connection(cast.sam).execute(
        "insert into investors (legal_name, created_at, kyc_changed_at) values ('Old', '2020-01-01', '2020-01-01')"
    )
    assert owner.execute(
        "select created_at > now() - interval '1 minute', kyc_changed_at from investors where legal_name = 'Old'"
    ).fetchone() == (True, None)


def test_nor_who_entered_what_was_replaced(owner, cast, deal, app_connection):
    """Sam commits Alice's hold; she adds to it herself: it is his request still."""
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 100)
    commit_hold(app_connection(cast.sam), hold)
    again = commit_hold(alice, reserve(alice, deal, cast.aldgate, 1))
    assert refused(owner, app_connection, cast.sam, open_approval(owner, again)) == "own_request"


def test_nor_who_let_the_person_in_that_asked_and_took_it_off_again(owner, cast, deal, app_connection):
    """The link is shown, the person buys, and acts for the investor no more when it comes to deciding."""
    sam = app_connection(cast.sam)
    person = sam.execute(
        "insert into profiles (display_name, email, password) values ('P', 'p@verso.example', '!x') returning id"
    ).fetchone()[0]
    sam.execute("select app.make_password_link(%s, 'kept')", [person])
    let_in(owner, app_connection, cast, deal, cast.sam, person)
    approval = open_approval(owner, commit_units(app_connection(person), deal, cast.aldgate, units=10))
    app_connection(cast.rita).execute("select app.unlink_person(%s, %s)", [cast.aldgate, person])
    assert refused(owner, app_connection, cast.sam, approval) == "had_link"
    assert decide(app_connection(cast.ada), approval) == "approved"


def test_nobody_ends_that_they_act_for_an_investor_themselves(owner, cast, it, app_connection):
    owner.execute("insert into investor_users (investor_id, user_id) values (%s, %s)", [cast.aldgate, cast.sam.id])
    sam, before = app_connection(cast.sam), state(owner)
    assert refusal(sam.execute, "select app.unlink_person(%s, %s)", [cast.aldgate, cast.sam.id])[0] == "42501"
    assert state(owner) == before
    assert refused(owner, app_connection, cast.sam, it.approval) == "own_investor"
    second = app_connection(makes(app_connection(cast.ada)))
    app_connection(cast.ada).execute("update profiles set email = 'sams@verso.example' where id = %s", [cast.sam.id])
    unlink = "select app.unlink_person(%s, %s)"
    assert refusal(second.execute, unlink, [cast.aldgate, cast.sam.id]) == ("42501", "own_link")
    assert factories.value(app_connection(cast.abe), unlink, cast.aldgate, cast.sam.id)


def test_nor_who_set_the_price_it_rests_on(owner, cast, deal, app_connection):
    """Down, a purchase, and up again by somebody else: the price of the purchase counts."""
    factories.act_as(owner, cast.sam.id)
    owner.execute("update deals set offer_unit_price = 1 where id = %s", [deal.id])
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100, "1")
    factories.act_as(owner, cast.rita.id)
    owner.execute("update deals set offer_unit_price = 28.5 where id = %s", [deal.id])
    factories.act_as(owner, None)
    assert refused(owner, app_connection, cast.sam, it.approval) == "changed_price"
    assert decide(app_connection(cast.rita), it.approval) == "approved"


def test_nor_who_changed_its_plan(owner, superuser, cast, deal, app_connection):
    set_status(superuser, "draft")
    app_connection(cast.sam).execute("update fee_components set rate_bps = 400")
    set_status(superuser, "open")
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    assert refused(owner, app_connection, cast.sam, it.approval) == "changed_plan"
    assert decide(app_connection(cast.ada), it.approval) == "approved"


def test_nor_who_took_a_fee_out_of_it(owner, superuser, cast, deal, app_connection):
    set_status(superuser, "draft")
    spare = factories.insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind="flat", flat_amount=1)
    app_connection(cast.sam).execute("select app.remove_fee_component(%s, %s)", [deal.fee_plan_id, spare])
    set_status(superuser, "open")
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    assert refused(owner, app_connection, cast.sam, it.approval) == "changed_plan"


def test_nor_who_changed_its_override(owner, cast, deal, app_connection):
    lower = {str(factories.value(owner, "select id from fee_components")): {"rate_bps": 100}}
    factories.insert(
        owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides=lower, overrides_by=cast.sam.id
    )  # fmt: skip
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    assert refused(owner, app_connection, cast.sam, it.approval) == "changed_override"
    assert decide(app_connection(cast.ada), it.approval) == "approved"


def test_one_person_alone_moves_nothing(owner, cast, deal, app_connection):
    """Ada makes a buyer and its person, lets herself in, and buys: she neither approves the KYC nor the purchase."""
    ada = app_connection(cast.ada)
    investor = ada.execute("insert into investors (legal_name) values ('Shell') returning id").fetchone()[0]
    person = ada.execute(
        "insert into profiles (display_name, email, password) values ('Puppet', 'puppet@verso.example', '!x')"
        " returning id"
    ).fetchone()[0]
    ada.execute("insert into investor_users (investor_id, user_id) values (%s, %s)", [investor, person])
    ada.execute("select app.make_password_link(%s, 'kept')", [person])
    approve = "update investors set kyc_status = 'approved', kyc_reason = 'Fine' where id = %s"
    assert refusal(ada.execute, approve, [investor]) == ("42501", "kyc_party")
    app_connection(cast.abe).execute(approve, [investor])
    member = "insert into deal_memberships (deal_id, user_id, investor_id, role) values (%s, %s, %s, 'investor')"
    ada.execute(member, [deal.id, person, investor])
    app_connection().execute("select app.use_password_link('kept', 'md5$salt$x')")
    puppet = app_connection(person)
    puppet.execute("select public.fn_accept_membership(%s)", [deal.id])
    approval = open_approval(owner, commit_units(puppet, deal, investor, units=10))
    assert refused(owner, app_connection, cast.ada, approval) == "made_investor"
    assert refused(owner, app_connection, cast.abe, approval) == "decided_kyc"
    owner.execute("update investors set created_at = now() - interval '91 days'")
    assert refused(owner, app_connection, cast.ada, approval) == "had_link"


def test_who_made_something_is_not_taken_from_the_caller(owner, cast, app_connection):
    sam = app_connection(cast.sam)
    sam.execute("insert into investors (legal_name, created_by) values ('Shell', %s)", [cast.ada.id])
    sam.execute("insert into profiles (display_name, password, created_by) values ('Puppet', '!x', %s)", [cast.ada.id])
    assert factories.value(owner, "select created_by from investors where legal_name = 'Shell'") == cast.sam.id
    assert factories.value(owner, "select created_by from profiles where display_name = 'Puppet'") == cast.sam.id
    for table in ("investors", "profiles"):
        assert refusal(sam.execute, f"update {table} set created_by = null where created_by is not null")[0] == "42501"


# --- accounts that may be one person's


def makes(connection, role="staff_ops"):
    """A colleague's account, which an administrator makes."""
    return connection.execute(
        "insert into profiles (display_name, email, password, role)"
        " values ('Zoe', 'zoe' || gen_random_uuid() || '@verso.example', '!x', %s) returning id",
        [role],
    ).fetchone()[0]


@pytest.fixture
def prepared(owner, cast, it):
    """Ada made the investor."""
    owner.execute("update investors set created_by = %s, created_at = now() - interval '1 day'", [cast.ada.id])
    return it


def test_nor_the_second_account_of_a_party(owner, cast, prepared, app_connection):
    """A colleague's account whose link its maker keeps, and one made with that account."""
    zoe = makes(app_connection(cast.ada), "staff_admin")
    assert refused(owner, app_connection, zoe, prepared.approval) == "not_independent"
    third = makes(app_connection(zoe))
    assert refused(owner, app_connection, third, prepared.approval) == "not_independent"
    owner.execute("update account_makers set made_at = now() - interval '90 days'")
    assert decide(app_connection(third), prepared.approval) == "approved"


def test_nor_an_account_whose_password_link_a_party_was_shown(owner, cast, prepared, app_connection):
    app_connection(cast.ada).execute("select app.make_password_link(%s, 'shown')", [cast.sam.id])
    assert refused(owner, app_connection, cast.sam, prepared.approval) == "not_independent"
    owner.execute("update set_password_links set created_at = now() - interval '90 days'")
    assert decide(app_connection(cast.sam), prepared.approval) == "approved"


def test_nor_an_account_whose_mail_a_party_directs(owner, cast, prepared, app_connection):
    app_connection(cast.ada).execute("update profiles set email = 'mine@verso.example' where id = %s", [cast.sam.id])
    assert refused(owner, app_connection, cast.sam, prepared.approval) == "not_independent"
    owner.execute("update account_makers set made_at = now() - interval '90 days'")
    assert decide(app_connection(cast.sam), prepared.approval) == "approved"


def test_nor_the_maker_of_the_account_that_is_a_party_nor_another_of_its_accounts(owner, cast, it, app_connection):
    ada = app_connection(cast.ada)
    zoe, yan = makes(ada), makes(ada)
    owner.execute("update investors set created_by = %s, created_at = now() - interval '1 day'", [zoe])
    for person in (cast.ada, yan):
        assert refused(owner, app_connection, person, it.approval) == "not_independent"
    assert decide(app_connection(cast.abe), it.approval) == "approved"


def test_a_link_that_was_mailed_has_no_maker(owner, cast, prepared, app_connection):
    owner.execute(
        "insert into set_password_links (user_id, token_hash, expires_at) values (%s, 'mailed', now())", [cast.sam.id]
    )
    assert decide(app_connection(cast.sam), prepared.approval) == "approved"


def test_two_approvals_are_not_of_one_persons_accounts(owner, cast, it, app_connection):
    zoe = makes(app_connection(cast.ada))
    owner.execute("update approvals set steps_needed = 2")
    assert decide(app_connection(zoe), it.approval) == "second_approval"
    second = factories.value(owner, "select id from approvals where status = 'pending'")
    assert refused(owner, app_connection, cast.ada, second) == "not_independent"
    assert decide(app_connection(cast.abe), second) == "approved"


def test_whoever_acts_for_the_investor_is_not_a_colleague(owner, cast, deal, app_connection):
    """What was done for its people has words of its own, which a rule can pass over."""
    person = makes(app_connection(cast.sam), "investor")
    let_in(owner, app_connection, cast, deal, cast.rita, person)
    owner.execute("update approval_rules set relaxes = '{set_email}', lasts_until = now() + interval '1 day'")
    approval = open_approval(owner, commit_units(app_connection(person), deal, cast.aldgate, units=10))
    assert decide(app_connection(cast.sam), approval) == "approved"


def test_a_rule_can_pass_over_it(owner, cast, prepared, app_connection):
    zoe = makes(app_connection(cast.ada))
    owner.execute("update approval_rules set relaxes = '{not_independent}', lasts_until = now() + interval '1 day'")
    assert decide(app_connection(zoe), prepared.approval) == "approved"


@pytest.mark.parametrize("made", ["update profiles set role = 'investor' where id = %s", None])
def test_acting_for_the_investor_hides_nobody(owner, cast, deal, app_connection, made):
    """Ada enters it and has her second account link her: she is who asked, and it is hers all the same."""
    x = makes(app_connection(cast.ada), "staff_admin")
    it = committed(owner, app_connection(cast.ada), deal, cast.aldgate, 100)
    if made:
        app_connection(x).execute(made, [cast.ada.id])
    owner.execute("insert into investor_users (investor_id, user_id) values (%s, %s)", [cast.aldgate, cast.ada.id])
    assert refused(owner, app_connection, x, it.approval) == "not_independent"
    assert decide(app_connection(cast.abe), it.approval) == "approved"


def test_another_name_or_being_the_default_makes_nobody_the_author(owner, superuser, cast, deal, app_connection):
    set_status(superuser, "draft")
    app_connection(cast.sam).execute("update fee_components set rate_bps = 400")
    app_connection(cast.rita).execute("update fee_plans set description = 'Touched', is_default = false")
    app_connection(cast.rita).execute("update fee_plans set is_default = true")
    set_status(superuser, "open")
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    assert refused(owner, app_connection, cast.sam, it.approval) == "changed_plan"
    assert decide(app_connection(cast.rita), it.approval) == "approved"


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ("role = 'investor'", "update profiles set role = 'staff_ops' where id = %s"),
        ("role = 'staff_rm'", "update profiles set role = 'staff_admin' where id = %s"),
        ("is_active = false", "update profiles set is_active = true where id = %s"),
    ],
)
def test_nor_an_account_that_a_party_made_staff_or_let_in_again(owner, cast, prepared, app_connection, before, act):
    """An old account, which becomes the second, independent colleague at once."""
    owner.execute(f"update profiles set {before} where id = %s", [cast.sam.id])
    app_connection(cast.ada).execute(act, [cast.sam.id])
    assert refused(owner, app_connection, cast.sam, prepared.approval) == "not_independent"
    owner.execute("update account_makers set made_at = now() - interval '90 days'")
    assert decide(app_connection(cast.sam), prepared.approval) == "approved"


def test_of_several_ways_the_plainest_is_said(owner, cast, deal, app_connection):
    """Whatever order the rows come in: who asked is told so, not that the price was theirs as well."""
    owner.execute("update investors set created_by = %s, created_at = now() - interval '1 day'", [cast.sam.id])
    owner.execute("update fee_plans set authors = array[%s]", [cast.sam.id])
    own = committed(owner, app_connection(cast.sam), deal, cast.aldgate, 100)
    assert refused(owner, app_connection, cast.sam, own.approval) == "own_request"
    other = committed(owner, app_connection(cast.mallory), deal, cast.morland, 100)
    words = "select array_agg(w) from public.approvals a, app.party_words(a, %s) w where a.id = %s"
    assert factories.value(owner, words, cast.sam.id, own.approval)[:2] == ["own_request", "made_investor"]
    assert factories.value(owner, words, cast.sam.id, other.approval) == ["made_investor", "changed_plan"]
