"""Every page in dark, with data and with errors: axe finds nothing serious. See ``every_page``."""

from tests.browser.every_page import walked


def test_nothing_is_wrong_with_any_page(sample_house, visit, owner):
    assert walked(visit, owner, "dark") == []
