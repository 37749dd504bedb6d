"""Charts as SVG, drawn by the server: the same on a page, on paper and without a script.

A chart says all of its values in words as well (its label, and a title for each column); the table behind it stands
on the page. Figures are set as attributes, never as styles.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ui import figures

WIDE, HIGH = 360, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 6, 22, 40  # what the axes and their words take
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Column:
    """One column: its word, its value, and a tone (``""``, ``warn`` or ``bad``) where the value is a status too."""

    label: str
    value: Decimal
    tone: str = ""


def columns(found: list[Column], *, title: str, across: str, currency: str) -> SafeString:
    """Columns of amounts in one currency from zero up, with both axes; ``across`` says what the words below are."""
    step = _step(max((each.value for each in found), default=Decimal(0)))
    top = step * 4 if step else Decimal(1)
    wide = Decimal(WIDE - LEFT - RIGHT) / len(found)
    drawn = [_column(each, LEFT + wide * place, wide, top) for place, each in enumerate(found)]
    said = ", ".join(f"{each.label}: {figures.money(each.value, currency)}" for each in found)
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" role="img" aria-label="{}. {}">{}{}{}</svg>',
        WIDE,
        HIGH,
        title,
        said,
        _grid(step, currency),
        format_html_join("", "{}", ((each,) for each in drawn)),
        format_html(
            '<text class="name" x="0" y="10">{}</text><text class="name end" x="{}" y="{}">{}</text>',
            currency,
            WIDE - RIGHT,
            HIGH - 4,
            across,
        ),
    )


def _step(highest: Decimal) -> Decimal:
    """A round number, four of which hold the highest value; 0 for no value."""
    if highest <= 0:
        return Decimal(0)
    wanted = highest / 4
    unit = Decimal(1).scaleb(wanted.adjusted())
    return next(each * unit for each in STEPS if each * unit >= wanted).quantize(Decimal("0.01"), ROUND_CEILING)


def _y(value: Decimal, top: Decimal) -> Decimal:
    return Decimal(HIGH - BOTTOM) - value / top * (HIGH - BOTTOM - TOP)


def _grid(step: Decimal, currency: str) -> SafeString:
    """The lines across, each with its amount; zero alone where there is nothing."""
    places = range(5) if step else range(1)
    lines = ((f"{_y(step * n, step * 4 or Decimal(1)):.1f}", figures.number(step * n, 0, 2)) for n in places)
    return format_html_join(
        "",
        '<path class="grid" d="M{} {}H{}"/><text class="end" x="{}" y="{}" dy="3.5">{}</text>',
        ((LEFT, y, WIDE - RIGHT, LEFT - 6, y, words) for y, words in lines),
    )


def _column(each: Column, x: Decimal, wide: Decimal, top: Decimal) -> SafeString:
    y = _y(max(each.value, Decimal(0)), top)
    inset = wide / 6
    return format_html(
        '<g><rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
        '<text class="middle" x="{}" y="{}">{}</text></g>',
        each.tone,
        f"{x + inset:.1f}",
        f"{y:.1f}",
        f"{wide - 2 * inset:.1f}",
        f"{HIGH - BOTTOM - y:.1f}",
        each.label,
        f"{x + wide / 2:.1f}",
        HIGH - BOTTOM + 14,
        each.label,
    )
