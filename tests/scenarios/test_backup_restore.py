"""The drill: an installation in use is backed up, lost, and brought back somewhere else."""

import json
import tarfile

import psycopg
import pytest

from config.lib import embedded
from tests import factories
from tests.installation import installed, manage
from tests.sql.holds import broken_rules, reserve


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    """A backup of an installation with sample data, papers and an anchor; and what it held."""
    data_dir, shelf = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("shelf")
    with installed(data_dir) as urls:
        manage(data_dir, "bootstrap", "--sample-data")
        manage(data_dir, "export_audit_anchor")
        (data_dir / "media").mkdir()
        (data_dir / "media" / "memorandum.txt").write_text("the paper itself")
        manage(data_dir, "backup", "--output", str(shelf))
        with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
            held = _held(owner)
    return next(shelf.glob("verso-*.tar")), held


def _held(owner) -> list:
    return [
        owner.execute(question).fetchall()
        for question in (
            "select count(*), sum(units_remaining) from share_lots",
            "select status, count(*) from reservations group by 1 order by 1",
            "select sum(units), sum(cost_basis) from positions",
            "select count(*), max(id) from audit_log",
            "select proname, proowner::regrole::text from pg_proc where prosecdef order by 1",
            "select polname, polrelid::regclass::text from pg_policy order by 2, 1",
            "select tgname, tgenabled from pg_trigger where not tgisinternal order by 1",
            "select grantee, table_name, privilege_type from information_schema.role_table_grants"
            " where grantee in ('verso_app', 'verso_definer', 'verso_readonly') order by 1, 2, 3",
            "select nspname, grantee::regrole::text, privilege_type from pg_namespace, aclexplode(nspacl)"
            " where nspname in ('public', 'app') and grantee::regrole::text like 'verso_%' and grantee <> nspowner"
            " and grantee::regrole::text <> 'verso_owner' order by 1, 2, 3",
        )
    ]


def test_a_large_object_of_the_application_ends_no_backup(tmp_path):
    """On a server where nobody could take the functions away: the owner may not read it, and need not."""
    with installed(tmp_path) as urls:
        manage(tmp_path, "bootstrap")
        with psycopg.connect(urls["DATABASE_ADMIN_URL"], dbname="verso", autocommit=True) as superuser:
            number = superuser.execute("select lo_from_bytea(0, 'x')").fetchone()[0]
            superuser.execute(f"alter large object {number} owner to verso_app")
        manage(tmp_path, "backup", "--output", str(tmp_path / "whole.tar"))
        assert "whole" in manage(tmp_path, "restore", str(tmp_path / "whole.tar"), "--dry-run").stdout


def test_a_restored_installation_is_the_same_and_works(backed_up, tmp_path):
    file, held = backed_up
    with installed(tmp_path) as urls:
        done = manage(tmp_path, "restore", str(file))
        assert "Restored" in done.stdout
        assert (tmp_path / "media" / "memorandum.txt").read_text() == "the paper itself"
        with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            assert _held(owner) == held
            assert broken_rules(owner) == []
            _someone_reserves(owner, urls)
        _functions_of_postgresql_stay_taken(urls)
        assert manage(tmp_path, "verify_audit_chain", check=False).returncode == 0


def _functions_of_postgresql_stay_taken(urls) -> None:
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as app:
        for taken in ("select lo_create(0)", "select pg_advisory_lock(1)", "select query from pg_stat_activity"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(taken)


def _someone_reserves(owner, urls) -> None:
    """As verso_app, under the policies that came back."""
    deal, investor, person = owner.execute(
        "select d.id, m.investor_id, m.user_id from deals d join deal_memberships m on m.deal_id = d.id"
        " join profiles p on p.id = m.user_id where d.code = 'northlight_2027' and p.email = 'alice@verso.example'"
    ).fetchone()
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as alice:
        factories.act_as(alice, person)
        assert reserve(alice, factories.Deal(deal, "", None, None), investor, 100)
        assert alice.execute("select count(distinct investor_id) from reservations").fetchone() == (1,)


def test_people_are_not_replaced_by_accident(backed_up, tmp_path):
    file, _held_before = backed_up
    with installed(tmp_path) as urls:
        with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            factories.make_cast(owner)
            refused = manage(tmp_path, "restore", str(file), check=False)
            assert refused.returncode == 1
            assert "--replace" in refused.stderr
            assert factories.value(owner, "select count(*) from profiles where email is not null") == 9
        embedded.stop(tmp_path)


def test_a_damaged_file_is_refused_before_anything_changes(backed_up, tmp_path):
    file, _held_before = backed_up
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "parts", filter="data")
    dump = tmp_path / "parts" / "database.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with tarfile.open(damaged, "w") as archive:
        for path in (tmp_path / "parts").iterdir():
            archive.add(path, arcname=path.name)
    refused = manage(tmp_path / "nowhere", "restore", str(damaged), check=False)
    assert refused.returncode == 1
    assert "database.dump is not what was written. Nothing was changed." in refused.stderr
    damaged.write_bytes(b"not an archive")
    assert manage(tmp_path / "nowhere", "restore", str(damaged), check=False).returncode == 1


def test_a_backup_is_private_and_says_what_it_holds(backed_up):
    file, _held_before = backed_up
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        names = archive.getnames()
    assert manifest["rows"]["public.profiles"] == 14
    assert {"database.dump", "audit_signing_key", "anchors/anchor-00000001.json"} <= set(names)
