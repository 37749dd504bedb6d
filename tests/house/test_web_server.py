"""The web server as it runs, asked through sockets: whole requests, limits, and nobody waits for another client."""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from investors.senders import is_welcome
from lib import whole_requests
from lib.whole_requests import WholeRequests
from tests import factories
from tests.browser.web import serving
from tests.factories import PASSWORD
from tests.installation import ROOT
from ui import body_limits

THREADS = 8
HALF_SENT = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nab"
TOO_LARGE = "This page accepts up to 64.0"


@pytest.fixture(scope="module")
def server(house_database, tmp_path_factory):
    """The address of a web server of one worker with eight threads, and where it keeps temporary files."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "tmp").mkdir()
    environment = os.environ | {
        "DATABASE_URL": house_database.url_of("app"),
        "DATA_DIR": str(folder),
        "TMPDIR": str(folder / "tmp"),
    }
    with serving(environment, folder) as address:
        yield address.removeprefix("http://"), folder / "tmp"


@pytest.fixture
def cast(cast, owner):
    """The cast, with passwords that a web process of its own knows."""
    return factories.with_passwords_of_argon2(owner, cast)


@pytest.fixture
def hold(server):
    """A factory of connections that sent something and now wait."""
    opened = []

    def connections(count: int, sent: bytes = b"") -> list[socket.socket]:
        host, port = server[0].split(":")
        for _ in range(count):
            opened.append(socket.create_connection((host, int(port)), timeout=20))
            opened[-1].sendall(sent)
        return opened[-count:]

    yield connections
    for connection in opened:
        connection.close()


@pytest.fixture
def stack():
    with ExitStack() as held:
        yield held


def answer_to(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of what stands on a connection, read until it closes or an answer is whole."""
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        if status == 100:
            stream.readline()
            status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, stream.read(length)


def seconds_for(address: str, path: str, count: int = 60) -> list[float]:
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        with closing(HTTPConnection(address, timeout=10)) as connection:
            connection.request("GET", path)
            assert connection.getresponse().status == 200
        taken.append(time.perf_counter() - begun)
    return taken


def p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]


def posted(body: bytes, *heads: str) -> bytes:
    lines = ["POST /accounts/login/ HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, *heads, "", ""]).encode() + body


# --- nobody waits for others


def test_requests_half_sent_and_idle_connections_hold_nobody_up(server, cast, hold):
    address, _ = server
    seconds_for(address, "/accounts/login/", 10)
    quiet = p99(seconds_for(address, "/accounts/login/"))
    hold(300, HALF_SENT)
    hold(300)
    time.sleep(0.5)
    # On a machine that does other things besides, a page of a few milliseconds says little about a third of one.
    assert p99(seconds_for(address, "/accounts/login/")) < 3 * max(quiet, 0.1)


def test_half_a_head_holds_nobody_up(server, hold):
    address, _ = server
    hold(4 * THREADS, HALF_SENT[:50])
    assert max(seconds_for(address, "/healthz", 10)) < 2


def test_who_does_not_read_the_answer_holds_nobody_up(server, cast, hold):
    address, _ = server
    with closing(HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", "/accounts/login/")
        sheet = re.search(r'href="(/static/[^"]+\.css)"', connection.getresponse().read().decode())[1]
    asked = f"GET {sheet} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 40
    hold(4 * THREADS, asked)
    time.sleep(0.5)
    assert max(seconds_for(address, "/healthz", 10)) < 2


# --- limits of size


def test_a_form_of_64_kb_is_read_and_one_byte_more_is_not(server, hold):
    fits = b"a" * body_limits.FORM
    (connection,) = hold(1, posted(fits, f"Content-Length: {len(fits)}"))
    status, page = answer_to(connection)
    assert (status, b"open for too long" in page) == (403, True)  # read, and without its token
    (connection,) = hold(1, posted(fits + b"a", f"Content-Length: {len(fits) + 1}"))
    status, page = answer_to(connection)
    assert (status, TOO_LARGE in page.decode()) == (413, True)


def test_a_body_without_a_length_is_counted_as_it_comes(server, hold):
    piece = b"400\r\n" + b"a" * 1024 + b"\r\n"
    (connection,) = hold(1, posted(piece * 64 + b"0\r\n\r\n", "Transfer-Encoding: chunked"))
    assert answer_to(connection)[0] == 403
    (connection,) = hold(1, posted(piece * 65 + b"0\r\n\r\n", "Transfer-Encoding: chunked"))
    status, page = answer_to(connection)
    assert (status, TOO_LARGE in page.decode()) == (413, True)


def test_what_is_far_too_large_is_refused_before_it_is_sent_and_kept_nowhere(server, hold):
    address, kept = server
    (connection,) = hold(1, posted(b"", "Content-Length: 300000000"))
    status, page = answer_to(connection)
    assert (status, TOO_LARGE in page.decode()) == (413, True)
    (endless,) = hold(1, posted(b"", "Transfer-Encoding: chunked"))
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    sent = 0
    try:
        while sent < 64:
            endless.sendall(piece * 16)
            sent += 1
    except OSError:
        pass
    assert sent * 16 * 65536 < 3 * whole_requests.DISCARDED_BYTES_MAX
    assert list(kept.iterdir()) == []
    assert seconds_for(address, "/healthz", 1)


@pytest.mark.parametrize("length", ["-1", "1e3", "many"])
def test_a_length_that_is_none_is_refused(server, hold, length):
    (connection,) = hold(1, posted(b"a=b", f"Content-Length: {length}"))
    assert answer_to(connection)[0] == 400


def test_the_wsgi_application_keeps_the_limit_itself(cast, sam_client):
    refused = sam_client.post("/staff/sources/new/", {"counterparty_name": "a" * body_limits.FORM})
    assert refused.status_code == 413
    assert TOO_LARGE in refused.content.decode()


@pytest.mark.django_db
def test_a_page_of_long_text_says_itself_how_much_it_takes(cast, deal, sam_client):
    """20,000 characters that take nine bytes each in a form."""
    text = {"description": "漢" * 20_000}
    answer = sam_client.post("/staff/deals/new/", urlencode(text), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    text = {"description": "漢" * 40_000}
    answer = sam_client.post("/staff/deals/new/", urlencode(text), content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, "256.0" in answer.content.decode()) == (413, True)


def test_no_page_takes_more_than_the_server():
    with pytest.raises(ValueError, match="no page takes more"):
        body_limits.takes_up_to(body_limits.MOST + 1)


def test_nothing_that_reads_a_body_stands_before_the_limit(settings):
    stands = settings.MIDDLEWARE.index
    assert stands("ui.middleware.BodyLimitMiddleware") < stands("django.middleware.csrf.CsrfViewMiddleware")


# --- limits of time, and what passes through the front


def asked(application, *messages, path: str = "/", headers=(), method: str = "POST", before_answer=None) -> list[dict]:
    """What an ASGI application sends for a request that arrives in these messages, and then in no more."""
    sent, left = [], list(messages)

    async def receive():
        if left:
            return left.pop(0)
        await asyncio.sleep(2)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"a=1",
        "http_version": "1.1", "headers": list(headers), "scheme": "http",
        "server": ("127.0.0.1", 8000), "client": ("203.0.113.9", 5000),
    }  # fmt: skip
    with ThreadPoolExecutor(1) as thread:  # the browser of an earlier test keeps a loop running in this one
        thread.submit(lambda: asyncio.run(application(scope, receive, send))).result()
    return sent


def echo(environ, start_response):
    """Answers with the environment it was given."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    names = (
        "REQUEST_METHOD",
        "PATH_INFO",
        "QUERY_STRING",
        "CONTENT_LENGTH",
        "REMOTE_ADDR",
        "HTTP_COOKIE",
        "HTTP_X_FORWARDED_FOR",
    )
    yield repr({name: environ.get(name) for name in names}).encode()
    yield b"|" + environ["wsgi.input"].read()
    yield b"|" + ",".join(sorted(name for name in environ if name.startswith("HTTP_"))).encode()


def fronted(application=echo, limit: int = 10, welcome=lambda environ: True) -> WholeRequests:
    return WholeRequests(application, limit_of=lambda path: limit, threads=1, welcome=welcome)


def body_of(sent: list[dict]) -> str:
    return b"".join(message.get("body", b"") for message in sent).decode()


def part(body: bytes, more: bool = False) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_request_that_is_not_whole_in_time_is_answered_408_and_reaches_no_thread(monkeypatch):
    monkeypatch.setattr(whole_requests, "BODY_SECONDS", 0.05)
    reached = []
    front = fronted(lambda environ, start: reached.append(environ))
    sent = asked(front, part(b"ab", more=True), headers=[(b"content-length", b"9")])
    assert (sent[0]["status"], (b"connection", b"close") in sent[0]["headers"], reached) == (408, True, [])


def test_a_client_that_goes_reaches_no_thread():
    reached = []
    front = fronted(lambda environ, start: reached.append(environ))
    assert asked(front, part(b"ab", more=True), {"type": "http.disconnect"}) == []
    assert reached == []


def test_a_whole_request_arrives_as_it_was_sent():
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-forwarded-for", b"198.51.100.7")]
    headers += [(b"x_forwarded_for", b"203.0.113.6"), (b"transfer-encoding", b"chunked")]
    sent = asked(fronted(), part(b"abc", more=True), part(b"def"), path="/caf%C3%A9/", headers=headers)
    facts, body, names = body_of(sent).split("|")
    assert eval(facts) == {  # noqa: S307 (our own words)
        "REQUEST_METHOD": "POST", "PATH_INFO": "/caf\xc3\xa9/", "QUERY_STRING": "a=1", "CONTENT_LENGTH": "6",
        "REMOTE_ADDR": "203.0.113.9", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_FORWARDED_FOR": "198.51.100.7",
    }  # fmt: skip
    assert (body, names) == ("abcdef", "HTTP_COOKIE,HTTP_X_FORWARDED_FOR")
    assert sent[0] == {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}


def test_what_is_too_large_arrives_without_its_body():
    facts, body, _ = body_of(asked(fronted(limit=5), part(b"abc", more=True), part(b"def"))).split("|")
    assert ("'CONTENT_LENGTH': '6'" in facts, body) == (True, "")


def test_a_head_has_no_body():
    assert body_of(asked(fronted(), part(b""), method="HEAD")) == ""


def test_an_application_that_breaks_answers_500_and_nothing_of_what_it_began():
    def breaks(environ, start_response):
        start_response("200 OK", [])
        yield b"half"
        raise RuntimeError("on purpose")

    sent = asked(fronted(breaks), part(b""))
    assert (sent[0]["status"], body_of(sent)) == (500, "")


# --- the pages behind it


@pytest.mark.django_db(transaction=True)
def test_people_sign_in_and_the_next_request_of_the_thread_is_nobodys(server, cast, stack):
    address, _ = server
    connection = stack.enter_context(closing(HTTPConnection(address, timeout=20)))
    connection.request("GET", "/accounts/login/")
    answer = connection.getresponse()
    cookie = re.search(r"csrftoken=(\w+)", answer.getheader("Set-Cookie"))[1]
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
    form = urlencode({"login": cast.alice.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    heads = {"Cookie": f"csrftoken={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/accounts/login/", form, heads | {"Origin": f"http://{address}"})
    signed_in = connection.getresponse()
    signed_in.read()
    session = re.search(r"session=(\w+)", signed_in.getheader("Set-Cookie"))[1]
    for _ in range(2 * THREADS):
        connection.request("GET", "/profile/", headers={"Cookie": f"session={session}"})
        page = connection.getresponse()
        assert (page.status, cast.alice.email in page.read().decode()) == (200, True)
        connection.request("GET", "/profile/")
        nobody = connection.getresponse()
        assert (nobody.status, cast.alice.email in nobody.read().decode()) == (302, False)


def test_the_web_process_has_a_pool_and_nothing_else_has(house_database, settings):
    look = "import config.asgi; from django.db import connection as c; print(c.pool.max_size); c.close_pool()"
    environment = os.environ | {"DATABASE_URL": house_database.url_of("app"), "DB_POOL_MAX": "5"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-W", "ignore", "-c", look]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "5\n"
    assert "pool" not in settings.DATABASES["default"]["OPTIONS"]


# --- large bodies


def no_answer(environ) -> bool:
    raise RuntimeError("no database")


@pytest.mark.parametrize("welcome", [lambda environ: True, lambda environ: False, no_answer])
def test_a_large_body_is_kept_only_for_whom_its_page_is(welcome):
    """The body of anybody else reaches nothing; what a form may hold is read from everybody."""
    limit = 3 * whole_requests.LARGE_BYTES
    is_in = welcome({}) if welcome is not no_answer else False
    for size, is_kept in (
        (whole_requests.LARGE_BYTES, True),
        (whole_requests.LARGE_BYTES + 1, is_in),
        (limit + 1, False),
    ):
        front = fronted(lambda environ, start: counted(environ, start), limit, welcome)
        sent = asked(front, {"type": "http.request", "body": b"a" * size, "more_body": False})
        assert body_of(sent) == str(size if is_kept else 0), size


def counted(environ, start_response):
    start_response("200 OK", [])
    yield str(len(environ["wsgi.input"].read())).encode()


IMPORT = "/staff/bank/import/"


@pytest.mark.django_db(transaction=True)
def test_who_may_send_a_bank_statement(cast, sam_client, alice_client, client):
    for browser, may in ((sam_client, True), (alice_client, False), (client, False)):
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": IMPORT, "HTTP_COOKIE": cookie, "SERVER_NAME": "h"}
        assert is_welcome(environ | {"SERVER_PORT": "80"}) is may
    assert not is_welcome({"REQUEST_METHOD": "POST", "PATH_INFO": "/nowhere/", "HTTP_COOKIE": cookie})


def test_a_stranger_fills_no_disk(server, hold):
    address, kept = server
    head = f"POST {IMPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 150000000\r\n\r\n".encode()
    (connection,) = hold(1, head + b"a" * 1000)
    assert answer_to(connection)[0] in (302, 403)
    assert list(kept.iterdir()) == []
