"""A Chromium for the browser tests: the machine's, else Debian's package, installed or unpacked into a cache.

``python -m tests.browser.chromium`` prints its path; with none to be had it says so in one line, exit code 1.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher.prepare import as_root

# The shell comes first: it keeps no windows, and every page costs it a fifth less.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")
# No background traffic: a test machine has no network, and every attempt costs seconds.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "verso" / "chromium"
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{root}/usr/lib/{triplet}:{root}/lib/{triplet}" FONTCONFIG_SYSROOT="{root}"
exec "{root}/usr/lib/chromium/{program}" "$@"
"""


class NoBrowser(Exception):
    """There is no Chromium and none can be had; one line."""


def find() -> Path | None:
    """The Chromium to use, without installing anything."""
    candidates = [shutil.which(name) for name in NAMES] + [str(CACHE / "chromium")]
    return next((Path(path) for path in candidates if path and _works(path)), None)


def _works(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def ensure() -> Path:
    """The Chromium to use, installed where needed. Raises NoBrowser."""
    if found := find():
        return found
    if not shutil.which("apt-get"):
        raise NoBrowser("There is no Chromium for the browser tests: install the package chromium.")
    print("verso: installing Chromium for the browser tests", file=sys.stderr)
    as_root("apt-get", "update", "-qq")
    for package in PACKAGES:
        as_root("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
        if found := find():
            return found
    try:
        _unpack()
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoBrowser(f"There is no Chromium for the browser tests and none could be had: {error}") from error
    if found := find():
        return found
    raise NoBrowser("There is no Chromium for the browser tests, and the one that was fetched does not run.")


def _unpack() -> None:
    """Fetch the package and all it needs through a private package state, and unpack it into the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if find():
            return
        state, root = CACHE / "apt", CACHE / "root"
        shutil.rmtree(root, ignore_errors=True)
        for folder in ("lists/partial", "archives/partial"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        (state / "status").touch()
        options = {"State": state, "State::lists": "lists", "State::status": state / "status", "Cache": state}
        apt = ["apt-get", "-qq", "-o", "Debug::NoLocking=1"]
        for name, value in options.items():
            apt += ["-o", f"Dir::{name}={value}"]
        subprocess.run([*apt, "update"], capture_output=True)
        # An empty list of installed packages: everything needed is fetched, also what this machine lacks.
        apt += ["install", "-y", "--no-install-recommends", "--download-only"]
        if subprocess.run([*apt, PACKAGES[0]], capture_output=True).returncode:
            _run([*apt, PACKAGES[1]])
        for package in (state / "archives").glob("*.deb"):
            if not package.name.startswith("libc6_"):  # The C library has to fit the machine's own loader.
                _run(["dpkg-deb", "-x", str(package), str(root)])
        _write_wrapper(root)
        shutil.rmtree(state)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _write_wrapper(root: Path) -> None:
    triplet = next((root / "usr/lib").glob("*-linux-gnu")).name
    wrapper = CACHE / "chromium"
    program = next(name for name in PACKAGES if (root / "usr/lib/chromium" / name).exists())
    wrapper.write_text(WRAPPER.format(root=root, triplet=triplet, program=program))
    wrapper.chmod(0o755)


if __name__ == "__main__":
    try:
        print(ensure())
    except NoBrowser as problem:
        sys.exit(f"verso: {problem}")
