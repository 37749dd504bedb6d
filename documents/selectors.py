"""Which papers a person may see. Reads only."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.files.storage import storages
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


def document(document_id: UUID) -> Document | None:
    """One paper that whoever acts may see; None where there is none."""
    return Document.objects.filter(pk=document_id).first()


def document_of_source(source_key: str) -> Document | None:
    """The paper that was made of this, if it was."""
    return Document.objects.filter(source_key=source_key).first()


def named_files(keys: Iterable[str]) -> set[str]:
    """Those of the keys that a document names. Ask as one who sees every document."""
    return set(Document.objects.filter(file_key__in=list(keys)).values_list("file_key", flat=True))


def broken_files() -> Iterator[dict]:
    """Every stored paper whose file is missing or of another size, as a broken rule. Ask as one who sees all."""
    storage = storages["private"]
    for paper in Document.objects.exclude(sha256="").order_by("id").iterator():
        found = storage.size(paper.file_key) if storage.exists(paper.file_key) else None
        if found != paper.size_bytes:
            place = {"rule": "stored file", "entity": "documents", "entity_id": paper.pk}
            yield place | {
                "expected": f"{paper.size_bytes} bytes",
                "found": "missing" if found is None else f"{found} bytes",
            }
