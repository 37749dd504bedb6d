"""Mail over SMTP within limits: every wait ends, and nothing waits for a mail server inside a transaction."""

import smtplib
import socket
import threading
from contextlib import suppress

from django.conf import settings
from django.core.mail.backends import smtp
from django.db import connection


class Unconfirmed(OSError):
    """The mail server has the whole message and did not say that it takes it: it may arrive, or not."""


class InTransaction(RuntimeError):
    """A mail was about to be sent while a transaction was open: its locks would wait for the mail server."""


class _Limits:
    """What bounds a conversation beside the limit of each read and write, which a server that drips never meets."""

    message_is_out = False

    def _get_socket(self, host, port, timeout):
        sock = super()._get_socket(host, port, timeout)
        self._watch = threading.Timer(settings.EMAIL_LIMIT_SECONDS, self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        return sock

    def _hang_up(self) -> None:
        with suppress(OSError):
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)

    def send(self, what):
        super().send(what)
        if isinstance(what, bytes):  # commands are text: this was the message, with the dot that ends it
            self.message_is_out = True
            self.sock.settimeout(settings.EMAIL_ANSWER_SECONDS)

    def data(self, msg):
        self.message_is_out = False
        try:
            answer = super().data(msg)
        except OSError as error:
            if self.message_is_out:  # [1]
                raise Unconfirmed(f"the mail server has it and did not confirm it ({error})") from error
            raise
        self.sock.settimeout(self.timeout)
        return answer

    def close(self):
        if watch := getattr(self, "_watch", None):
            watch.cancel()
        super().close()


class _Plain(_Limits, smtplib.SMTP):
    pass


class _Encrypted(_Limits, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with limits: EMAIL_TIMEOUT for each step, EMAIL_ANSWER_SECONDS for the answer to a whole message,
    EMAIL_LIMIT_SECONDS for all of it. Raises InTransaction, Unconfirmed, OSError."""

    @property
    def connection_class(self):
        return _Encrypted if self.use_ssl else _Plain

    def send_messages(self, email_messages):
        if connection.in_atomic_block:
            raise InTransaction("Mail is sent after the commit.")
        return super().send_messages(email_messages)
