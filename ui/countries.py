"""Countries by their ISO code, named in the reader's language."""

from babel import Locale

from ui import figures

_NONE_OF_THEM = ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")  # unions and placeholders of the list we use


def names() -> dict[str, str]:
    """Country code to name, in the reader's language and its order of names."""
    found = Locale(figures.reader_language()).territories
    countries = {code: name for code, name in found.items() if len(code) == 2 and code not in _NONE_OF_THEM}
    return dict(sorted(countries.items(), key=lambda item: item[1].casefold()))


def name_of(code: str | None) -> str:
    """The country in the reader's language; what is no code is given back as it is."""
    return Locale(figures.reader_language()).territories.get(code or "", code or "")
