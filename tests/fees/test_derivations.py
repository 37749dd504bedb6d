"""A stored formula is for programs; people read it in words."""

import re

import pytest

from fees.derivations import formula_of
from tests.house.code import ROOT


@pytest.mark.parametrize(
    "stored, said",
    [
        ("base × rate_bps / 10000 × year_fraction × days / days_of_period",
         "base × rate × part of a year × days / days of the whole period"),
        ("amount × rate_bps / 10000", "amount paid × rate"),
        ("flat_amount × units / units_of_all", "stated amount × units / units bought"),
        ("Σ (unit_price − unit_cost) × units", "Σ (price per unit − cost per unit) × units"),
        ("right − accrued", "right amount − accrued before"),
        (None, "–"),
    ],
)  # fmt: skip
def test_a_formula_in_words(stored, said):
    assert formula_of({"formula": stored}) == said


def test_no_formula_keeps_a_name_of_a_program():
    """Whatever the SQL of fees and quotations states."""
    files = [*(ROOT / "migrations_sql/fees").glob("*.sql"), ROOT / "migrations_sql/deals/quotation.v2.sql"]
    formulas = {
        text for path in files for text in re.findall(r"'([Σa-z_0-9 ×−(),/]*[×−][Σa-z_0-9 ×−(),/]*)'", path.read_text())
    }
    assert len(formulas) > 8
    assert [text for text in formulas if "_" in formula_of({"formula": text})] == []
