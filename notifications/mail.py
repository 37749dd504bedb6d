"""Mail of notices: the words of templates/email/notifications/, in the language and time zone of the reader."""

from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from lib.smtp import Unconfirmed
from notifications.models import MailStopped, Notice
from ui.dates import zone_of

log = structlog.get_logger(__name__)


def message_of(notice: Notice) -> EmailMultiAlternatives:
    """One notice as a mail to its person. The first line of the text template is the subject."""
    user = notice.user
    with translation.override(user.language), timezone.override(zone_of(user)):
        context = {"notice": notice, "facts": notice.facts, "person": user, "site": settings.SITE_URL}
        name = f"email/notifications/{notice.file_name}"
        subject, _, text = render_to_string(f"{name}.txt", context).partition("\n")
        html = render_to_string("email/notifications/notice.html", context | {"subject": subject, "text": text.strip()})
    message = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[user.email])
    message.attach_alternative(html, "text/html")
    return message


@dataclass(frozen=True)
class Failure:
    """What a try of a mail met. ``stopped``: it is not tried again by itself. ``server``: others would meet it too."""

    said: str
    stopped: str = MailStopped.NO
    server: bool = False


def deliver(message: EmailMultiAlternatives) -> Failure | None:
    """Hand one mail to the mail server, outside any transaction and within limits; None when it took it."""
    try:
        message.send()
    except Exception as error:  # whatever it is: one mail that cannot be sent must not stop everybody else's
        log.warning("notice not mailed", error=f"{type(error).__name__}: {error}")
        return _failure(error)
    return None


def _failure(error: Exception) -> Failure:
    if isinstance(error, Unconfirmed):
        return Failure(str(error), MailStopped.UNCERTAIN)
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Failure(_answer(code, said), _stopped_by(code))
    if isinstance(error, SMTPDataError):
        return Failure(_answer(error.smtp_code, error.smtp_error), _stopped_by(error.smtp_code))
    return Failure(f"{type(error).__name__}: {error}", server=isinstance(error, OSError))


def _stopped_by(code: int) -> str:
    """5xx is an answer for good, 4xx one for now."""
    return MailStopped.REFUSED if code >= 500 else MailStopped.NO


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
