"""A web process as in production: `config.web`, with collected static files."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from launcher.embedded.postgres import free_port
from tests.installation import ROOT, static_files

START_SECONDS = 60


@contextmanager
def serving(environment: dict[str, str], folder: Path, port: int | None = None) -> Iterator[str]:
    """Run a web process in this environment for the length of a block; its address.

    The folder keeps the process's log. What it serves as static files was collected once.
    """
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    environment = environment | {"STATIC_ROOT": str(static_files()), "PORT": str(port), "SITE_URL": address}
    environment |= {"LOG_LEVEL": "WARNING", "DB_POOL_MAX": "8", "WEB_CONCURRENCY": "1", "WEB_THREADS": "8"}
    command = [sys.executable, "-m", "config.web"]
    with (folder / "web.log").open("a") as log:
        web = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(f"{address}/healthz", folder / "web.log")
        yield address
    finally:
        web.terminate()
        web.wait(timeout=20)


def _wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the web process did not start: {log.read_text()[-2000:]}")


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)
