"""Become the account that runs the programs, then run one: `python -I -S enter_account.py WISH PROGRAM …`, as root.

Run by its path, since no package of ours is needed for it. Where a folder above the code is closed to the account, it
is covered in a mount namespace of this process alone and what the program needs is put back at its own path: nothing
changes for anybody else, and no permission is touched. The process stays the same, so who started it can stop it.
"""

import ctypes
import json
import os
import sys
from contextlib import suppress

CANNOT = 97  # The exit code when the account cannot be had; one line on stderr says why.
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
CLONE_NEWNS = 0x20000
PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 38, 47, 2
CAP_VERSION, CAP_NET_BIND_SERVICE = 0x20080522, 10

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments) -> None:
    """A function of the C library that gives 0 when it went well. Raises OSError."""
    given = [part.encode() if isinstance(part, str) else ctypes.c_ulong(part) if part else None for part in arguments]
    if getattr(libc, name)(*given):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def trail(path: str) -> tuple[str, dict[str, str]]:
    """Where a path leads in the end, and every symbolic link on the way with what it says."""
    links: dict[str, str] = {}
    at, ahead = "/", path.split("/")
    while ahead:
        part = ahead.pop(0)
        if part in ("", "."):
            continue
        step = os.path.dirname(at) if part == ".." else os.path.join(at, part)
        if part == ".." or not os.path.islink(step) or len(links) > 100:
            at = step
            continue
        links[step] = os.readlink(step)
        ahead = links[step].split("/") + ahead
        at = "/" if links[step].startswith("/") else at
    return at, links


def may_pass(path: str, uid: int) -> bool:
    found = os.stat(path)
    return bool(found.st_mode & (0o100 if found.st_uid == uid else 0o001))


def closed_above(path: str, uid: int) -> str | None:
    """The first folder above a path that the account cannot enter, as far down as there are any."""
    parts = path.split("/")
    for length in range(2, len(parts)):
        folder = "/".join(parts[:length])
        if not os.path.isdir(folder):
            return None
        if not may_pass(folder, uid):
            return folder
    return None


def open_way(wanted: list[str], hidden: list[str], uid: int) -> None:
    """Let the account reach every wanted path, where it cannot yet."""
    found = [trail(path) for path in wanted if os.path.exists(path)]
    places: set[str] = set()
    for place, _ in found:
        inside = [os.path.join(place, name) for name in os.listdir(place)] if os.path.isdir(place) else []
        places |= {place} if may_pass(place, uid) or not inside else set(inside)
    links = {link: target for _, those in found for link, target in those.items()}
    if not any(closed_above(path, uid) for path in [*places, *links]):
        return
    call("unshare", CLONE_NEWNS)
    call("mount", "none", "/", 0, MS_REC | MS_PRIVATE, 0)
    # Held open, a folder can be put back when what is above it is covered.
    held = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in sorted(places) if not os.path.islink(path)}
    for path, descriptor in held.items():
        if closed := closed_above(path, uid):
            cover(closed, "mode=0755")
        put_back(path, descriptor)
    for path in links:
        if closed := closed_above(path, uid):
            cover(closed, "mode=0755")
    for link, target in links.items():
        if not os.path.lexists(link):
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(target, link)
    for path in hidden:  # The closed folder kept these from everybody.
        if os.path.isdir(path):
            cover(path, "mode=0700")
        elif os.path.exists(path):
            call("mount", "/dev/null", path, 0, MS_BIND, 0)


def cover(folder: str, options: str) -> None:
    call("mount", "tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options)


def put_back(path: str, descriptor: int) -> None:
    with suppress(OSError):
        if os.path.samestat(os.stat(path), os.fstat(descriptor)):
            return
    if os.path.isdir(f"/proc/self/fd/{descriptor}"):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
    call("mount", f"/proc/self/fd/{descriptor}", path, 0, MS_BIND | MS_REC, 0)


def close_terminal() -> None:
    """A terminal handed down is open for reading as well; only writing is meant."""
    for number in (1, 2):
        if os.isatty(number):
            writing = os.open(f"/proc/self/fd/{number}", os.O_WRONLY | os.O_NOCTTY)
            os.dup2(writing, number)
            os.close(writing)


def become(uid: int, gid: int, port: int) -> None:
    """Give up root for good; of its rights one may stay, to listen on a port below 1024 where that is asked for."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    keep = port and port < first_open_port()
    if keep:
        call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if keep:
        one = 1 << CAP_NET_BIND_SERVICE
        head, sets = (ctypes.c_uint32 * 2)(CAP_VERSION, 0), (ctypes.c_uint32 * 6)(one, one, one, 0, 0, 0)
        if libc.capset(head, sets):
            raise OSError(ctypes.get_errno(), "capset failed")
        call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0)


def first_open_port() -> int:
    try:
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 1024


def main() -> None:
    wish, program = json.loads(sys.argv[1]), sys.argv[2:]
    try:
        os.umask(0o022)
        close_terminal()
        open_way(wish["folders"], wish["hidden"], wish["uid"])
        become(wish["uid"], wish["gid"], wish["port"])
        os.umask(0o077)
        os.chdir(wish["home"])
        os.execv(program[0], program)  # noqa: S606 (a program of ours, without a shell)
    except OSError as error:
        print(f"{error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(CANNOT)


if __name__ == "__main__":
    main()
