"""A house to look around in: three deals, their investors and staff, dated relative to today.

Made through the services, so that every rule held and every step is in the audit log. Deterministic but for ids.
No real people or companies.
"""

from sample_data.cast import Account, demo_accounts
from sample_data.owner import is_empty
from sample_data.story import load

__all__ = ["Account", "demo_accounts", "is_empty", "load"]
