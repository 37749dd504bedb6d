"""The address of a form, opened by hand: a page says so; programs get no page."""

import pytest


@pytest.mark.django_db
def test_whoever_opens_the_address_of_a_form_reads_why_it_is_none(client):
    answer = client.get("/theme/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This page can’t be opened directly" in answer.content.decode()


@pytest.mark.django_db
def test_other_methods_get_no_page(client):
    answer = client.put("/theme/")
    assert (answer.status_code, answer.content) == (405, b"")
