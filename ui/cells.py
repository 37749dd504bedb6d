"""What stands in the cells of tables beside figures and badges."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator


def faint(text) -> SafeString:
    """What is said where there is nothing."""
    return format_html('<span class="faint">{}</span>', text)


def shortened(text: str, most: int = 80) -> str:
    """A text for a cell, cut where it is long."""
    return Truncator(text or "").chars(most)


def small_button(href: str, label, *, about) -> SafeString:
    """A link at the end of a row, told apart from the others for a screen reader."""
    return format_html('<a class="btn small" href="{}">{}<span class="sr"> {}</span></a>', href, label, about)
