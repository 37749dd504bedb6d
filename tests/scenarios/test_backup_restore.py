"""The drill: an installation in use is backed up, lost, and brought back somewhere else."""

import hashlib
import json
import subprocess
import sys
import tarfile

import psycopg
import pytest

from launcher import archive
from tests import factories
from tests.installation import ROOT, environment_of, installed, manage
from tests.sql.holds import broken_rules, reserve


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    """A backup of an installation with sample data, papers and an anchor; and what it held."""
    data_dir, shelf = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("shelf")
    with installed(data_dir, durable=False) as urls:
        manage(data_dir, "bootstrap", "--sample-data")
        manage(data_dir, "export_audit_anchor")
        (data_dir / "media").mkdir(exist_ok=True)
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
            "select tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2",
            "select grantee, table_name, privilege_type from information_schema.role_table_grants"
            " where grantee in ('verso_app', 'verso_definer', 'verso_readonly') order by 1, 2, 3",
            "select nspname, grantee::regrole::text, privilege_type from pg_namespace, aclexplode(nspacl)"
            " where nspname in ('public', 'app') and grantee::regrole::text like 'verso_%' and grantee <> nspowner"
            " and grantee::regrole::text <> 'verso_owner' order by 1, 2, 3",
        )
    ]


def test_a_large_object_of_the_application_ends_no_backup(in_use, tmp_path):
    """On a server where nobody could take the functions away: the owner may not read it, and need not."""
    data_dir, urls = in_use
    with psycopg.connect(urls["DATABASE_ADMIN_URL"], dbname="verso", autocommit=True) as superuser:
        number = superuser.execute("select lo_from_bytea(0, 'x')").fetchone()[0]
        superuser.execute(f"alter large object {number} owner to verso_app")
        manage(data_dir, "backup", "--output", str(tmp_path / "whole.tar"))
        superuser.execute("select lo_unlink(%s)", [number])
    assert "whole" in manage(data_dir, "restore", str(tmp_path / "whole.tar"), "--replace", "--dry-run").stdout


def test_a_restored_installation_is_the_same_and_works(backed_up, tmp_path):
    file, held = backed_up
    with installed(tmp_path, durable=False) as urls:
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


def test_people_are_not_replaced_by_accident(backed_up, in_use):
    data_dir, urls = in_use
    old = whole(data_dir, urls)
    refused = manage(data_dir, "restore", str(backed_up[0]), check=False)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert whole(data_dir, urls) == old


def unpacked(file, folder):
    with tarfile.open(file) as parts:
        parts.extractall(folder, filter="data")
    return folder


def packed(folder, target):
    with tarfile.open(target, "w") as whole_file:
        for path in folder.iterdir():
            whole_file.add(path, arcname=path.name)
    return target


def changed_manifest(file, folder, **changes):
    """The same backup with another manifest."""
    parts = unpacked(file, folder / "parts")
    manifest = json.loads((parts / "manifest.json").read_text())
    (parts / "manifest.json").write_text(json.dumps(manifest | changes))
    return packed(parts, folder / "changed.tar")


def test_a_damaged_file_is_refused_before_anything_changes(backed_up, tmp_path):
    file, _held_before = backed_up
    parts = unpacked(file, tmp_path / "parts")
    dump = parts / "database.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    damaged = packed(parts, tmp_path / "damaged.tar")
    refused = manage(tmp_path / "nowhere", "restore", str(damaged), check=False)
    assert refused.returncode == 1
    assert "database.dump is not what was written. Nothing was changed." in refused.stderr
    damaged.write_bytes(b"not an archive")
    assert manage(tmp_path / "nowhere", "restore", str(damaged), check=False).returncode == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parts": {}}, "its list and its parts differ. Nothing was changed."),
        ({"rows": {}}, "its list and its parts differ. Nothing was changed."),
        ({"parts": None}, "is no whole backup of VERSO"),
        ({"version": "99.0.0"}, "it was made by VERSO 99.0.0"),
        ({"migrations": ["deals.0099_later"]}, "which does not know deals.0099_later. Install that version first."),
    ],
)
def test_what_cannot_be_brought_back_is_refused_before_anything_changes(backed_up, tmp_path, changes, words):
    changed = changed_manifest(backed_up[0], tmp_path, **changes)
    refused = manage(tmp_path / "nowhere", "restore", str(changed), "--replace", check=False)
    assert refused.returncode == 1
    assert words in refused.stderr


def test_a_part_that_the_list_does_not_name_is_refused(backed_up, tmp_path):
    parts = unpacked(backed_up[0], tmp_path / "parts")
    (parts / "media" / "slipped_in.txt").write_text("x")
    refused = manage(tmp_path / "nowhere", "restore", str(packed(parts, tmp_path / "more.tar")), check=False)
    assert refused.returncode == 1 and "its list and its parts differ" in refused.stderr


def test_a_dump_of_a_newer_server_is_refused():
    contents = ";     Dumped from database version: 18.4"
    archive.check_server(contents, 180004)
    archive.check_server(contents, 190000)
    with pytest.raises(archive.BadArchive, match="it comes from PostgreSQL 18, and this server is 15"):
        archive.check_server(contents, 150003)


def test_a_folder_that_is_not_there_is_no_name_for_a_backup(tmp_path):
    for output in (tmp_path / "backups", tmp_path / "no" / "backup.tar"):
        refused = manage(tmp_path / "nowhere", "backup", "--output", str(output), check=False)
        assert refused.returncode == 1 and "Nothing was written." in refused.stderr
        assert not output.exists()


# --- cut off


CUTS = [
    "laying the files ready",
    "loading the database",
    "verifying",
    "committing",
    "putting the files in their places",
]


@pytest.fixture(scope="module")
def in_use(tmp_path_factory):
    """An installation that is not the one of the backup: people, a paper, an anchor of its own."""
    data_dir = tmp_path_factory.mktemp("in_use")
    with installed(data_dir, durable=False) as urls:
        with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            factories.make_cast(owner)
        manage(data_dir, "export_audit_anchor")
        (data_dir / "media").mkdir(exist_ok=True)
        (data_dir / "media" / "other.txt").write_text("another paper")
        yield data_dir, urls


def whole(data_dir, urls) -> str:
    """What the installation is, as one fingerprint: rows, papers, anchors, key."""
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
        rows = owner.execute(
            "select count(*), max(id), (select count(*) from profiles), (select sum(units_remaining) from share_lots),"
            " (select count(*) from django_migrations) from audit_log"
        ).fetchone()
    files = [data_dir / "audit_signing_key"]
    for name in ("media", "anchors"):
        files += sorted((data_dir / name).rglob("*"))
    seen = [(str(path.relative_to(data_dir)), path.read_bytes()) for path in files if path.is_file()]
    return hashlib.sha256(repr((rows, seen)).encode()).hexdigest()


def test_what_does_not_add_up_is_not_kept(backed_up, in_use, tmp_path):
    data_dir, urls = in_use
    old = whole(data_dir, urls)
    rows = json.loads((unpacked(backed_up[0], tmp_path / "look") / "manifest.json").read_text())["rows"]
    changed = changed_manifest(backed_up[0], tmp_path, rows=rows | {"public.deals": rows["public.deals"] + 1})
    refused = manage(data_dir, "restore", str(changed), "--replace", check=False)
    assert refused.returncode == 1
    assert "everything is as it was: the rows of these tables do not add up: public.deals." in refused.stderr
    assert whole(data_dir, urls) == old


def test_a_restore_cut_off_at_any_moment_leaves_the_old_or_the_new_whole(backed_up, in_use):
    data_dir, urls = in_use
    old = whole(data_dir, urls)
    anchor = (data_dir / "anchors" / "anchor-00000001.json").read_text()
    for cut in CUTS:
        _restore_until(data_dir, backed_up[0], cut)
        manage(data_dir, "bootstrap")  # as `make run` does
        if cut not in CUTS[-2:]:
            assert whole(data_dir, urls) == old, cut
    new = whole(data_dir, urls)
    assert new != old
    manage(data_dir, "restore", str(backed_up[0]), "--replace")
    assert whole(data_dir, urls) == new
    assert not (data_dir / "media" / "other.txt").exists()
    assert manage(data_dir, "export_audit_anchor").returncode == 0  # nothing left behind blocks the next ones
    kept = [path.read_text() for path in data_dir.glob("anchors.before-*/anchor-00000001.json")]
    assert anchor in kept  # what proves the former log is not thrown away
    assert [path.name for path in data_dir.iterdir() if path.name.endswith(".restored")] == []


def _restore_until(data_dir, file, word: str) -> None:
    """Begin a restore and kill it as soon as it says this word."""
    command = [sys.executable, "manage.py", "restore", str(file), "--replace"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment_of(data_dir), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        said = []
        for line in run.stdout:
            said.append(line)
            if word in line:
                run.kill()
                break
        assert word in "".join(said), said


def test_a_backup_is_private_and_says_what_it_holds(backed_up):
    file, _held_before = backed_up
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        names = archive.getnames()
    assert manifest["rows"]["public.profiles"] == 15
    assert {"database.dump", "audit_signing_key", "anchors/anchor-00000001.json"} <= set(names)
