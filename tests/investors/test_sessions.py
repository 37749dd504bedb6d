"""How long a session lives. Time is moved for the web alone: the database's own clock is not asked."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY

from investors import tasks
from tests import factories

START = dt.datetime(2027, 3, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def answer(client, address="/profile/", **headers):
    """The status, or why the session ended."""
    response = client.get(address, headers=headers)
    return response.url if response.status_code == 302 else response.status_code


ENDED = "/accounts/login/?ended=%s&next=%%2Fprofile%%2F"


@pytest.mark.parametrize(("who", "minutes"), [("alice", 60), ("larry", 60), ("sam", 30), ("ada", 30)])
def test_an_idle_session_ends(cast, sign_in, clock, who, minutes):
    client = sign_in(getattr(cast, who))
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=minutes, seconds=-1))
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=minutes))
    assert answer(client) == ENDED % "idle"
    assert SESSION_KEY not in client.session
    assert answer(client) == "/accounts/login/?next=/profile/"


@pytest.mark.parametrize(("who", "step", "steps"), [("alice", 45, 32), ("sam", 20, 36)])
def test_a_session_in_use_ends_with_its_day(cast, sign_in, clock, who, step, steps):
    client = sign_in(getattr(cast, who))
    assert answer(client) == 200
    for _ in range(steps - 1):
        clock.shift(dt.timedelta(minutes=step))
        assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=step))
    assert answer(client) == ENDED % "age"


def test_a_poll_is_no_sign_of_life(cast, sign_in, clock):
    client = sign_in(cast.sam)
    assert answer(client) == 200
    for _ in range(29):
        clock.shift(dt.timedelta(minutes=1))
        assert answer(client, **{"X-Poll": "1"}) == 200
    clock.shift(dt.timedelta(minutes=1))
    assert answer(client, **{"X-Poll": "1"}) == ENDED % "idle"


def test_a_click_between_polls_is_one(cast, sign_in, clock):
    client = sign_in(cast.sam)
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=20))
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=20))
    assert answer(client, **{"X-Poll": "1"}) == 200


def test_a_fragment_sends_its_whole_page_to_the_sign_in(cast, sign_in, clock):
    client = sign_in(cast.alice)
    answer(client)
    clock.shift(dt.timedelta(hours=2))
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/deals/northlight_2027/?a=1"}
    response = client.get("/profile/", headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == "/accounts/login/?ended=idle&next=%2Fdeals%2Fnorthlight_2027%2F"


def test_a_form_sent_too_late_changes_nothing_and_is_not_sent_again(owner, cast, sign_in, clock):
    client = sign_in(cast.alice)
    answer(client)
    clock.shift(dt.timedelta(hours=2))
    form = {"display_name": "Changed", "language": "de", "time_zone": "UTC", "version": ""}
    assert client.post("/profile/", form).url == ENDED % "idle"
    name = owner.execute("select display_name from profiles where id = %s", [cast.alice.id]).fetchone()
    assert name == ("Alice Aldgate",)


def test_the_sign_in_page_says_why(owner, db, client):
    factories.add_profile(owner)  # else the page of an empty installation

    assert "You were away for a while." in client.get("/accounts/login/?ended=idle").text
    assert "You were signed in for a long time." in client.get("/accounts/login/?ended=age").text
    assert "Your session has ended" not in client.get("/accounts/login/?ended=%3Cb%3E").text


def test_signing_in_again_starts_the_day_anew(cast, sign_in, clock):
    client = sign_in(cast.alice)
    answer(client)
    clock.shift(dt.timedelta(hours=23, minutes=30))
    with time_machine.travel(START + dt.timedelta(hours=23, minutes=30), tick=False):
        client.post("/accounts/logout/")
    client = sign_in(cast.alice)
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=45))
    assert answer(client) == 200


def test_a_health_check_neither_ends_a_session_nor_keeps_it(cast, sign_in, clock):
    client = sign_in(cast.alice)
    assert answer(client) == 200
    clock.shift(dt.timedelta(minutes=45))
    client.get("/healthz")
    assert SESSION_KEY in client.session
    clock.shift(dt.timedelta(minutes=45))
    assert answer(client) == ENDED % "idle"


def test_the_session_is_written_once_a_minute_at_most(cast, sign_in, clock, django_assert_num_queries):
    client = sign_in(cast.alice)
    answer(client)
    seen = client.session["seen_at"]
    clock.shift(dt.timedelta(seconds=59))
    answer(client)
    assert client.session["seen_at"] == seen
    clock.shift(dt.timedelta(seconds=1))
    answer(client)
    assert client.session["seen_at"] == seen + 60


@pytest.mark.django_db(transaction=True)
def test_sessions_that_are_over_are_thrown_away_and_nobody_is_signed_out(cast, sign_in, owner):
    client = sign_in(cast.alice)
    for key, hours in (("over", -1), ("running", 1)):
        owner.execute("insert into django_session values (%s, '', now() + make_interval(hours => %s))", [key, hours])
    assert tasks.clear_sessions() == "1 sessions thrown away"
    assert answer(client) == 200
    kept = {key for (key,) in owner.execute("select session_key from django_session")}
    assert "running" in kept and "over" not in kept
    assert tasks.clear_sessions() == "0 sessions thrown away"


@pytest.mark.django_db(transaction=True)
def test_what_axes_notes_of_a_sign_in_names_no_session(cast, client, sign_in_by_form, app_connection):
    """Its tables are read before there is an identity: by a name found there a session could be read, or ended."""
    assert sign_in_by_form(client, cast.ada.email).status_code == 302
    stranger = app_connection()
    noted = [row[0] for row in stranger.execute("select session_hash from axes_accesslog").fetchall()]
    assert len(noted) == 1 and len(noted[0]) == 64
    for start in range(25):
        name = noted[0][start : start + 40]
        assert factories.value(stranger, "select app.session_read(%s, now())", name) is None
        stranger.execute("select app.session_end(%s)", [name])
    assert client.get("/staff/").status_code == 200
