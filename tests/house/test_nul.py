"""A NUL in an address: PostgreSQL has no text that holds one, so no page may pass it on."""

import pytest


@pytest.mark.parametrize("address", ["/deals/?q=%00", "/profile/?%00=1", "/deals/?status=a%00b"])
def test_an_address_with_a_nul_is_refused_on_the_portal(cast, sign_in, address):
    answer = sign_in(cast.alice).get(address)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "address",
    ["/staff/people/?q=%00", "/staff/approvals/?q=a%00", "/staff/audit/export/?q=%00", "/admin/deals/deal/?status=%00"],
)
def test_an_address_with_a_nul_is_refused_on_the_desk(cast, sign_in, address):
    assert sign_in(cast.sam).get(address).status_code == 400


def test_a_nul_in_a_field_is_refused_beside_the_field(cast, sign_in):
    answer = sign_in(cast.sam).post("/staff/sources/new/", {"counterparty_name": "a\0b"})
    assert answer.status_code == 422
