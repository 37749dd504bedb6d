"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Staff make accounts: nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        return False
