"""Mail about passwords, in the language of whoever reads it.

It leaves after the commit, in one of a few threads of its own: a mail server's second must neither hold a lock nor
tell, by the time of the answer, whether an account exists; and one that is silent must not pile up threads. The broker
is not asked: it works with Redis stopped.
"""

from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

log = structlog.get_logger(__name__)
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def send_password_reset(person: dict, address: str) -> None:
    """The link for a new password. ``person`` has email, display_name and language."""
    _send("password_reset", person["email"], person["language"], person=person, address=address)


def send_lockout(person: dict, address: str) -> None:
    """That sign-ins are refused after wrong passwords, and the link by which a browser gets in."""
    _send("lockout", person["email"], person["language"], person=person, address=address)


def send_password_changed(profile) -> None:
    """That the password was changed, so that somebody who did not do it hears of it."""
    address = settings.SITE_URL + reverse("account_reset_password")
    _send("password_changed", profile.email, profile.language, person=profile, address=address)


def _send(template: str, email: str, language: str, **context) -> None:
    """The first line of the template is the subject."""
    with translation.override(language):
        subject, _, body = render_to_string(f"email/investors/{template}.txt", context).partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", to=[email])
    transaction.on_commit(lambda: _senders.submit(_deliver, message, template))


def _deliver(message: EmailMessage, template: str) -> None:
    try:
        message.send()
    except OSError as error:  # SMTPException is one: the mail server is away or refuses
        log.error("mail not sent", template=template, error=str(error))
