"""Payment references of ours in what a payer wrote: ISO 11649 creditor references and numbers of invoices."""

import re

from stdnum import iso11649

RF = re.compile(r"RF(?=[\s.\-/]?\d)")
LONGEST = 25
SEPARATORS = re.compile(r"[\s.\-/]")
# INV-2026-000001, INV 2026/1, inv2026 000001, and more numbers of the same year after it.
BEGIN = r"INV(?:OICE)?[\s.\-/_:#]*((?:19|20)\d\d)"
INVOICE = re.compile(BEGIN + r"[\s.\-/_]*(\d(?:\s?\d){5}(?!\d)|\d{1,9}(?!\d))")
ANOTHER = re.compile(r"\s*(?:[,;+&/]|AND|UND|ET)\s*(\d{6,9})(?![\d\-])")
MOST = 50


def references_in(text: str) -> list[str]:
    """The references that a text contains, as we write them: ``RF18539007547034``, ``INV-2026-000001``.

    Each is given once, in the order of the text. Spaces, capitals, hyphens and left-out zeros don't matter. Of creditor
    references only those whose check digits are right are given; where spaces leave two readings that both check, the
    longer comes first.
    """
    capitals = text.upper()
    found = [*_creditor_references(capitals), *_invoice_numbers(capitals)]
    return list(dict.fromkeys(reference for _, reference in sorted(found, key=lambda pair: pair[0])))[:MOST]


def _creditor_references(text: str) -> list[tuple[int, str]]:
    found = []
    for match in RF.finditer(text):
        # Up to the longest reference, and what may be typed between its characters.
        readings = _readings(text[match.start() : match.start() + 2 * LONGEST])
        found += [(match.start(), reading) for reading in readings if iso11649.is_valid(reading)]
    return found


def _readings(text: str) -> list[str]:
    """What may be meant by a text that begins with a reference: it ends where a word ends. The longest first."""
    readings, reading = [], ""
    for place, character in enumerate(text):
        if SEPARATORS.match(character):
            continue
        if not (character.isascii() and character.isalnum()) or len(reading) == LONGEST:
            break
        reading += character
        following = text[place + 1 : place + 2]
        if not (following.isascii() and following.isalnum()):
            readings.insert(0, reading)
    return readings


def _invoice_numbers(text: str) -> list[tuple[int, str]]:
    found = []
    for match in INVOICE.finditer(text):
        year, end = match[1], match.end()
        found.append((match.start(), _number(year, match[2])))
        while another := ANOTHER.match(text, end):
            found.append((another.start(1), _number(year, another[1])))
            end = another.end()
    return found


def _number(year: str, typed: str) -> str:
    return f"INV-{year}-{int(''.join(typed.split())):06d}"
