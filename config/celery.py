"""The Celery application. The schedule stands in settings, so that a change of it is reviewed like code."""

import os

from celery import Celery, Task
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from lib.jobs import NotAllDone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Job(Task):
    """A task that leaves its heartbeat: when it last ran and how it ended, for the staff page of jobs."""

    by_the_clock = False  # for jobs of apps below operations; the others look at the clock with each batch
    throws = (NotAllDone,)  # said in the heartbeat; no fault of the program

    def __call__(self, *args, **kwargs):
        from house import clock
        from house.heartbeat import job_recorded

        with job_recorded(name=self.name) as run:
            if self.by_the_clock:
                clock.by_the_clock(lambda: None)
            run.outcome = super().__call__(*args, **kwargs) or ""
            return run.outcome


# Celery would add handlers of its own, past the one formatter that redacts.
setup_logging.connect(lambda **_: None, weak=False)

app = Celery("verso", task_cls=Job)
# Otherwise it is current in this thread only, and the web server's other threads ask an unknown broker.
app.set_default()
app.steps["worker"].add(DjangoStructLogInitStep)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
