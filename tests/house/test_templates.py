"""Every template keeps the strict policy, knows its icons, and takes its words and links from the house."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.template import TemplateSyntaxError, engines

from ui.management.commands import build_css
from ui.templatetags.verso import ICONS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts and "pdf" not in path.parts)


def without_comments(source: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.S)


SOURCES = {str(path.relative_to(TEMPLATES)): path.read_text() for path in PAGES}
MARKUP = {name: without_comments(source) for name, source in SOURCES.items()}


def holding(pattern: str, sources: dict[str, str]) -> list[tuple[str, str]]:
    """The templates in which a pattern is found, each with its first find."""
    found = ((name, re.search(pattern, source)) for name, source in sources.items())
    return [(name, match[0]) for name, match in found if match]


def test_each_compiles():
    wrong = []
    for name, source in SOURCES.items():
        try:
            engines["django"].from_string(source)
        except TemplateSyntaxError as error:
            wrong.append((name, str(error)))
    assert wrong == []


def test_nothing_inline():
    assert holding(r"<style\b|\sstyle\s*=", MARKUP) == [], "widths that depend on data are SVG attributes"
    assert holding(r"\son[a-z]+\s*=\s*[\"']", MARKUP) == [], "events are bound in static/js/verso.js"
    assert holding(r"<script\b(?![^>]*\bsrc=)", MARKUP) == [], "scripts are files"
    assert holding(r"(?:href|src|action)\s*=\s*[\"'](?:https?:)?//", MARKUP) == [], "nothing from another host"
    assert holding(r"javascript:|hx-on|hx-vals=[\"']js:", MARKUP) == []


def test_no_dead_links():
    assert holding(r"href=[\"']#?[\"']", MARKUP) == []


def test_nothing_is_marked_safe():
    assert holding(r"\|\s*safe\b|autoescape off", SOURCES) == []


def test_their_icons_exist():
    used = {name: set(re.findall(r"\{% icon [\"']([a-z-]+)[\"']", source)) for name, source in SOURCES.items()}
    assert {name: icons - set(ICONS) for name, icons in used.items() if icons - set(ICONS)} == {}


def test_posted_forms_carry_their_token():
    forms = [
        (name, form)
        for name, source in SOURCES.items()
        for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", source, flags=re.S | re.I)
    ]
    assert len(forms) > 20
    assert [(name, form[:120]) for name, form in forms if "{% csrf_token %}" not in form] == []


def test_figures_come_from_the_filters():
    """A currency by hand lacks its no-break space, and a number by hand the reader's separators."""
    assert holding(r"class=[\"']cur[\"']", SOURCES) == []
    assert holding(r"\|(?:floatformat|intcomma|date(?!:.c.))\b", SOURCES) == []


def test_the_sheets_are_joined():
    assert build_css.outdated() == []


def test_an_outdated_sheet_is_named(monkeypatch):
    monkeypatch.setattr(build_css, "HEADER", "/* another */\n")
    with pytest.raises(CommandError, match="verso.css, admin.css, pdf.css: run manage.py build_css"):
        call_command("build_css", check=True)


def test_only_the_tokens_name_colours():
    for sheet in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css"):
        if sheet.name != "1-tokens.css":
            assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text()), sheet.name


def test_each_colour_has_a_light_and_a_dark_value():
    tokens = (Path(settings.BASE_DIR) / "static" / "css" / "1-tokens.css").read_text()
    bare = [line for line in re.findall(r"--[\w-]+:\s*#[^;]+;", tokens) if "light-dark(" not in line]
    assert bare == []


def test_the_sheets_bring_nothing_from_elsewhere():
    static = Path(settings.BASE_DIR) / "static"
    for name in build_css.SHEETS:
        for address in re.findall(r"url\(\"([^\"]+)\"\)", (static / name).read_text()):
            assert (static / address).is_file(), address


def test_no_line_is_too_long_to_read_and_no_file_branches_on_one_thing_again_and_again():
    long, branching = [], []
    for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        if path.parent.name == "icons":
            continue
        source, name = path.read_text(encoding="utf-8"), str(path.relative_to(TEMPLATES))
        long += [f"{name}:{n}" for n, line in enumerate(source.splitlines(), 1) if len(line) > 160]
        of_kind = Counter(re.findall(r"\{% if ([\w.]*(?:kind|type|action)) ==", source))
        branching += [f"{name}: {what}" for what, times in of_kind.items() if times > 2]
    assert long == []
    assert branching == []
