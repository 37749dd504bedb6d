"""How staff add, find, change and disable people, through the pages."""

import csv
import io
import re

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {
    "display_name": "Nadia Novak", "email": "Nadia@Verso.Example", "role": "investor", "title": "",
    "language": "fr", "time_zone": "Europe/Luxembourg",
}  # fmt: skip


def column(owner, person_id, *names):
    return owner.execute(f"select {', '.join(names)} from profiles where id = %s", [person_id]).fetchone()


def by_email(owner, email):
    return factories.value(owner, "select id from profiles where email = %s", email)


# --- adding


def test_a_new_person_waits_for_a_password(owner, cast, sam_client, audit_rows):
    response = sam_client.post("/staff/people/new/", NEW)
    nadia = by_email(owner, "nadia@verso.example")
    assert (response.status_code, response.url) == (303, f"/staff/people/{nadia}/")
    assert column(owner, nadia, "display_name", "role", "language", "time_zone", "left(password, 1)") == (
        "Nadia Novak", "investor", "fr", "Europe/Luxembourg", "!",
    )  # fmt: skip
    page = sam_client.get(response.url).text
    assert "No password yet" in page and "Create password link" in page
    inserted = [(actor, entity) for _, actor, entity, _ in audit_rows("profiles.insert")]
    assert inserted[-1] == (cast.sam.id, nadia)


@pytest.mark.parametrize(("who", "role"), [("sam", "investor"), ("rita", "investor"), ("ada", "staff_ops")])
def test_only_an_administrator_makes_staff_whatever_the_form_says(owner, cast, sign_in, who, role):
    sign_in(getattr(cast, who)).post("/staff/people/new/", NEW | {"role": "staff_ops"})
    assert column(owner, by_email(owner, "nadia@verso.example"), "role") == (role,)


def test_fields_nobody_asked_for_are_ignored(owner, cast, sam_client):
    extra = {"password": "md5$x$y", "is_active": "false", "id": str(cast.ada.id), "is_superuser": "true"}
    sam_client.post("/staff/people/new/", NEW | extra)
    nadia = by_email(owner, "nadia@verso.example")
    assert nadia != cast.ada.id
    assert column(owner, nadia, "is_active", "left(password, 1)") == (True, "!")


@pytest.mark.parametrize("email", ["alice@verso.example", "ALICE@Verso.example", "\uff41lice@verso.example"])
def test_an_e_mail_belongs_to_one_person_however_it_is_written(owner, sam_client, email):
    before = factories.value(owner, "select count(*) from profiles")
    response = sam_client.post("/staff/people/new/", NEW | {"email": email})
    assert response.status_code == 422
    assert factories.value(owner, "select count(*) from profiles") == before


def test_a_refused_form_keeps_what_was_typed(sam_client):
    response = sam_client.post("/staff/people/new/", NEW | {"email": "alice@verso.example"})
    assert "Someone already signs in with this e-mail." in response.text
    assert 'value="Nadia Novak"' in response.text


# --- finding


def test_people_are_found_by_parts_of_name_and_e_mail(cast, sam_client):
    page = sam_client.get("/staff/people/?q=ALD+example").context["page"]
    assert [person.display_name for person in page] == ["Alice Aldgate", "Bob Aldgate"]
    assert [p.display_name for p in sam_client.get("/staff/people/?role=staff_rm").context["page"]] == ["Rita Ramsay"]
    assert "No people match" in sam_client.get("/staff/people/?q=xyz").text


def test_the_list_pages_sorts_and_leaves_the_system_profile_out(owner, cast, sam_client):
    for number in range(60):
        factories.add_profile(owner, f"Person{number:02} Zet", email=f"p{number:02}@verso.example")
    first = sam_client.get("/staff/people/?sort=-name").context["page"]
    assert (first.paginator.count, len(first), first[0].display_name) == (69, 50, "Sam Sutter")
    last = sam_client.get("/staff/people/?sort=-name&page=2").context["page"]
    assert (len(last), last[18].display_name) == (19, "Abe Arnold")
    assert "VERSO system" not in sam_client.get("/staff/people/?q=verso+system").text


def test_no_query_more_for_more_people(owner, cast, sam_client, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(60) as counted:
            assert sam_client.get("/staff/people/").status_code == 200
        return len(counted)

    queries()  # the first page of a session also writes to it
    few = queries()
    for number in range(30):
        person = factories.add_profile(owner, f"Person{number}", email=f"p{number}@verso.example")
        factories.add_investor(owner, f"Investor {number}", users=[person])
    assert queries() == few


def test_the_csv_holds_everybody_found_and_no_formula(owner, cast, sam_client):
    factories.add_profile(owner, '=HYPERLINK("x")', email="evil@verso.example")
    response = sam_client.get("/staff/people/?format=csv&q=verso.example")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 11
    names = [row[0] for row in rows]
    assert '\'=HYPERLINK("x")' in names and "Alice Aldgate" in names
    assert rows[names.index("Alice Aldgate")][1:7] == [
        "alice@verso.example", "Investor", "", "Aldgate Family Office", "Has access", "yes",
    ]  # fmt: skip


# --- changing


def test_an_administrator_changes_who_somebody_is(owner, cast, ada_client):
    form = {"display_name": "Samuel", "email": "samuel@verso.example", "role": "staff_rm", "title": "Head"}
    response = ada_client.post(f"/staff/people/{cast.sam.id}/edit/", form)
    assert response.url == f"/staff/people/{cast.sam.id}/"
    assert column(owner, cast.sam.id, "display_name", "email", "role", "title") == (
        "Samuel", "samuel@verso.example", "staff_rm", "Head",
    )  # fmt: skip


@pytest.mark.parametrize("who", ["sam", "rita"])
def test_other_staff_change_a_name_and_nothing_else(owner, cast, sign_in, who):
    form = {"display_name": "Alicia", "email": "x@verso.example", "role": "staff_admin", "title": "Queen"}
    assert sign_in(getattr(cast, who)).post(f"/staff/people/{cast.alice.id}/edit/", form).status_code == 303
    assert column(owner, cast.alice.id, "display_name", "email", "role", "title") == (
        "Alicia", "alice@verso.example", "investor", None,
    )  # fmt: skip


def test_nobody_raises_their_own_role(owner, cast, sam_client, ada_client, alice_client):
    form = {"display_name": "Me", "email": "me@verso.example", "role": "staff_admin"}
    assert sam_client.post(f"/staff/people/{cast.sam.id}/edit/", form).status_code == 403
    assert ada_client.post(f"/staff/people/{cast.ada.id}/edit/", form | {"role": "investor"}).status_code == 303
    profile = {"language": "en", "time_zone": "UTC", "is_active": "", "is_staff": "on"}
    assert alice_client.post("/profile/", form | profile).status_code == 303
    roles = [column(owner, person.id, "role", "email") for person in (cast.sam, cast.ada, cast.alice)]
    assert roles == [
        ("staff_ops", "sam@verso.example"), ("staff_admin", "ada@verso.example"),
        ("investor", "alice@verso.example"),
    ]  # fmt: skip


def test_who_acts_for_an_investor_is_not_made_staff(owner, cast, ada_client):
    form = {"display_name": "Alice", "email": "alice@verso.example", "role": "staff_ops"}
    response = ada_client.post(f"/staff/people/{cast.alice.id}/edit/", form)
    assert (response.status_code, "acts for an investor" in response.text) == (422, True)
    assert column(owner, cast.alice.id, "role", "display_name") == ("investor", "Alice Aldgate")


# --- access


def test_disabling_ends_the_session_and_enabling_brings_the_password_back(
    owner, cast, ada_client, alice_client, sign_in_by_form, client
):
    assert ada_client.post(f"/staff/people/{cast.alice.id}/access/", {"access": "disable"}).status_code == 303
    assert alice_client.get("/profile/").status_code == 302
    assert sign_in_by_form(client, cast.alice.email).status_code == 422
    assert ada_client.post(f"/staff/people/{cast.alice.id}/access/", {"access": "enable"}).status_code == 303
    assert sign_in_by_form(client, cast.alice.email).status_code == 302


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("sam", "alice", 403), ("rita", "sam", 403), ("ada", "ada", 403), ("ada", "abe", 303),
        ("alice", "bob", 404), ("ada", "system", 404), ("ada", "nobody", 404),
    ],
)  # fmt: skip
def test_who_may_disable_whom(owner, cast, sign_in, who, whom, status):
    ids = {"system": "00000000-0000-4000-8000-000000000001", "nobody": "00000000-0000-4000-8000-00000000dead"}
    whom = ids.get(whom) or getattr(cast, whom).id
    response = sign_in(getattr(cast, who)).post(f"/staff/people/{whom}/access/", {"access": "disable"})
    assert response.status_code == status
    disabled = factories.value(owner, "select count(*) from profiles where not is_active")
    assert disabled == (1 if status == 303 else 0)


def test_a_password_link_is_shown_once_and_works(owner, cast, sam_client, client):
    wanda = factories.add_profile(owner, "Wanda Waiting", password="!waiting")
    shown = sam_client.post(f"/staff/people/{wanda}/password-link/")
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
    (path,) = re.findall(r"(/accounts/set-password/[\w-]{43}/)", shown.text)
    for later in (f"/staff/people/{wanda}/password-link/", f"/staff/people/{wanda}/"):
        assert path not in sam_client.get(later).text
    assert client.get(path).status_code == 302
    assert factories.value(owner, "select token_hash from set_password_links") not in path


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("sam", "alice", 403),
        ("rita", "ada", 403),
        ("ada", "ada", 403),
        ("ada", "alice", 200),
        ("alice", "bob", 404),
    ],
)
def test_who_may_make_a_link_for_whom(owner, cast, sign_in, who, whom, status):
    client = sign_in(getattr(cast, who))
    address = f"/staff/people/{getattr(cast, whom).id}/password-link/"
    assert client.post(address).status_code == status
    assert factories.value(owner, "select count(*) from set_password_links") == (1 if status == 200 else 0)


@pytest.mark.parametrize("address", ["people/", "people/new/", "investors/", "investors/new/"])
def test_for_investors_the_staff_pages_do_not_exist(alice_client, client, address):
    assert alice_client.get(f"/staff/{address}").status_code == 404
    assert client.get(f"/staff/{address}").url == f"/accounts/login/?next=/staff/{address}"
