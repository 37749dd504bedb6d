"""A full disk is named as such, ends nothing for good, and is never taken for damage.

``/dev/full`` is the full disk of every machine: whatever writes to it is told that there is no room.
"""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit.identity import acting_as
from house.heartbeat import job_recorded
from house.models import JobRun
from launcher import embedded, supervisor
from launcher.embedded import state
from lib import full_disk
from lib.full_disk import has_no_room, is_full_disk, says_full_disk
from tests.house.test_embedded import ask, environment_of, make_data_dir, pgdata_of, remove_data_dir
from tests.installation import ROOT

FULL = Path("/dev/full")
ADVICE = ("make reset", "damaged:", "delete", "Restore")


@pytest.fixture
def data_dir():
    folder = make_data_dir()
    yield folder
    remove_data_dir(folder)


def refusal_of(start, data_dir) -> str:
    with pytest.raises(embedded.EmbeddedError) as refused:
        start(data_dir)
    assert isinstance(refused.value, embedded.DiskFull), refused.value
    return str(refused.value)


def test_postgres_that_finds_no_room_says_so_and_starts_once_there_is_some(data_dir):
    embedded.start_postgres(data_dir)
    embedded.stop_postgres(data_dir)
    options = pgdata_of(data_dir) / "postmaster.opts"
    options.rename(options.with_suffix(".kept"))
    options.symlink_to(FULL)
    said = refusal_of(embedded.start_postgres, data_dir)
    assert "is full. Nothing is damaged" in said and not any(word in said for word in ADVICE)
    options.unlink()
    assert embedded.start_postgres(data_dir) is True
    assert ask(data_dir, "select 1") == 1


def test_another_reason_not_to_start_is_no_damage_either(data_dir):
    embedded.start_postgres(data_dir)
    embedded.stop_postgres(data_dir)
    settings = pgdata_of(data_dir) / "postgresql.conf"
    text = settings.read_text()
    settings.write_text(text + "shared_buffers = many\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL does not start: .*Nothing was changed") as refused:
        embedded.start_postgres(data_dir)
    assert not isinstance(refused.value, embedded.DataFolderDamaged)
    assert not any(word in str(refused.value) for word in ADVICE)
    settings.write_text(text)


def test_our_own_notes_find_no_room(tmp_path, monkeypatch):
    """The name that a file has until it is whole leads to the full disk."""
    monkeypatch.setattr(state.secrets, "token_hex", lambda length: "part")
    (tmp_path / ".secret_key.part").symlink_to(FULL)
    (tmp_path / "..secret_key.part.part").symlink_to(FULL)
    said = refusal_of(embedded.secret_key, tmp_path)
    assert not any(word in said for word in ADVICE)
    assert not (tmp_path / "secret_key").exists()
    assert len(embedded.secret_key(tmp_path)) >= 32  # and once there is room, all is well


def test_the_supervisor_outlives_a_run_file_without_room(tmp_path, capfd):
    (tmp_path / "run.json").symlink_to(FULL)
    run_file = supervisor.RunFile(tmp_path)
    assert run_file.take()
    run_file.write(address="http://127.0.0.1:1", children=[])
    assert f"{tmp_path}/run.json could not be written: the disk is full. Everything goes on." in capfd.readouterr().out
    assert supervisor.say("still here") is None
    run_file.file.close()


def test_a_shorter_note_leaves_nothing_of_the_longer_one(tmp_path):
    run_file = supervisor.RunFile(tmp_path)
    run_file.write(address="http://127.0.0.1:1", children=[[1, "2"]] * 9)
    run_file.write(address="http://127.0.0.1:1")
    assert json.loads((tmp_path / "run.json").read_text()) == {"address": "http://127.0.0.1:1"}
    run_file.file.close()


def test_the_supervisor_outlives_a_log_without_room(tmp_path):
    run_file = supervisor.RunFile(tmp_path)
    assert run_file.take()
    run_file.write(address="http://127.0.0.1:1")
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "launcher.supervisor"],
            cwd=ROOT, env=environment_of(tmp_path), stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    run_file.file.close()


def test_a_server_that_finds_no_room_is_tried_again_and_the_rest_goes_on(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(supervisor, "BACKOFF_SECONDS_MAX", 0)
    monkeypatch.setenv("PORT", "8000")
    room = [embedded.DiskFull(tmp_path), OSError(errno.ENOSPC, "No space left on device"), None]

    def start_postgres(data_dir):
        if found := room.pop(0):
            raise found
        return True

    here = supervisor.Supervisor(tmp_path, 0)
    for _ in range(3):
        here.start_again(lambda data_dir: False, start_postgres)
    first, second, third = capfd.readouterr().out.splitlines()
    assert "is full. Nothing is damaged" in first and "Trying again in" in first
    assert "No space left on device" in second
    assert third == "verso: postgres had ended and was started again"


def test_who_could_not_say_why_is_asked_how_much_room_there_is(tmp_path, monkeypatch):
    assert has_no_room(tmp_path) is False
    assert has_no_room(tmp_path / "nowhere") is False
    assert has_no_room(Path("/proc")) is False  # it has no size at all
    monkeypatch.setattr(full_disk, "ROOM_BYTES_MIN", 2**62)
    assert has_no_room(tmp_path) is True


@pytest.mark.parametrize(
    "error, full",
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device")]), True),
        (shutil.Error([("a", "b", "[Errno 13] Permission denied")]), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_told_from_all_else(error, full):
    assert is_full_disk(error) is full


def test_words_of_programs():
    assert says_full_disk('FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device')
    assert not says_full_disk("FATAL:  could not locate a valid checkpoint record")


# --- pages and jobs


@pytest.fixture
def full_database(owner):
    """A database whose disk is full for whoever adds a source."""
    owner.execute(
        "create function public.no_room() returns trigger language plpgsql as "
        "$$begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end$$"
    )
    owner.execute("create trigger no_room before insert on share_sources execute function public.no_room()")
    yield
    owner.execute("drop trigger no_room on share_sources")
    owner.execute("drop function public.no_room()")


@pytest.mark.django_db(transaction=True)
def test_a_page_says_that_the_disk_is_full_and_nothing_was_saved(owner, cast, sam_client, full_database):
    sam_client.raise_request_exception = False
    form = {"counterparty_name": "Northlight", "kind": "fund"}
    answer = sam_client.post("/staff/sources/new/", form)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "300"), answer.content.decode()[:2000]
    assert "run out of disk space" in answer.content.decode()
    assert owner.execute("select count(*) from share_sources").fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_job_says_that_the_disk_is_full(cast):
    with pytest.raises(OSError), job_recorded(name="audit.tasks.write_anchor"):
        FULL.write_text("anchor")
    with acting_as(cast.ada.id):
        said = JobRun.objects.get(name="audit.tasks.write_anchor").error
    assert said == "The disk is full. OSError: [Errno 28] No space left on device"
