"""Every page, with data and with errors: axe finds nothing serious in either theme, and each fits on a phone."""

import time

from tests.browser.every_page import walked


def test_nothing_is_wrong_with_any_page(sample_house, visit, owner, record_property):
    begun = time.monotonic()
    found, pages = walked(visit, owner)
    seconds = time.monotonic() - begun
    record_property("the walk", f"{pages} pages in {seconds:.1f} s, {seconds / pages:.2f} s each")
    assert found == [], "\n".join(found)
