"""Every page, with data and with errors: axe finds nothing serious in either theme, and each fits on a phone."""

from tests.browser.every_page import walked


def test_nothing_is_wrong_with_any_page(sample_house, visit, owner):
    assert walked(visit, owner) == []
