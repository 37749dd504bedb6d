"""What people were told, and what of its mail waits. Reads only."""

from django.db.models import QuerySet
from django.utils import timezone

from investors.models import Profile
from notifications.models import MailStopped, Notice


def notices_of(profile: Profile) -> QuerySet[Notice]:
    """What a person was told, newest first."""
    return Notice.objects.filter(user=profile).order_by("-created_at", "-pk")


def count_to_mail() -> int:
    """How many notices wait to be mailed, now or after a pause; VERSO system sees all."""
    waiting = Notice.objects.filter(mailed_at=None, mail_stopped=MailStopped.NO, mail_until__gt=timezone.now())
    return waiting.filter(user__is_active=True, user__email__isnull=False).count()


def stopped_mail() -> QuerySet[Notice]:
    """Notices whose mail is not tried again by itself, newest first; staff see them."""
    stopped = Notice.objects.exclude(mail_stopped__in=[MailStopped.NO, MailStopped.NOT_WANTED]).filter(mailed_at=None)
    return stopped.select_related("user").order_by("-created_at", "-pk")
