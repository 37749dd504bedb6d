"""What every app stands on; it knows none of them. Decimals are exact wherever it was imported, which is everywhere.

Units have 8 decimals below 10^15 and prices 6 below 10^12: a product has up to 41 digits, more than Python's 28.
"""

import decimal

decimal.DefaultContext.prec = 60
decimal.setcontext(decimal.DefaultContext)
