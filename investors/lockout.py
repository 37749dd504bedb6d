"""Failed sign-ins, counted as axes does, and thrown away by functions of the database."""

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username

from . import db


class LockoutHandler(AxesDatabaseHandler):
    """axes without DELETE on its tables. Counts by name and address together (AXES_LOCKOUT_PARAMETERS)."""

    def clean_expired_user_attempts(self, request=None, credentials=None) -> int:
        return db.attempts_clear(get_cool_off_threshold(request))

    def reset_user_attempts(self, request, credentials=None) -> int:
        address = request.axes_ip_address or None  # from nowhere: all tries of that name, whose password was right
        return db.attempts_forget(get_client_username(request, credentials), address)

    def reset_attempts(self, *, ip_address=None, username=None, ip_or_username=False) -> int:
        if ip_or_username:
            return db.attempts_forget(None, ip_address) + db.attempts_forget(username, None)
        return db.attempts_forget(username, ip_address)
