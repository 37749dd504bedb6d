"""Which papers a person may see. Reads only."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from documents.models import Document
from lib.search import having_all


def documents_for(profile, *, deal_ids: Iterable[UUID] = (), vehicle_ids: Iterable[UUID] = ()) -> QuerySet[Document]:
    """Papers of the profile, of its investors, and of these deals and vehicles where they are nobody else's.

    A paper of one investor that also names a deal is that investor's: other members of the deal never see it.
    """
    own = Q(owner_user=profile) | Q(owner_investor__links__user=profile)
    common = Q(deal_id__in=list(deal_ids)) | Q(vehicle_id__in=list(vehicle_ids))
    nobodys = Q(owner_user__isnull=True, owner_investor__isnull=True)
    return Document.objects.filter(own | (common & nobodys)).distinct().order_by("-created_at", "id")


def documents_of_deal(deal_id: UUID) -> QuerySet[Document]:
    """The papers of one deal that all of its members may read, newest first."""
    return Document.objects.filter(deal_id=deal_id, owner_user=None, owner_investor=None).order_by("-created_at", "id")


def all_documents(*, words: str = "") -> QuerySet[Document]:
    """Every paper whose title or type holds the words, newest first: for staff."""
    papers = Document.objects.select_related("owner_investor", "owner_user").order_by("-created_at", "id")
    papers = having_all(papers, words, "title", "type")
    return papers
