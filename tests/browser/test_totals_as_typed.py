"""What a page does while one types: it counts units, and shows no sum of money but the server's.

The script runs on a bare form in Chromium.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from ui import figures

SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "verso.js"
FORM = """
<!doctype html><html lang="{language}"><body>
<form data-reserve data-free="7700" data-least="500" data-most="7700" data-places="8"
      data-say-number="number" data-say-free="{{free}} free" data-say-least="least" data-say-most="most">
  <div class="field"><input name="units"><p class="hint" data-hint>hint</p></div>
  <button type="button" data-set="7700">All</button>
</form>
<span data-units></span><span data-left></span>
<dl id="totals" data-for="6000"><dd data-figure>179,550.00</dd></dl>
<svg data-follow data-follow-x="0" data-follow-width="770">
  <rect class="typed" x="0" width="0"/><rect class="free" x="0" width="770"/>
</svg>
</body></html>"""
TYPED = ["6,000", "6.000", "6 000", "500", "7700", "1250.5", "1250,5", "1.250,5", "28.50", "33,333333"]
UNREADABLE = ["", "abc", "1,5,0", "1.2.3", "-1", "NaN", "1e3", "\u0661\u0662", "12,34.5"]


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def load(page, language="en"):
    page.set_content(FORM.format(language=language))
    page.add_script_tag(path=SCRIPT)


def type_units(page, text: str) -> dict[str, str]:
    page.fill("[name=units]", text)
    return {key: page.text_content(f"span[data-{key}]") for key in ("units", "left")} | {
        "hint": page.text_content(".field p")
    }


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_units_are_read_as_the_server_reads_them(page, language):
    load(page, language)
    with translation.override(language):
        for text in TYPED + UNREADABLE:
            shown = type_units(page, text)
            try:
                units = max(figures.read_number(text), Decimal(0))
            except ValueError:
                units = Decimal(0)
            hint = shown.pop("hint")
            expected = {"units": figures.units(units), "left": figures.units(max(7700 - units, Decimal(0)))}
            assert shown == expected, (language, text)
            assert (hint == "number") is (units == 0 and text != ""), (language, text, hint)


def test_a_sum_for_other_units_is_not_shown(page):
    """The sums of 6,000 units are marked as waiting until the server has worked out the new ones."""
    load(page)

    def waits(text):
        page.fill("[name=units]", text)
        return page.get_attribute("#totals", "aria-busy"), page.text_content("[data-figure]")

    assert [waits(text) for text in ("6,000", "6,001", "abc", "6,000.0")] == [
        (None, "179,550.00"),
        ("true", "179,550.00"),
        ("true", "179,550.00"),
        (None, "179,550.00"),
    ]


def test_the_script_works_out_no_money():
    code = SCRIPT.read_text()
    assert [word for word in ("price", "Price", "bps", "Bps", "fee", "gross", "minor") if word in code] == []


def test_the_hint_says_what_is_wrong_before_anything_is_sent(page):
    load(page)
    said = {text: type_units(page, text)["hint"] for text in ("6,000", "7,701", "499", "1.123456789", "")}
    assert said == {
        "6,000": "hint",
        "7,701": "7,700 free",
        "499": "least",
        "1.123456789": "number",
        "": "hint",
    }


def test_a_button_fills_in_units_asks_for_their_sums_and_the_bar_follows(page):
    load(page)
    page.evaluate("document.querySelector('[name=units]').addEventListener('input', () => { window.asked = true; })")
    page.click("[data-set]")
    assert page.input_value("[name=units]") == "7,700"
    assert page.evaluate("window.asked") is True
    assert page.get_attribute("svg .typed", "width") == "770"
    assert page.get_attribute("svg .free", "width") == "0"
