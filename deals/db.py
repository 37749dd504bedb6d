"""One Python function per SQL function of this room."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from config.lib.db import rows


def deal_labels(deal_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Names of deals (deal_id, code, name, currency, is_member), without those the acting profile may not know."""
    return rows(
        "select deal_id, code, name, currency, is_member from app.deal_labels(%s::uuid[])", [list(deal_ids)]
    )
