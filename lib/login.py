"""What the application's database login must not be: row level security protects nobody from an owner."""

from django.db import DatabaseError, connection

_WRONG = """
select array_remove(array[
    case when r.rolsuper then 'a superuser' end,
    case when r.rolbypassrls then 'free of row level security' end,
    case when exists (select from pg_auth_members m where m.member = r.oid) then 'a member of another role' end,
    case when exists (select from pg_class c where c.relowner = r.oid) then 'the owner of tables' end
], null)
from pg_roles r where r.rolname = session_user
"""


def wrong_with_login() -> list[str]:
    """Why this login must not serve; empty when it may. Raises DatabaseError when the database cannot be asked."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return cursor.fetchone()[0]


def refuse_privileged_login() -> None:
    """Stop the process, in one line, when its login is more than verso_app may be; a database away is no reason."""
    try:
        wrong = wrong_with_login()
    except DatabaseError:
        return
    finally:
        connection.close()
    if wrong:
        raise SystemExit(
            f"VERSO does not serve as {connection.settings_dict['USER']}, which is {', '.join(wrong)}: "
            "give DATABASE_URL the login verso_app."
        )
