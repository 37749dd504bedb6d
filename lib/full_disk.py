"""A full disk is told from every other failure: it damages nothing, and passes when somebody frees space."""

import errno
import os
import re
from pathlib import Path

from lib.causes import causes

# PostgreSQL writes its log 16 MB at a time, and does not start without room for that.
ROOM_BYTES_MIN = 16 * 1024 * 1024
_SQLSTATE = "53100"
_WORDS = re.compile(r"No space left on device|Disk quota exceeded|could not extend file|Errno 28\b", re.IGNORECASE)


def is_full_disk(error: BaseException | None) -> bool:
    """Whether this error, or one that led to it, says that there is no room: of the system or of PostgreSQL."""
    for each in causes(error):
        if getattr(each, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or getattr(each, "sqlstate", "") == _SQLSTATE:
            return True
        if isinstance(each, OSError) and each.errno is None and says_full_disk(str(each)):
            return True  # shutil tells what failed in words.
    return False


def says_full_disk(text: str) -> bool:
    """Whether what a program said names a full disk."""
    return bool(_WORDS.search(text))


def has_no_room(folder: Path) -> bool:
    """Whether the disk of a folder is as good as full, for those who could not say why they failed."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    no_blocks = found.f_blocks > 0 and found.f_bavail * found.f_frsize < ROOM_BYTES_MIN
    return no_blocks or (found.f_files > 0 and found.f_favail == 0)
