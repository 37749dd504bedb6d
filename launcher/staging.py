"""Files that change places together with a commit of the database, whatever kills the program in between.

New files are laid beside the old ones and noted in ``DATA_DIR/restore.json`` with a mark that the commit leaves in the
database. Whoever comes next looks for the mark: there, the files change places; not there, the new ones go.
"""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lib import shared_folders

JOURNAL = "restore.json"


def stage(data_dir: Path, mark: str, places: dict[Path, Path | None], keep: set[Path]) -> None:
    """Lay the new content of each place beside it (None: the place becomes empty) and note it. Raises OSError.

    What stood at a place of ``keep`` stays under another name; the rest of the old goes.
    """
    moves = []
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for place, source in places.items():
        new, old = place.with_name(f".{place.name}.restored"), place.with_name(f"{place.name}.before-{stamp}")
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove(new)
        if source and source.is_dir():
            shutil.copytree(source, new)
            shared_folders.make_alike(new, place)
        elif source:
            shutil.copy2(source, new)
        moves.append([str(place), str(new) if source else "", str(old), place in keep])
    draft = data_dir / f".{JOURNAL}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"mark": mark, "moves": moves}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(data_dir / JOURNAL)


def finish(data_dir: Path, is_committed: Callable[[str], bool]) -> bool | None:
    """End what was staged: True: the new files are in place; False: they were dropped; None: there were none.

    Can be run again when it was cut off.
    """
    journal = data_dir / JOURNAL
    if not journal.exists():
        return None
    noted = json.loads(journal.read_text(encoding="utf-8"))
    committed = is_committed(noted["mark"])
    for place, new, old, keep in noted["moves"]:
        if committed:
            _change(Path(place), Path(new) if new else None, Path(old), keep)
        elif new:
            _remove(Path(new))
    journal.unlink()
    return committed


def _change(place: Path, new: Path | None, old: Path, keep: bool) -> None:
    if new and not new.exists():
        _drop(old, keep)
        return  # done before this was cut off
    if place.exists():
        place.rename(old)
    if new:
        new.rename(place)
    _drop(old, keep)


def _drop(old: Path, keep: bool) -> None:
    if not keep:
        _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
