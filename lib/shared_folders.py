"""What root reads from and writes into folders that belong to the account of web and workers.

No symbolic link in them is followed, since whoever runs code in those programs could lay one: a backup would hold
what it points at. What root writes there belongs to whoever the folder belongs to.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# A pipe that somebody laid there keeps nobody waiting.
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


def give_to_owner_of(folder: Path, descriptor: int) -> None:
    """Let what root has open belong to whoever a folder belongs to."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def make_alike(new: Path, place: Path) -> None:
    """Let a folder that only root reaches yet be like the one it takes the place of: its owner, and who may enter."""
    there = place.is_dir()
    new.chmod(place.stat().st_mode & 0o777 if there else 0o700)
    if there and os.geteuid() == 0:
        owner = place.stat()
        for path in (*new.rglob("*"), new):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def copy_tree(source: Path, target: Path) -> None:
    """Copy files into a new folder of one's own, without links and without drafts, which begin with a dot."""
    with _opened(source, os.O_RDONLY | os.O_DIRECTORY) as folder:
        _copy_folder(folder, target)


@contextmanager
def _opened(path: str | Path, how: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(path, how, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _copy_folder(source: int, target: Path) -> None:
    target.mkdir()
    for name in sorted(name for name in os.listdir(source) if not name.startswith(".")):
        kind = os.stat(name, dir_fd=source, follow_symlinks=False).st_mode
        if stat.S_ISDIR(kind):
            with _opened(name, FOLDER, source) as folder:
                _copy_folder(folder, target / name)
        elif stat.S_ISREG(kind):
            with _opened(name, READ, source) as file:
                _copy_file(file, target / name)


def _copy_file(source: int, target: Path) -> None:
    found = os.fstat(source)
    if not stat.S_ISREG(found.st_mode):
        return  # It was changed since it was looked at.
    with open(source, "rb", closefd=False) as content, target.open("xb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(found.st_mode & 0o777)
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
