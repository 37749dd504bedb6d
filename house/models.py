"""The house's own machinery: when its jobs ran, and the clock that they act by."""

from django.db import models
from django.db.models.functions import Now

from lib.fields import moments_within_years
from ui import figures


class JobRun(models.Model):
    """The heartbeat of one scheduled job: when it last ran, how it ended. One row per job.

    ``succeeded_at`` is when it last did all of its work; ``since`` when it first began.
    """

    name = models.TextField(primary_key=True)
    since = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", db_default="")
    error = models.TextField(default="", db_default="")

    class Meta:
        db_table = "job_runs"
        constraints = [
            *moments_within_years("job_runs", "since", "started_at", "finished_at", "succeeded_at"),
        ]

    def __str__(self):
        return self.name


class JobClock(models.Model):
    """One row: when the database's clock and a worker's were last known to agree, in seconds, and how far they are
    apart.

    ``held_since``: the database's clock jumped ahead, and jobs that end things wait.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1)
    seconds = models.FloatField(null=True)
    wall = models.FloatField(null=True)
    boot = models.TextField(default="", db_default="")
    ticks = models.FloatField(null=True)
    ahead = models.FloatField(default=0, db_default=0)
    held_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "job_clock"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="job_clock_one_row")]

    @property
    def how_far(self) -> str:
        """How far the two are apart, in words."""
        return figures.span(abs(self.ahead))
