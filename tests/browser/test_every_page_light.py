"""Every page in light, with data and with errors: axe finds nothing serious, and each fits on a phone.

See ``every_page``; the other theme has a file of its own, so that two workers walk at a time.
"""

from tests.browser.every_page import walked


def test_nothing_is_wrong_with_any_page(sample_house, visit, owner):
    assert walked(visit, owner, "light", phone=True) == []
