"""Searching and sorting names as people expect: "emile" finds "Émile", and "adam" stands before "Zoe".

Both sides of a comparison go through one function of the database, ``app.folded``: no marks, no case.
"""

from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from lib import text


class Folded(Func):
    """A text without marks and case, compared by code point."""

    function = "app.folded"
    arity = 1
    output_field = TextField()


def asked_for(request, name: str = "q") -> str:
    """The search of an address, as it is searched for and shown again: tidied, and no longer than a name."""
    words = text.tidy_line(request.GET.get(name))[: text.SEARCH].split()
    return " ".join(words[: text.SEARCH_WORDS])


def words_of(search: str) -> list[str]:
    """The words of a search, at most so many: each must be found, and each costs."""
    return text.tidy_line(search)[: text.SEARCH].split()[: text.SEARCH_WORDS]


def contains(column: str, word: str) -> Q:
    """Whether the column has the word in it, whatever their marks and case."""
    return Q(_Contains(Folded(Cast(F(column), TextField())), Folded(Value(word))))


def having_all(found: QuerySet, search: str, *columns: str) -> QuerySet:
    """Rows in which every word of the search stands in one of the columns."""
    for word in words_of(search):
        found = found.filter(Q.create([contains(column, word) for column in columns], Q.OR))
    return found


def by_name(column: str, *, descending: bool = False) -> list:
    """An order by a name: without marks and case first, then as written. Rows without a name come last."""
    ordered = Folded(F(column))
    if descending:
        return [ordered.desc(nulls_last=True), F(column).desc(nulls_last=True)]
    return [ordered.asc(nulls_last=True), F(column).asc(nulls_last=True)]


class _Contains(Func):
    """``strpos`` knows no wildcards, so that % and _ are what they are."""

    template = "(strpos(%(expressions)s) > 0)"
    arity = 2
    output_field = BooleanField()
