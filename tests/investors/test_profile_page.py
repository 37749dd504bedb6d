"""A person's own page, and what follows from it: language and time zone."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_whom_one_acts_for_and_nobody_else(alice_client, sam_client):
    page = alice_client.get("/profile/").text
    assert "Aldgate Family Office" in page and "Morland" not in page
    assert "Investors you represent" not in sam_client.get("/profile/").text


def test_who_acts_for_nobody_reads_so(larry_client):
    assert "You don’t represent an investor yet" in larry_client.get("/profile/").text


def test_what_one_may_change_is_saved(owner, cast, alice_client):
    form = {"display_name": "Alicia", "language": "de", "time_zone": "America/New_York"}
    response = alice_client.post("/profile/", form)
    assert (response.status_code, response.url) == (303, "/profile/")
    row = owner.execute("select display_name, language, time_zone from profiles where id = %s", [cast.alice.id])
    assert row.fetchone() == ("Alicia", "de", "America/New_York")
    page = alice_client.get("/profile/")
    assert (page["Content-Language"], '<html lang="de"' in page.text) == ("de", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "xx"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("display_name", " "),
    ],
)
def test_a_wrong_value_is_refused(owner, cast, alice_client, name, value):
    form = {"display_name": "Alicia", "language": "de", "time_zone": "UTC"} | {name: value}
    response = alice_client.post("/profile/", form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [name])
    assert factories.value(owner, "select display_name from profiles where id = %s", cast.alice.id) == "Alice Aldgate"


def test_times_are_shown_in_the_zone_of_the_reader(owner, cast, sign_in):
    owner.execute("update profiles set last_login = '2027-01-10 23:30+00', time_zone = 'Asia/Tokyo'")
    client = sign_in(cast.alice)
    owner.execute("update profiles set last_login = '2027-01-10 23:30+00'")
    assert "11 Jan 2027, 08:30" in client.get("/profile/").text
    owner.execute("update profiles set time_zone = 'America/New_York'")
    assert "10 Jan 2027, 18:30" in client.get("/profile/").text
    owner.execute("update profiles set time_zone = 'Nowhere/AtAll'")
    assert "10 Jan 2027, 23:30" in client.get("/profile/").text


def test_a_stranger_reads_the_language_of_the_browser(owner, client):
    factories.add_profile(owner)
    page = client.get("/accounts/login/", headers={"accept-language": "fr-FR,fr;q=0.9"})
    assert page["Content-Language"] == "fr"
