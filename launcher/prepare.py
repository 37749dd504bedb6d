"""Prepare ``.venv`` from a hash-locked list, with what the machine has: uv where it can be had, else pip.

Runs under the machine's own Python before anything is installed: ``python3 -I launcher/prepare.py dev``.
What is missing and cannot be installed is named in one line.
"""

# An older Python reads this file too, to be told that it is too old.
from __future__ import annotations

import ctypes
import ctypes.util
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
VERSION = ".".join(str(part) for part in sys.version_info[:2])
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
UV_LOCK = ROOT / "requirements-uv.lock"
# What lays out the text of PDFs: libraries of the system, which no wheel carries, and the packages that have them.
LIBRARIES = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
    "fontconfig": "libfontconfig.so.1",
    "harfbuzz": "libharfbuzz.so.0",
    "harfbuzz-subset": "libharfbuzz-subset.so.0",
}
PACKAGES = {
    "apt-get": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    "dnf": ("pango", "harfbuzz"),
    "apk": ("pango", "harfbuzz-subset", "font-dejavu"),
}
INSTALL = {
    "apt-get": ("install", "-y", "-qq", "--no-install-recommends"),
    "dnf": ("install", "-y", "-q"),
    "apk": ("add", "--quiet"),
}


class CannotPrepare(Exception):
    """One line that says what is missing."""


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def say(text: str) -> None:
    print(f"verso: {text}", flush=True)


def stamp_of(group: str) -> tuple[Path, str]:
    """The file that says a group is installed, and what it must hold."""
    digest = hashlib.sha256(LOCKS[group].read_bytes() + sys.version.encode() + str(VENV).encode()).hexdigest()
    return VENV / f"verso-{group}.stamp", digest


def is_ready(group: str) -> bool:
    # The list for development contains the one for running.
    stamps = [stamp_of(name) for name in ({group, "dev"} if group == "runtime" else {group})]
    current = any(path.exists() and path.read_text() == digest for path, digest in stamps)
    return current and run(PYTHON, "-c", "import django").returncode == 0


def as_root(*command) -> bool:
    """Run a command as root, without a question; whether that could be done and went well."""
    if os.geteuid() != 0:
        if not shutil.which("sudo") or run("sudo", "-n", "true").returncode:
            return False
        command = ("sudo", "-n", *command)
    return run(*command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}).returncode == 0


def make_venv(uv: str | None) -> None:
    same = f"import sys; assert sys.version_info[:2] == {tuple(sys.version_info[:2])}"
    if PYTHON.exists() and run(PYTHON, "-c", same).returncode == 0:
        return
    say("making .venv")
    if uv and run(uv, "venv", "--clear", "--quiet", "--python", sys.executable, VENV).returncode == 0:
        return
    if run(sys.executable, "-m", "venv", "--clear", VENV).returncode == 0:
        return
    if shutil.which("apt-get"):
        as_root("apt-get", "update", "-qq")
        if as_root("apt-get", "install", "-y", "-qq", "--no-install-recommends", f"python{VERSION}-venv"):
            if run(sys.executable, "-m", "venv", "--clear", VENV).returncode == 0:
                return
    without_pip = run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV).returncode == 0
    if not without_pip or run(sys.executable, "-m", "pip", "--version").returncode:
        raise CannotPrepare(f"Python cannot make virtual environments: install the package python{VERSION}-venv.")


def pip() -> list:
    """The command for pip in ``.venv``: its own, else the machine's working on it."""
    if run(PYTHON, "-m", "pip", "--version").returncode == 0:
        return [PYTHON, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", PYTHON]


def find_uv() -> str | None:
    own = VENV / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def install_uv() -> str | None:
    """uv in ``.venv``, where its wheel can be had; pip does without it."""
    run(*pip(), "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", UV_LOCK)
    return find_uv()


def install(group: str, uv: str | None) -> None:
    lock = LOCKS[group]
    say(f"installing what {lock.name} names")
    uv = uv or install_uv()
    if uv:
        environment = dict(os.environ)
        for theirs, ours in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
            if os.environ.get(theirs) and not os.environ.get(ours):
                environment[ours] = os.environ[theirs]
        command = (uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock)
        if run(*command, env=environment).returncode == 0:
            return
    done = run(*pip(), "install", "--quiet", "--require-hashes", "-r", lock)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise CannotPrepare(f"The packages of {lock.name} could not be installed: {reason}")


def missing_libraries() -> list[str]:
    """Those of the libraries for PDFs that this machine does not have."""
    return [name for name, file in LIBRARIES.items() if not _loads(file) and not ctypes.util.find_library(name)]


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def install_libraries(group: str) -> None:
    """Have the machine's package manager bring what PDFs need. Raises CannotPrepare where tests would miss it.

    Without it all but PDFs works. For running it is tried once: a machine without a network starts no slower for it.
    """
    tried = VENV / "verso-libraries.tried"
    missing = missing_libraries()
    if not missing:
        if tried.exists():
            tried.unlink()
        return
    manager = next((name for name in PACKAGES if shutil.which(name)), None)
    if manager and not (group == "runtime" and tried.exists()):
        tried.touch()
        say("installing the libraries that PDFs need")
        if manager == "apt-get":
            as_root("apt-get", "update", "-qq")
        as_root(manager, *INSTALL[manager], *PACKAGES[manager])
        missing = missing_libraries()
        if not missing:
            return
    wanted = " ".join(PACKAGES[manager]) if manager else "Pango and HarfBuzz with its subset library"
    line = f"PDFs need {', '.join(missing)}: install {wanted}."
    if group != "runtime":
        raise CannotPrepare(line)
    say(f"{line} Everything else works.")


def prepare(group: str) -> None:
    """Make ``.venv`` hold a group of packages. Two at once wait for each other. Raises CannotPrepare."""
    if VERSION not in VERSIONS:
        wanted = f"{', '.join(VERSIONS[:-1])} or {VERSIONS[-1]}"
        raise CannotPrepare(f"Python {wanted} is needed, and {sys.executable} is {sys.version.split()[0]}.")
    with LOCKS[group].open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_ready(group):
            uv = find_uv()
            make_venv(uv)
            install(group, uv)
            stamp, digest = stamp_of(group)
            stamp.write_text(digest)
        install_libraries(group)


if __name__ == "__main__":
    try:
        prepare(sys.argv[1])
    except CannotPrepare as problem:
        sys.exit(f"verso: {problem}")
