"""An ASGI front before a WSGI application, so that no worker thread ever waits for a client.

The event loop reads each request to its end, within a limit and a time, before a thread sees it; a thread hands
its whole answer over before the client has read a byte of it. Who sends slowly, reads slowly or not at all
occupies a connection and some memory here, and no thread.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from urllib.parse import unquote_to_bytes

import structlog

log = structlog.get_logger("verso.server")

# For the body of a request: this long, and longer by what its limit takes at the slowest rate that is served.
BODY_SECONDS = 20
SLOWEST_BYTES_PER_SECOND = 64 * 1024
# A client that reads nothing for this long is gone.
STALLED_SECONDS = 60
# What is refused is still read up to here, and thrown away: a browser shows the answer only after it has sent all.
DISCARDED_BYTES_MAX = 8 * 1024 * 1024
MEMORY_BYTES_MAX = 256 * 1024
# A body that may be larger is read from whom its page is for, and from nobody else: strangers fill no disk.
LARGE_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024
_CLOSE = (b"connection", b"close")


class Gone(Exception):
    """The client closed the connection, or stopped reading."""


class WholeRequests:
    """The ASGI application. ``limit_of(path)`` says how many bytes a body sent to a path may have, and ``welcome``
    whether its page is for whoever sends this one: asked, in a thread, only where more than LARGE_BYTES may come.

    What is too large reaches the WSGI application with its true or, where none was announced, its received
    length and without its body: that refuses it in its own words. What is too slow is answered 408 here.
    """

    def __init__(
        self,
        application: Callable,
        *,
        limit_of: Callable[[str], int],
        threads: int,
        welcome: Callable[[dict], bool] = lambda environ: True,
    ):
        self.application, self.limit_of, self.welcome = application, limit_of, welcome
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope, receive, send) -> None:
        environ = environ_of(scope)
        limit = await self._limit(environ)
        with SpooledTemporaryFile(MEMORY_BYTES_MAX) as body, SpooledTemporaryFile(MEMORY_BYTES_MAX) as answer:
            try:
                async with asyncio.timeout(BODY_SECONDS + limit / SLOWEST_BYTES_PER_SECOND):
                    whole = await _read(environ, receive, body, limit)
                loop = asyncio.get_running_loop()
                status, headers = await loop.run_in_executor(self.threads, self._answer, environ, body, answer)
                await _send(send, status, headers if whole else [*headers, _CLOSE], answer)
            except Gone:
                return
            except TimeoutError:
                await _send(send, 408, [(b"content-length", b"0"), _CLOSE], None)

    async def _limit(self, environ: dict) -> int:
        limit = self.limit_of(environ["PATH_INFO"].encode("latin-1").decode(errors="replace"))
        if limit <= LARGE_BYTES or environ["REQUEST_METHOD"] != "POST":
            return min(limit, LARGE_BYTES)
        try:
            is_welcome = await asyncio.get_running_loop().run_in_executor(self.threads, self.welcome, environ)
        except Exception:
            log.exception("nobody could say whose request this is")
            is_welcome = False
        return limit if is_welcome else LARGE_BYTES  # [2]

    def _answer(self, environ: dict, body, answer) -> tuple[int, list]:
        """Run the application in this thread to the end of its answer."""
        started: list = []

        def start_response(status, headers, exc_info=None):
            started[:] = [int(status.split(" ", 1)[0]), [(k.lower().encode(), v.encode("latin-1")) for k, v in headers]]
            return answer.write

        try:
            parts = self.application(environ | {"wsgi.input": body}, start_response)
            try:
                for part in parts:
                    answer.write(part)
            finally:
                getattr(parts, "close", lambda: None)()
        except Exception:
            log.exception("the application failed")
            answer.seek(0)
            answer.truncate()  # [1]
            started[:] = [500, []]
        if environ["REQUEST_METHOD"] == "HEAD":
            answer.truncate(0)
        answer.seek(0)
        return started[0], started[1]

    async def _live(self, receive, send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await asyncio.to_thread(self.threads.shutdown)
        await send({"type": "lifespan.shutdown.complete"})


async def _read(environ: dict, receive, body, limit: int) -> bool:
    """Read a request's body into a file, and set its length; whether all of it was read.

    Past its limit nothing of it is kept. Raises Gone.
    """
    announced = environ.get("CONTENT_LENGTH", "")
    announced = int(announced) if announced.isascii() and announced.isdigit() else 0
    received, more = 0, announced <= max(limit, DISCARDED_BYTES_MAX)
    all_of_it = more
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        received += len(chunk)
        if max(received, announced) <= limit:
            body.write(chunk)
        more = message.get("more_body", False)
        if more and received > max(limit, DISCARDED_BYTES_MAX):
            all_of_it = more = False
    if received or announced:
        environ["CONTENT_LENGTH"] = str(max(received, announced))
    if max(received, announced) > limit:
        body.seek(0)
        body.truncate()
    body.seek(0)
    return all_of_it


async def _send(send, status: int, headers: list, answer) -> None:
    """Send an answer at the pace of its reader. Raises Gone when that stands still."""
    messages = _messages(status, headers, answer)
    try:
        for message in messages:
            async with asyncio.timeout(STALLED_SECONDS):
                await send(message)
    except (TimeoutError, OSError) as error:
        raise Gone from error


def _messages(status: int, headers: list, answer) -> Iterator[dict]:
    yield {"type": "http.response.start", "status": status, "headers": headers}
    while answer and (chunk := answer.read(CHUNK_BYTES)):
        yield {"type": "http.response.body", "body": chunk, "more_body": True}
    yield {"type": "http.response.body", "body": b"", "more_body": False}


def environ_of(scope: dict) -> dict:
    """The WSGI environment of an ASGI request, without its body."""
    path = unquote_to_bytes(scope["raw_path"]) if scope.get("raw_path") else scope["path"].encode()
    server = scope.get("server") or ("127.0.0.1", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.split(b"?", 1)[0].decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _add_header(environ: dict, name: str, value: str) -> None:
    if "_" in name:
        return  # X_Forwarded_For would pass for X-Forwarded-For, which a proxy sets.
    key = name.upper().replace("-", "_")
    if key == "TRANSFER_ENCODING":
        return  # The body is whole by then and has a length.
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value
