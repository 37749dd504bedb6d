"""The database's clock, for queries: it decides what is over, whichever machine asks."""

from django.db.models import DateTimeField, Func


class DatabaseClock(Func):
    """``clock_timestamp()``: the time at which the row is read, not the start of the transaction."""

    template = "clock_timestamp()"
    output_field = DateTimeField()
