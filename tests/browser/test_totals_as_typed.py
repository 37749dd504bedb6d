"""The totals a page shows while one types are those the server would compute, in every language.

The script runs on a bare form in Chromium; the expected figures are computed here in Python.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from config.lib import figures
from config.lib.money import minor_units, round_money

SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "verso.js"
FORM = """
<!doctype html><html lang="{language}"><body>
<form data-reserve data-price="{price}" data-minor="{minor}" data-fee-bps="{bps}" data-fee-flat="{flat}"
      data-free="7700" data-least="500" data-most="7700" data-places="8"
      data-say-number="number" data-say-free="{{free}} free" data-say-least="least" data-say-most="most">
  <div class="field"><input name="units"><p class="hint" data-hint>hint</p></div>
  <button type="button" data-set="7700">All</button>
</form>
<span data-units></span><span data-gross></span><span data-fee></span><span data-total></span>
<span data-left></span>
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


def load(page, language="en", price="28.500000", currency="USD", bps=500, flat="0"):
    minor = minor_units(currency)
    page.set_content(FORM.format(language=language, price=price, minor=minor, bps=bps, flat=flat))
    page.add_script_tag(path=SCRIPT)


def type_units(page, text: str) -> dict[str, str]:
    page.fill("[name=units]", text)
    keys = ("units", "gross", "fee", "total", "left")
    return {key: page.text_content(f"span[data-{key}]") for key in keys} | {"hint": page.text_content(".field p")}


def expected(units: Decimal, price: str, currency: str, bps: int, flat: str) -> dict[str, str]:
    gross = round_money(units * Decimal(price), currency)
    fee = round_money(gross * bps / 10_000, currency) + Decimal(flat) if units else Decimal(0)
    return {
        "units": figures.units(units),
        "gross": figures.amount(gross, currency),
        "fee": figures.amount(fee, currency),
        "total": figures.amount(gross + fee, currency),
        "left": figures.units(max(7700 - units, Decimal(0))),
    }


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_way_of_typing_gives_the_same_figures_as_the_server(page, language):
    load(page, language)
    with translation.override(language):
        for text in TYPED + UNREADABLE:
            shown = type_units(page, text)
            try:
                units = figures.read_number(text)
            except ValueError:
                units = Decimal(0)
            if units < 0:
                units = Decimal(0)
            hint = shown.pop("hint")
            assert shown == expected(units, "28.5", "USD", 500, "0"), (language, text)
            assert (hint == "number") is (units == 0 and text != ""), (language, text, hint)


@pytest.mark.parametrize(
    "price, currency, bps, flat",
    [("2850", "JPY", 333, "0"), ("1.234567", "KWD", 275, "12.500"), ("125.00", "EUR", 0, "250.00")],
)
def test_currencies_and_fees_round_as_on_the_server(page, price, currency, bps, flat):
    load(page, price=price, currency=currency, bps=bps, flat=flat)
    for text in ("6,000", "1", "333.33333333", "0.5"):
        shown = type_units(page, text)
        shown.pop("hint")
        units = figures.read_number(text)
        assert shown == expected(units, price, currency, bps, flat), text


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


def test_a_button_fills_in_units_and_the_bar_follows(page):
    load(page)
    page.click("[data-set]")
    assert page.input_value("[name=units]") == "7,700"
    assert page.get_attribute("svg .typed", "width") == "770"
    assert page.get_attribute("svg .free", "width") == "0"
