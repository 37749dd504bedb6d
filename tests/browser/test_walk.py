"""The walk sees what it looks for: each fault put into a page is found."""

import pytest

from tests.browser.walk import Walk

FAULTS = {
    "label": "document.querySelectorAll('label').forEach(label => label.remove())",
    "in light: color-contrast": "document.querySelector('main h1').style.color = 'light-dark(#ddd, #eee)'",
    "in dark: color-contrast": "document.querySelector('main h1').style.color = 'light-dark(#222, #333)'",
    'in light: color-contrast: <a class="brand"': "document.querySelector('.brand').style.color = '#ddd'",
    "in light: color-contrast: <h1": "document.querySelector('main h1').parentElement.style.background = '#333'",
    "in dark: color-contrast: <h1": "document.querySelector('main').style.opacity = '0.3'",
    "in light: color-contrast: <b": """const row = document.createElement('p');
        document.querySelector('main').append(row);
        row.innerHTML = '<b>One</b><b>Two</b><b>Three</b><b>Four</b>';
        row.children[2].style.color = '#ddd';""",
    "wider than a phone": "document.querySelector('main').style.minWidth = '600px'",
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_found(owner, cast, visit, what):
    page = visit(None, to="/accounts/login/")
    walk = Walk(phone=True)
    walk.look(page)
    assert walk.found == []
    page.evaluate(FAULTS[what])
    walk.look(page)
    assert any(what in line for line in walk.found)


def test_a_page_that_no_link_leads_to_is_found(owner, cast, visit):
    page = visit(cast.ada, to="/staff/")
    walk = Walk(phone=False)
    assert "/staff/jobs/: no link leads here" in walk.forgotten(page)
