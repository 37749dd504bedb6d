"""What can be decided about, as services and pages speak of it. Its counterpart in SQL is the table approval_subjects.

An app registers a subject with one line of ``settings.APPROVAL_SUBJECTS`` and one call of ``app.register_subject`` in
its SQL; neither approvals nor the desk know it by name.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from lib.db import Refused

# What is said of a request, where its subject says nothing of its own.
WORDS: dict[str, Promise] = {
    "reject_title": _("Reject this request?"),
    "reject_text": _("The requester is notified with the reason."),
    "ask_title": _("Request changes?"),
    "ask_text": _("The SLA clock is paused until this is answered."),
    "approved": _("The request was approved."),
    "second_approval": _("Your approval is recorded. Another person decides next."),
    "rejected": _("The request was rejected."),
    "changes_asked": _("Changes requested. The SLA clock is paused until they are answered."),
}


class Asked:
    """The thing itself, as its decider reads it; an app's own has more, for its own template."""

    title: str = ""
    ends_at: datetime | None = None  # by itself, where nobody decides
    replaced_by: UUID | None = None  # what took its place
    is_paused: bool = False  # changes were asked and are not answered
    facts: Mapping[str, Any] = {}  # what the subject's words are filled with


@dataclass(frozen=True)
class Subject:
    """One kind of thing. ``template`` extends that of the desk; ``find`` gives what it shows, None where it is gone.

    ``titles`` names many at once, by their ids, where neither investor nor deal tells what a row of a list is about.
    ``refused`` turns what carrying it out refuses into an exception with a sentence for whoever decides. ``why_two``
    says why it takes two people, where that does not follow from its amount.
    """

    entity_type: str
    name: Promise
    find: Callable[[UUID], Asked | None] = lambda entity_id: None
    template: str = "staff/desk/_inspect.html"
    titles: Callable[[Collection[UUID]], Mapping[UUID, str]] = lambda entity_ids: {}
    words: Mapping[str, Promise] = field(default_factory=dict)
    refused: Callable[[Refused], Refused | None] = lambda refusal: None
    may_ask_changes: bool = True
    why_two: Promise | str = ""


class Words(dict):
    """The sentences about one request, each filled when it is read."""

    def __init__(self, subject: Subject, asked: Asked | None):
        super().__init__(WORDS | (subject.words if asked else {}))
        self.facts = asked.facts if asked else {}

    def __getitem__(self, word: str) -> str:
        return str(super().__getitem__(word)) % self.facts


@cache
def registered() -> dict[str, Subject]:
    """Every kind of thing, by its name in the database."""
    return {subject.entity_type: subject for subject in map(import_string, settings.APPROVAL_SUBJECTS)}


def subject_of(entity_type: str | None) -> Subject:
    """The subject of an approval; one that only has a name, where the kind is not known."""
    return registered().get(entity_type or "") or Subject(entity_type or "", _("Request"))
