"""Where stored files stand: a private folder, under names that say nothing, behind no address.

A file that has its name is whole: written as a draft, synced, then renamed. Files never change.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from lib import shared_folders

KEY = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62}-[0-9a-f]{32})")


def new_key(sha256: str) -> str:
    """A name for a file of this digest, which nobody can guess."""
    return f"{sha256[:2]}/{sha256}-{uuid4().hex}"


@deconstructible(path="documents.storage.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """Files by keys of :func:`new_key`; any other name is refused. No symbolic link in the folder is followed."""

    def url(self, name):
        """There is none: files are served by views that ask who is there."""
        raise ValueError("Private files have no address.")

    def get_available_name(self, name, max_length=None):
        """The name itself, since no two keys are alike."""
        return name

    def _save(self, name, content):
        folder_name, file_name = _parts(name)
        with self._folder(folder_name, make=True) as folder:
            draft = f".{file_name}"
            with os.fdopen(os.open(draft, shared_folders.WRITE, 0o600, dir_fd=folder.fd), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                shared_folders.give_to_owner_of(Path(self.location), file.fileno())
                os.fsync(file.fileno())
            os.rename(draft, file_name, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
            os.fsync(folder.fd)
        return name

    def _open(self, name, mode="rb"):
        folder_name, file_name = _parts(name)
        with self._folder(folder_name) as folder:
            return File(os.fdopen(os.open(file_name, shared_folders.READ, dir_fd=folder.fd), "rb"), name=name)

    def exists(self, name):
        """Whether the file is there."""
        return self._stat(name) is not None

    def size(self, name):
        """Its bytes. Raises FileNotFoundError."""
        if (found := self._stat(name)) is None:
            raise FileNotFoundError(name)
        return found.st_size

    def delete(self, name):
        """Take a file away that no document names; nothing where there is none."""
        folder_name, file_name = _parts(name)
        try:
            with self._folder(folder_name) as folder:
                os.unlink(file_name, dir_fd=folder.fd)
        except FileNotFoundError:
            return

    def written_before(self, moment: datetime) -> Iterator[str]:
        """The keys of files last written before a moment; drafts of that age, which nobody finishes, are deleted."""
        for folder_name in sorted(os.listdir(self.location)) if os.path.isdir(self.location) else ():
            if not re.fullmatch("[0-9a-f]{2}", folder_name):
                continue
            with self._folder(folder_name) as folder:
                for name in sorted(os.listdir(folder.fd)):
                    if not KEY.fullmatch(key := f"{folder_name}/{name.removeprefix('.')}"):
                        continue
                    written = os.stat(name, dir_fd=folder.fd, follow_symlinks=False).st_mtime
                    if datetime.fromtimestamp(written, UTC) >= moment:
                        continue
                    if name.startswith("."):
                        os.unlink(name, dir_fd=folder.fd)
                    else:
                        yield key

    def _stat(self, name):
        folder_name, file_name = _parts(name)
        try:
            with self._folder(folder_name) as folder:
                return os.stat(file_name, dir_fd=folder.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def _folder(self, name: str, make: bool = False) -> "_Folder":
        place = Path(self.location)
        if make:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(place)
            _make(place / name)
        return _Folder(place / name)


class _Folder:
    """A folder that stays the one it was while something is done in it."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> "_Folder":
        self.fd = os.open(self.path, shared_folders.FOLDER)
        return self

    def __exit__(self, *error) -> None:
        os.close(self.fd)


def _make(path: Path) -> None:
    """A folder within one that is there, its owner's like that one."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    with _Folder(path) as made, _Folder(path.parent) as above:
        shared_folders.give_to_owner_of(path.parent, made.fd)
        os.fsync(above.fd)


def _parts(name: str) -> tuple[str, str]:
    """Folder and file of a key. Raises SuspiciousFileOperation for anything else, a path out of the folder too."""
    if not (found := KEY.fullmatch(str(name))):  # [1]
        raise SuspiciousFileOperation("This is no key of a stored file.")
    return found[1], found[2]
