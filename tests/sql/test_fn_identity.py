"""Who is acting: app.uid, app.role, app.is_staff, app.may_run_jobs (migrations_sql/lib/identity)."""

from tests.factories import act_as, value


def test_tests_run_as_the_application_and_nobody_greater(app_connection):
    connection = app_connection()
    assert value(connection, "select current_user::text") == "verso_app"
    assert connection.execute(
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"
    ).fetchone() == (False, False, False, False)
    assert value(connection, "select count(*) from pg_class where relowner = current_user::regrole") == 0


def test_no_identity_is_null_not_an_error(app_connection):
    connection = app_connection()
    assert value(connection, "select app.uid()") is None
    assert value(connection, "select app.role()") is None
    assert value(connection, "select app.is_staff()") is False


def test_role_comes_from_the_table(cast, app_connection):
    asked = {"alice": ("investor", False), "sam": ("staff_ops", True), "rita": ("staff_rm", True)}
    for name, expected in asked.items():
        connection = app_connection(getattr(cast, name))
        assert connection.execute("select app.role(), app.is_staff()").fetchone() == expected


def test_a_disabled_person_has_no_role(owner, cast, app_connection):
    sam = app_connection(cast.sam)
    owner.execute("update profiles set is_active = false where id = %s", [cast.sam.id])
    assert sam.execute("select app.role(), app.is_staff()").fetchone() == (None, False)


def test_only_staff_the_system_and_the_owner_run_jobs(owner, cast, app_connection):
    assert value(app_connection(cast.alice), "select app.may_run_jobs()") is False
    assert value(app_connection(cast.sam), "select app.may_run_jobs()") is True
    assert value(owner, "select app.may_run_jobs()") is True
    assert value(act_as(app_connection(), None), "select app.may_run_jobs()") is False
    assert value(app_connection(), "select app.may_run_jobs()") is False
    system = app_connection(value(owner, "select app.system_profile()"))
    assert value(system, "select app.may_run_jobs()") is True
