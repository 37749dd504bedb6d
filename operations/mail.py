"""Mail of notices: the words of templates/email/operations/, in the language and time zone of the reader."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from operations.models import Notice


def mail_notice(notice: Notice) -> None:
    """Send one notice to its person. The first line of the text template is the subject. Raises OSError."""
    user = notice.user
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        context = {"notice": notice, "facts": notice.facts, "person": user, "site": settings.SITE_URL}
        name = f"email/operations/{notice.kind.replace('.', '_')}"
        subject, _, text = render_to_string(f"{name}.txt", context).partition("\n")
        html = render_to_string("email/operations/notice.html", context | {"subject": subject, "text": text.strip()})
    message = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[user.email])
    message.attach_alternative(html, "text/html")
    message.send()
