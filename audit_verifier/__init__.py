"""Checks the audit chain of a VERSO database from outside.

Separate from the code that writes the log on purpose: it was written from ``docs/audit-format.md`` alone and
needs psycopg and cryptography, and nothing of VERSO. ``python -m audit_verifier --help`` says how to run it.
"""

from .anchors import Anchor, AnchorUnreadable, anchors_from, stored_anchors
from .chain import CannotVerify, Report, verify
from .findings import Finding

__all__ = [
    "Anchor",
    "AnchorUnreadable",
    "CannotVerify",
    "Finding",
    "Report",
    "anchors_from",
    "stored_anchors",
    "verify",
]
