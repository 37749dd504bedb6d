"""One side of a comparison: this tree's code on grounds of its own, measuring the cell it is told to, line by line.

``tests.bench.before`` runs one such process in the tree of today and one in the tree of before, so what stands here
uses only what both trees have: the names that ``tests.bench`` itself is made of.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launcher import embedded
from launcher.embedded.postgres import free_port
from tests.bench.ground import MODEL, Ground, ground
from tests.bench.load import ACT, Cell, Crowd, hold_on, hold_on_any, pgbench
from tests.bench.pages import _wait_until_ready
from tests.bench.sets import _expire
from tests.installation import ROOT, environment_of

SECONDS = float(os.environ.get("VERSO_BENCH_SECONDS", "2"))
LAPSED = 10_000
READERS = 4


def cells_of(here: Ground, crowd: Crowd, site: "Site") -> dict[str, Callable[[], Cell]]:
    """Every cell by the name that stands in the report."""
    one, eight = here.deals["one"], here.deals["eight"]
    refused = f"bench_refused('{here.deals['sold']}', '{here.investor}')"
    facts = {"what": "service", "person": here.person, "investor": here.investor}
    return {
        "hold in SQL, 1 lot, 1 client": lambda: pgbench(here, hold_on(here, one), 1),
        "hold in SQL, 1 lot, 8 clients": lambda: pgbench(here, hold_on(here, one), 8),
        "hold in SQL, 8 lots, 8 clients": lambda: pgbench(here, hold_on(here, eight), 8),
        "hold in SQL, 1,000 deals × 4 lots, 8 clients": lambda: pgbench(here, hold_on_any(here), 8),
        "service, 1 lot, 8 clients": lambda: crowd.run(8, deal=one, **facts),
        "service, 8 lots, 8 clients": lambda: crowd.run(8, deal=eight, **facts),
        "sold-out refusal, 8 clients": lambda: pgbench(
            here, f"{ACT.format(person=here.person)} select {refused} from me;", 8
        ),
        f"expiry of {LAPSED:,} holds": lambda: _expire(here, crowd, LAPSED),
        f"served page of a deal, {READERS} readers": site.read,
        "served list of deals, 1 reader": lambda: site.read("/deals/", readers=1),
    }


class Site:
    """The whole of this tree on sample data, and readers signed in as its first investor."""

    def __init__(self, port: int, account: dict):
        self.port, self.cookies = port, {}
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.answer("/accounts/login/")[1])[1]
        form = {"login": account["email"], "password": account["password"], "csrfmiddlewaretoken": token}
        status, _text = self.answer("/accounts/login/", form)
        if status != 302:
            raise RuntimeError(f"nobody could sign in: {status}")
        self.deal = re.search(r'href="(/deals/[a-z0-9_-]+/)"', self.answer("/deals/")[1])[1]

    def answer(self, path: str, form: dict | None = None, connection=None) -> tuple[int, str]:
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(form) if form else None
        connection.request("POST" if form else "GET", path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.read().decode()

    def read(self, path: str = "", readers: int = READERS) -> Cell:
        """Pages served a second to so many readers, each on a connection of its own, kept open."""
        served, end = [0] * readers, time.perf_counter() + SECONDS
        begun = time.perf_counter()

        def reader(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            while time.perf_counter() < end:
                status, _text = self.answer(path or self.deal, connection=connection)
                if status != 200:
                    raise RuntimeError(f"{path or self.deal} answered {status}")
                served[number] += 1

        threads = [threading.Thread(target=reader, args=(number,)) for number in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not all(served):
            raise RuntimeError("a reader was not served; the message is above")
        return Cell(sum(served) / (time.perf_counter() - begun), sum(served))


@contextmanager
def site() -> Iterator[Site]:
    """``make run`` of this tree in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="verso-bench-") as name:
        folder, port = Path(name), free_port()
        environment = environment_of(folder) | {"PORT": str(port), "LOG_LEVEL": "ERROR"}
        run = subprocess.Popen(
            [sys.executable, "-m", "launcher.supervisor"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _wait_until_ready(port)
            accounts = json.loads((folder / "sample_data.json").read_text(encoding="utf-8"))
            yield Site(port, next(account for account in accounts if account["role"] == "investor"))
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(timeout=60)
            embedded.remove(folder)


def main() -> None:
    """Say ready with the cells' names, then answer each line, a name, with its rate."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What others print must not stand between the answers.
    with ExitStack() as stack:
        here = stack.enter_context(ground(MODEL, live_holds=1000))
        crowd = stack.enter_context(Crowd(here, 8))
        cells = cells_of(here, crowd, stack.enter_context(site()))
        print(json.dumps(list(cells)), file=answers, flush=True)
        for line in sys.stdin:
            if line.strip() == "settle":
                here.settle()
                rate = 0.0
            else:
                rate = cells[line.strip()]().per_second
            print(json.dumps(rate), file=answers, flush=True)


if __name__ == "__main__":
    main()
