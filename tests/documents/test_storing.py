"""Storing: one file and one row, once for one source, and nothing left of what was refused."""

import io
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from audit.identity import SYSTEM_PROFILE_ID, acting_as, acting_as_system, set_identity
from documents import contents, selectors, services
from documents.models import Document
from investors.models import Profile
from lib.db import BadValue, NotAllowed
from lib.text import BadText
from tests import factories
from tests.documents import files
from tests.house.code import ROOT
from tests.race.crowd import waiting


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A private folder of this test's own."""
    options = {"location": str(tmp_path / "documents")}
    private = {"BACKEND": "documents.storage.PrivateStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"private": private}
    return tmp_path / "documents"


def there(folder: Path) -> list[bytes]:
    """What every file in the folder holds, drafts too."""
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def store(person, content=files.PDF, **facts):
    facts = {"filename": "invoice.pdf", "title": "Invoice INV-2026-000001", "type": "Invoice"} | facts
    return services.store_document(acting_user=person, content=content, **facts)


def profile(person_id) -> Profile:
    with acting_as_system():
        return Profile.objects.get(pk=getattr(person_id, "id", person_id))


def counted(owner) -> tuple[int, int]:
    return (
        factories.value(owner, "select count(*) from documents"),
        factories.value(owner, "select count(*) from audit_log where entity = 'documents'"),
    )


@pytest.mark.django_db(transaction=True)
def test_a_document_has_its_file_its_digest_and_one_audit_row(owner, cast, deal, folder):
    made = store(
        profile(cast.sam), owner_investor=cast.aldgate, deal_id=deal.id, vehicle_id=deal.vehicle_id, source_key="a 1"
    )
    kept = owner.execute(
        "select title, type, filename, content_type, size_bytes, sha256, file_key, owner_investor_id, deal_id,"
        " vehicle_id, created_by, source_key from documents where id = %s",
        [made.pk],
    ).fetchone()
    assert kept[:5] == ("Invoice INV-2026-000001", "Invoice", "invoice.pdf", "application/pdf", len(files.PDF))
    assert kept[5] == contents.check(io.BytesIO(files.PDF), "x").sha256
    assert kept[6].startswith(f"{kept[5][:2]}/{kept[5]}-")
    assert kept[7:] == (cast.aldgate, deal.id, deal.vehicle_id, cast.sam.id, "a 1")
    assert there(folder) == [files.PDF]
    rows = owner.execute(
        "select action, actor_user_id, after ->> 'sha256' from audit_log where entity = 'documents'"
    ).fetchall()
    assert [row[1:] for row in rows] == [(cast.sam.id, kept[5])]


@pytest.mark.django_db(transaction=True)
def test_a_job_stores_as_the_system_profile_and_takes_an_open_file(owner, cast, folder):
    made = store(profile(SYSTEM_PROFILE_ID), io.BytesIO(files.DOCX), filename="a.docx", owner_user=profile(cast.larry))
    with acting_as(cast.larry.id):
        assert Document.objects.get().pk == made.pk
    assert there(folder) == [files.DOCX]


@pytest.mark.django_db(transaction=True)
def test_the_same_source_gives_the_same_document_once(owner, cast, folder):
    first = store(profile(cast.sam), source_key="invoice INV-2026-000001")
    before = counted(owner)
    again = store(profile(cast.ada), b"Another text.\n", title="Another", source_key="invoice INV-2026-000001")
    assert (again.pk, again.title, again.file_key) == (first.pk, "Invoice INV-2026-000001", first.file_key)
    assert counted(owner) == before and there(folder) == [files.PDF]
    other = store(profile(cast.sam), source_key="invoice INV-2026-000002")
    assert other.pk != first.pk and there(folder) == [files.PDF, files.PDF]
    without = {store(profile(cast.sam)).pk for _ in range(2)}
    assert len(without) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "facts, refusal",
    [
        ({"content": b"<html></html>"}, contents.UnknownContent),
        ({"content": b""}, contents.EmptyFile),
        ({"most": 10}, contents.FileTooLarge),
        ({"accepts": contents.STATEMENTS}, contents.UnknownContent),
        ({"title": " "}, BadText),
        ({"title": "x" * 201}, BadText),
        ({"type": "\u200b"}, BadText),
        ({"source_key": ""}, BadText),
        ({"deal_id": SYSTEM_PROFILE_ID}, NotAllowed),
        ({"owner_investor": SYSTEM_PROFILE_ID}, NotAllowed),
    ],
)
def test_what_is_refused_leaves_nothing(owner, cast, folder, facts, refusal):
    with pytest.raises(refusal) as told:
        store(profile(cast.sam), **facts)
    assert isinstance(told.value, BadValue | NotAllowed)
    assert counted(owner) == (0, 0) and there(folder) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["alice", "larry", "ingrid"])
def test_nobody_but_staff_stores(owner, cast, deal, folder, name):
    person = profile(getattr(cast, name))
    for paths in ({}, {"owner_user": person}, {"deal_id": deal.id}, {"source_key": "mine"}):
        with pytest.raises(NotAllowed):
            store(person, **paths)
    assert counted(owner) == (0, 0) and there(folder) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_store_the_same_at_once_get_one_document(owner, superuser, cast, folder):
    sam, ada, stored, go_on = profile(cast.sam), profile(cast.ada), threading.Event(), threading.Event()

    def first():
        try:
            with transaction.atomic():
                set_identity(sam.pk)
                made = store(sam, source_key="invoice INV-2026-000001")
                stored.set()
                assert go_on.wait(30)
                return made
        finally:
            connection.close()

    def second():
        try:
            assert stored.wait(30)
            return store(ada, b"Made a moment later.\n", source_key="invoice INV-2026-000001")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.submit(first), pool.submit(second)
        for _ in range(500):
            if two.done() or waiting(superuser):
                break
            threading.Event().wait(0.02)
        assert waiting(superuser) == 1, "the second waits for the row of the first"
        go_on.set()
        assert one.result(30).pk == two.result(30).pk
    assert counted(owner) == (1, 1) and there(folder) == [files.PDF]


@pytest.mark.django_db(transaction=True)
def test_a_kill_between_file_and_row_leaves_a_file_that_is_swept(
    owner, superuser, open_connection, cast, folder, house_database
):
    with open_connection("admin", autocommit=False) as other:
        other.execute("lock table documents in share mode")  # it may be read, and nothing is written
        _store_and_be_killed(superuser, cast, folder, house_database)
        other.rollback()
    assert counted(owner) == (0, 0) and there(folder) == [files.PDF]
    with acting_as_system():
        assert list(selectors.broken_files()) == []
    assert services.sweep_stored_files(now=timezone.now()) == 0, "it may be a row that is not committed yet"
    kept = store(profile(cast.sam), source_key="invoice INV-2026-000001")
    later = timezone.now() + timedelta(days=1, seconds=1)
    assert services.sweep_stored_files(now=later, dry_run=True) == 1 and len(there(folder)) == 2
    assert services.sweep_stored_files(now=later) == 1
    assert services.sweep_stored_files(now=later) == 0
    assert there(folder) == [files.PDF] and storages["private"].exists(kept.file_key)


def _store_and_be_killed(superuser, cast, folder, house_database) -> None:
    code = (
        "import django; django.setup()\n"
        "from audit.identity import acting_as_system\n"
        "from documents import services\n"
        "from investors.models import Profile\n"
        "with acting_as_system():\n"
        f"    sam = Profile.objects.get(pk='{cast.sam.id}')\n"
        f"services.store_document(acting_user=sam, content={files.PDF!r}, filename='a.pdf', title='A', type='Invoice',"
        " source_key='invoice INV-2026-000001')\n"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": house_database.url_of("app"),
        "MEDIA_ROOT": str(folder.parent),
    }
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment) as child:
        for _ in range(600):
            if waiting(superuser):
                break
            assert child.poll() is None
            threading.Event().wait(0.05)
        assert waiting(superuser) == 1 and len(there(folder)) == 1
        child.send_signal(signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_lost_is_a_broken_rule(owner, cast, folder, capsys):
    kept, lost, cut = (store(profile(cast.sam), title=title) for title in ("Kept", "Lost", "Cut"))
    (folder / lost.file_key).unlink()
    (folder / cut.file_key).write_bytes(b"%PDF")
    with acting_as_system():
        found = {row["entity_id"]: row["found"] for row in selectors.broken_files()}
    assert found == {lost.pk: "missing", cut.pk: "4 bytes"}
    with pytest.raises(SystemExit):
        call_command("check_invariants")
    said = capsys.readouterr().out
    assert f"stored file: documents {lost.pk} should be {len(files.PDF)} bytes, is missing" in said
    assert str(kept.pk) not in said and "2 broken." in said


@pytest.mark.django_db(transaction=True)
def test_the_command_says_how_many(owner, cast, folder, capsys):
    for _ in range(2):
        store(profile(cast.sam))
    owner.execute("delete from documents")
    for path in folder.rglob("*-*"):
        os.utime(path, (0, 0))
    call_command("sweep_stored_files", dry_run=True)
    call_command("sweep_stored_files")
    assert capsys.readouterr().out == "2 files would be deleted.\n2 files deleted.\n"
    assert there(folder) == []
