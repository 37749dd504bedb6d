"""The list of papers as staff read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from ui import columns
from ui.lists import ByName, Column, Empty, List


@dataclass(frozen=True)
class Paper:
    """A paper beside the name of its deal."""

    row: Document
    deal: str


def to_open(paper: Document) -> str:
    """Where staff open a paper; nowhere for one that has no file of ours."""
    return reverse("documents_staff:open", args=[paper.pk]) if paper.is_stored else ""


def papers(deal_labels) -> List:
    """Every paper; ``deal_labels`` names the deals of a page by their ids, for all of them at once."""

    def named(rows: Iterable[Document]) -> list[Paper]:
        labels = deal_labels(row.deal_id for row in rows if row.deal_id)
        return [Paper(row, label.name if (label := labels.get(row.deal_id)) else "") for row in rows]

    return List(
        "documents",
        _("Documents, table"),
        columns=[
            Column(
                "title",
                _("Title"),
                lambda paper: paper.row.title or paper.row.file_key,
                link=lambda paper: to_open(paper.row),
                sort=(ByName("title"),),
            ),
            Column("type", _("Type"), "row.type", sort=("type",)),
            Column("deal", _("Deal"), "deal"),
            Column(
                "investor", _("Investor"), "row.owner_investor.legal_name", sort=(ByName("owner_investor__legal_name"),)
            ),
            Column("person", _("Person"), "row.owner_user.display_name", sort=(ByName("owner_user__display_name"),)),
            columns.day("filed", _("Filed"), "row.created_at", sort=("created_at",), beside=True),
        ],
        search=_("Title or type"),
        sort="-filed",
        fetch=named,
        no_match=(_("No documents match"), _("Check the spelling, or search for a type.")),
        nothing=Empty(
            "file-text",
            _("No documents yet"),
            _("Invoices, statements and other documents for deals, vehicles and investors are listed here."),
        ),
    )
