"""The usual columns of a list: a status, units, money, a day, a moment; each drawn as everywhere else."""

from collections.abc import Callable, Iterable
from functools import partial

from django.utils.translation import gettext_lazy as _

from ui import figures
from ui.lists import Column, Filter, follow
from ui.statuses import STATUS
from ui.templatetags import verso


def badge(name: str, label, kind: str, status: str | Callable = "status", *, draw=verso.badge_for_status, **more):
    """A status with its word in files and its badge in the page; ``kind`` is what it is the status of."""
    word = lambda row: verso.status_word(kind, follow(status, row))  # noqa: E731
    return Column(name, label, word, draw=lambda row: draw(kind, follow(status, row)), **more)


def by_status(kind: str, statuses: Iterable[str]) -> Filter:
    """The choice of a status, in the words of its badge."""
    choices = [(each, STATUS[kind][each][0]) for each in statuses]
    return Filter("status", _("Status"), [("", _("All statuses")), *choices])


units = partial(Column, show=verso.units, num=True)
unit_cost = partial(Column, show=verso.unit_cost, num=True)
day = partial(Column, show=figures.day, css="tabular day")
moment = partial(Column, show=figures.stamp, css="tabular")


def amount(currency: str) -> Callable[..., Column]:
    """Columns of amounts in one currency, which their heads name."""
    return partial(Column, show=partial(verso.amount, currency=currency), num=True)


def price(currency: str) -> Callable[..., Column]:
    """Columns of prices in one currency, which their heads name."""
    return partial(Column, show=partial(verso.bare_price, currency=currency), num=True)
