"""Every template keeps the strict policy, knows its icons, and takes its words and links from the house."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.template import engines

from ui.management.commands import build_css
from ui.templatetags.verso import ICONS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts and "pdf" not in path.parts)
NAMES = [str(path.relative_to(TEMPLATES)) for path in PAGES]


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request) -> str:
    return request.param.read_text()


def without_comments(source: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.S)


def test_it_compiles(page):
    engines["django"].from_string(page)


def test_nothing_inline(page):
    source = without_comments(page)
    assert not re.search(r"<style\b|\sstyle\s*=", source), "widths that depend on data are SVG attributes"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "events are bound in static/js/verso.js"
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", source), "scripts are files"
    assert not re.search(r"(?:href|src|action)\s*=\s*[\"'](?:https?:)?//", source), "nothing from another host"
    assert not re.search(r"javascript:|hx-on|hx-vals=[\"']js:", source)


def test_no_dead_links(page):
    assert not re.search(r"href=[\"']#?[\"']", without_comments(page))


def test_nothing_is_marked_safe(page):
    assert not re.search(r"\|\s*safe\b|autoescape off", page)


def test_its_icons_exist(page):
    used = set(re.findall(r"\{% icon [\"']([a-z-]+)[\"']", page))
    assert used <= set(ICONS)


def test_posted_forms_carry_their_token(page):
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", page, flags=re.S | re.I):
        assert "{% csrf_token %}" in form, form[:120]


def test_figures_come_from_the_filters(page):
    """A currency by hand lacks its no-break space, and a number by hand the reader's separators."""
    assert not re.search(r"class=[\"']cur[\"']", page)
    assert not re.search(r"\|(?:floatformat|intcomma|date(?!:.c.))\b", page)


def test_the_sheets_are_joined():
    assert build_css.outdated() == []


def test_an_outdated_sheet_is_named(monkeypatch):
    monkeypatch.setattr(build_css, "HEADER", "/* another */\n")
    with pytest.raises(CommandError, match="verso.css, admin.css: run manage.py build_css"):
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
