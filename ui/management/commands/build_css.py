"""Join the sheets of static/css into static/verso.css, admin.css and pdf.css, which are committed."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

HEADER = "/* built by manage.py build_css from static/css, do not edit */\n"
# What each sheet is joined from: pages take every layer, the admin the tokens and its own clothes, papers likewise.
SHEETS = {"verso.css": "[1-6]-*.css", "admin.css": "1-*.css admin-*.css", "pdf.css": "1-*.css pdf-*.css"}


def joined(folder: Path, name: str) -> str:
    """One sheet from its sources by name, without comments; paths as seen from static/."""
    sources = [path for pattern in SHEETS[name].split() for path in sorted(folder.glob(pattern))]
    texts = [path.read_text() for path in sources]
    if name == "pdf.css":
        texts[0] = on_paper(texts[0])
    css = re.sub(r"/\*.*?\*/", "", "\n".join(texts), flags=re.S).replace('url("../', 'url("')
    if name == "admin.css":
        # The admin's own sheets stand in no layer and would win over any: ours leaves the layers as well.
        css = re.sub(r"@layer [^;{]+;", "", css).replace("@layer tokens {", "@media all {")
    return HEADER + re.sub(r"\n\s*\n+", "\n", css).strip() + "\n"


def on_paper(tokens: str) -> str:
    """The colours alone, by their light values: the renderer of PDFs knows neither themes nor ``light-dark()``."""
    colours = re.findall(r"(--[\w-]+):\s*light-dark\((#\w+),", tokens)
    return "\n".join([":root {", *(f"  {name}: {light};" for name, light in colours), "}"])


def outdated() -> list[str]:
    """The joined sheets that no longer say what their sources say."""
    static = Path(settings.BASE_DIR) / "static"
    return [
        name
        for name in SHEETS
        if not (static / name).exists() or (static / name).read_text() != joined(static / "css", name)
    ]


class Command(BaseCommand):
    help = "Join static/css into static/verso.css, admin.css and pdf.css."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 when outdated")

    def handle(self, *, check: bool, **options):
        stale = outdated()
        if check and stale:
            raise CommandError(f"{', '.join(stale)}: run manage.py build_css")
        static = Path(settings.BASE_DIR) / "static"
        for name in stale:
            (static / name).write_text(joined(static / "css", name))
        self.stdout.write(f"wrote {', '.join(stale)}" if stale else "current")
