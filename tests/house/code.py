"""Our own code, as the tests of its structure see it."""

import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(p.parent.name for p in ROOT.glob("*/__init__.py") if p.parent.name not in ("tests", "audit_verifier"))
# Those with tables.
APPS = sorted({model._meta.app_label for model in apps.get_models()} & set(PACKAGES))
TABLES_OF = {
    app: {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.app_label == app}
    for app in APPS
}
SOURCES = [p for package in [*PACKAGES, "audit_verifier"] for p in (ROOT / package).rglob("*.py")]
OURS = [p for p in SOURCES if "migrations" not in p.parts]


def code_of(path: Path) -> str:
    """The text of a file without its comments and strings' meaning: good enough to look for calls."""
    return re.sub(r"#.*", "", path.read_text())
