"""Account and VAT numbers as people type them, in the one form in which they are kept. All raise ValueError.

The database asks again for check digits (``app.is_iban``); what a country's numbers look like only these know.
"""

from schwifty import BIC, IBAN
from stdnum import get_cc_module
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

_OWN_PREFIX = {"GR": "EL"}  # where a VAT number does not begin as its country's code


def iban(typed: str) -> str:
    """An IBAN without spaces and in capitals: its country's length and digits, its check digits."""
    return IBAN(typed).compact


def bic(typed: str) -> str:
    """A BIC in capitals, of a country that there is."""
    return BIC(typed).compact


def vat_id(country: str, typed: str) -> str:
    """A VAT number of a country, with its prefix in the Union; where its numbers are not known, as it is typed."""
    code = country.lower()
    try:
        if code in vat.MEMBER_STATES:
            prefix = _OWN_PREFIX.get(country, country)
            return vat.validate(typed if typed.upper().startswith(prefix) else prefix + typed)
        known = get_cc_module(code, "vat")
        return known.validate(typed) if known else typed
    except ValidationError as error:
        raise ValueError(str(error)) from error
