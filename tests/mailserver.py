"""A mail server of the test's own on 127.0.0.1, which does what the test asks of it."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """``taken`` are the addresses whose mail it took, ``tried`` all for whom a whole message came."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port = self.server_address[1]
        self.taken: list[str] = []
        self.tried: list[str] = []
        self.silent = False  # takes the connection and says nothing
        self.drips = False  # says its greeting letter by letter, for five seconds
        self.seconds = 0.0  # how long it thinks about a message
        self.breaks_after_data = False
        self.says_goodbye = True
        self.answers: dict[str, str] = {}  # to RCPT, by address
        self.during_data: Callable[[], None] = lambda: None
        self.over = threading.Event()


class _Conversation(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:
            pass  # the other side hung up

    def _talk(self) -> None:
        it = self.server
        if it.silent:
            it.over.wait()
            return
        for _ in range(100 if it.drips else 0):
            if it.over.wait(0.05):
                return
            self.wfile.write(b"2")
        self.say("220 here")
        to = ""
        while line := self.rfile.readline().decode().strip():
            match line.split(" ")[0].split(":")[0].upper():
                case "RCPT":
                    to = line.split("<")[1].split(">")[0]
                    self.say(it.answers.get(to, "250 ok"))
                case "DATA":
                    if not self._message(to):
                        return
                case "QUIT":
                    if not it.says_goodbye:
                        it.over.wait()
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")

    def _message(self, to: str) -> bool:
        """Whether the conversation goes on after the message."""
        it = self.server
        self.say("354 go on")
        while self.rfile.readline() not in (b".\r\n", b""):
            pass
        it.tried.append(to)
        it.during_data()
        time.sleep(it.seconds)
        if it.breaks_after_data:
            return False
        it.taken.append(to)
        self.say("250 taken")
        return True


@contextmanager
def mail_server(settings) -> Iterator[MailServer]:
    """Run one, and have mail sent to it."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.EMAIL_BACKEND = "lib.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
