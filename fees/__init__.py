"""Fees to cash: what is owed, billed, paid and matched."""
