"""What analysts read (migrations_sql/inventory/readonly_access): figures of the house, nobody's personal data."""

import re

import psycopg
import pytest

from tests.factories import add_commitment, value

# Tables of which analysts see no column, each with its reason. Every other one is granted column by column.
WITHHELD = {
    "deal_changes": "what is proposed, in sentences of its own",
    "account_emailaddress": "e-mails",
    "account_emailconfirmation": "keys",
    "audit_anchors": "signatures; auditors come as the owner",
    "audit_lanes": "hashes",
    "audit_log": "who did what, from where, and every value that changed",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
    "auth_permission": "rights of the admin, no figures",
    "axes_accessattempt": "who tried to sign in, from where",
    "axes_accessattemptexpiration": "as axes_accessattempt",
    "axes_accessfailurelog": "as axes_accessattempt",
    "axes_accesslog": "as axes_accessattempt",
    "account_makers": "who made whose account",
    "approval_subjects": "names of functions",
    "cache": "counters by address and e-mail",
    "django_admin_log": "who did what",
    "django_content_type": "no figures",
    "django_migrations": "no figures",
    "django_session": "sessions",
    "documents": "titles and places of papers",
    "guardian_groupobjectpermission": "rights, no figures",
    "guardian_userobjectpermission": "rights of persons",
    "invariant_checks": "names of functions",
    "house_identity": "addresses on papers, no figures",
    "house_settings": "what the firm settled, no figures",
    "investor_billing": "names and addresses of investors",
    "investor_users": "which person acts for whom",
    "invite_links": "e-mails and tokens",
    "job_clock": "the time between two heartbeats, no figures",
    "notices": "messages to persons",
    "profiles": "persons",
    "profiles_groups": "rights of persons",
    "profiles_user_permissions": "rights of persons",
    "payer_aliases": "names and accounts of payers",
    "statement_mappings": "how files are read, no figures",
    "receiving_accounts": "account numbers",
    "set_password_links": "tokens of persons",
    "table_classes": "about tables, no figures",
    "tasks": "work of persons",
    "v_deal_summary": "asks who is acting, and analysts are nobody",
}
PERSONAL = re.compile(
    r"name|e_?mail|address|note|reason|text|title|description|summary|hash|token|password|secret|key|session|user|_by$"
    r"|assigned|^rm_|overrides|data|schema|doc|error|problem"
)
# Names of things, not of persons; which commitment took another's place; until when somebody decides.
OF_THINGS = {
    ("deals", "name"), ("vehicles", "name"), ("fee_plans", "name"), ("job_runs", "name"),
    ("deal_commitments", "replaced_by"), ("deal_commitments", "decide_by"),
}  # fmt: skip
COLUMNS = (
    "select c.relname::text, a.attname::text, has_column_privilege('verso_readonly', c.oid, a.attnum, 'select')"
    " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
    " where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')"
    " and not c.relispartition"
)


@pytest.fixture
def columns(superuser):
    return superuser.execute(COLUMNS).fetchall()


def test_every_table_is_granted_by_column_or_withheld_for_a_reason(columns, superuser):
    tables, granted = {table for table, *_ in columns}, {table for table, _, may in columns if may}
    assert tables - granted == set(WITHHELD)
    whole = (
        "select oid::regclass::text from pg_class c, aclexplode(relacl) x where x.grantee = 'verso_readonly'::regrole"
    )
    assert superuser.execute(whole).fetchall() == []


def test_no_column_is_about_a_person(columns):
    assert {(t, c) for t, c, may in columns if may and PERSONAL.search(c)} == OF_THINGS


def test_analysts_write_nothing_and_call_nothing_that_sees_more(superuser):
    assert (
        superuser.execute(
            "select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid,"
            " aclexplode(a.attacl) x where x.grantee = 'verso_readonly'::regrole and x.privilege_type <> 'SELECT'"
        ).fetchall()
        == []
    )
    assert (
        superuser.execute(
            "select oid::regprocedure::text from pg_proc where (provolatile = 'v' or prosecdef)"
            " and pronamespace in ('public'::regnamespace, 'app'::regnamespace)"
            " and has_function_privilege('verso_readonly', oid, 'execute')"
        ).fetchall()
        == []
    )


@pytest.mark.parametrize("who", ["ada", None])
def test_analysts_read_the_figures_of_all(owner, cast, deal, readonly_connection, who):
    """Whomever they name as acting: it changes nothing."""
    for investor in (cast.aldgate, cast.morland):
        add_commitment(owner, deal.id, investor, selected_fee_plan_id=deal.fee_plan_id)
    analyst = readonly_connection(who and getattr(cast, who))
    assert value(analyst, "select count(distinct investor_id) from deal_commitments") == 2
    assert value(analyst, "select sum(units_remaining * unit_cost) from share_lots") == value(
        owner, "select sum(units_remaining * unit_cost) from share_lots"
    )
    for denied in (
        "select legal_name from investors",
        "select * from investors",
        "select created_by from deal_commitments",
        "select email from profiles",
        "select count(*) from profiles",
        "select before from audit_log",
        "select app.quotation(gen_random_uuid(), gen_random_uuid(), 1)",
        "select app.visible_profiles()",
        "select session_data from django_session",
        "update deals set name = 'mine'",
        "delete from reservations",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute(denied)
