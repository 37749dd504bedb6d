"""The private folder: whole files under unguessable names, and nothing beside it."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from documents.storage import PrivateStorage, new_key

SHA = "ab" + "0" * 62


@pytest.fixture
def storage(tmp_path):
    return PrivateStorage(location=str(tmp_path / "documents"))


def test_a_file_comes_back_and_is_for_nobody_else(storage, tmp_path):
    key = storage.save(new_key(SHA), ContentFile(b"paper"))
    with storage.open(key) as file:
        assert file.read() == b"paper"
    path = tmp_path / "documents" / key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parents[1].stat().st_mode) == 0o700
    assert (storage.size(key), storage.exists(key), storage.exists(new_key(SHA))) == (5, True, False)
    assert new_key(SHA) != new_key(SHA)
    with pytest.raises(ValueError, match="no address"):
        storage.url(key)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "ab/../../x", "ab/x", f"cd/{SHA}-{'0' * 32}", f"ab/{SHA}-{'0' * 32}\n", ""],
)
def test_only_its_own_names_are_names(storage, name):
    storage.save(new_key(SHA), ContentFile(b"paper"))
    for verb in (storage.open, storage.exists, storage.size, storage.delete):
        with pytest.raises(SuspiciousFileOperation):
            verb(name)
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name or "x", ContentFile(b"x"))


def test_no_link_is_followed(storage, tmp_path):
    key = storage.save(new_key(SHA), ContentFile(b"paper"))
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (tmp_path / "documents" / key).unlink()
    (tmp_path / "documents" / key).symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        storage.open(key)
    folder = tmp_path / "documents" / "cd"
    folder.symlink_to(tmp_path)
    with pytest.raises(OSError, match="Not a directory|symbolic links"):
        storage.save(new_key("cd" + "0" * 62), ContentFile(b"x"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents", "secret"]


def test_only_what_is_old_is_told_and_old_drafts_go(storage, tmp_path):
    old, young = (storage.save(new_key(SHA), ContentFile(b"x")) for _ in range(2))
    folder = tmp_path / "documents" / "ab"
    drafts = [folder / f".{new_key(SHA)[3:]}" for _ in range(2)]
    foreign = folder / "notes.txt"
    for path in (*drafts, foreign):
        path.write_bytes(b"x")
    now = datetime(2026, 12, 4, tzinfo=UTC)
    for path, age in (
        (folder / old[3:], 25),
        (folder / young[3:], 23),
        (drafts[0], 25),
        (drafts[1], 23),
        (foreign, 99),
    ):
        when = (now - timedelta(hours=age)).timestamp()
        os.utime(path, (when, when))
    assert list(storage.written_before(now - timedelta(days=1))) == [old]
    assert [path.exists() for path in (*drafts, foreign)] == [False, True, True]
    assert list(PrivateStorage(location=str(tmp_path / "none")).written_before(now)) == []


def test_what_root_writes_belongs_to_whose_the_folder_is(tmp_path):
    """A command as root stores what the account of the web server opens."""
    media = tmp_path / "media"
    media.mkdir()
    account = 65_000 if os.geteuid() == 0 else os.geteuid()
    os.chown(media, account, -1)
    key = PrivateStorage(location=str(media / "documents")).save(new_key(SHA), ContentFile(b"paper"))
    written = [media / "documents", (media / "documents" / key).parent, media / "documents" / key]
    assert [path.stat().st_uid for path in written] == [account] * 3
