"""How staff keep legal investors, their people and their identity checks, through the pages."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"legal_name": "Fjord Holding S.à r.l.", "type": "entity", "country": "LU", "rm": ""}


def kept(owner, investor_id, *names):
    return owner.execute(f"select {', '.join(names)} from investors where id = %s", [investor_id]).fetchone()


def links(owner, investor_id):
    found = owner.execute("select user_id from investor_users where investor_id = %s", [investor_id])
    return {user for (user,) in found}


def test_a_new_investor_waits_for_its_identity_check(owner, cast, sam_client, audit_rows):
    response = sam_client.post("/staff/investors/new/", NEW | {"rm": cast.rita.id})
    investor = factories.value(owner, "select id from investors where legal_name = %s", NEW["legal_name"])
    assert (response.status_code, response.url) == (303, f"/staff/investors/{investor}/")
    assert kept(owner, investor, "type", "country", "rm_id", "kyc_status") == (
        "entity", "LU", cast.rita.id, "pending",
    )  # fmt: skip
    page = sam_client.get(response.url).text
    assert "Luxembourg" in page and "No authorised people yet" in page and "Pending" in page
    assert [entity for _, actor, entity, _ in audit_rows("investors.insert") if actor == cast.sam.id] == [investor]


@pytest.mark.parametrize(
    "wrong", [{"legal_name": " "}, {"type": "trust"}, {"type": ""}, {"country": "Atlantis"}, {"rm": "alice"}]
)
def test_a_wrong_value_is_refused_and_nothing_is_added(owner, cast, sam_client, wrong):
    wrong = {name: getattr(cast, value).id if value == "alice" else value for name, value in wrong.items()}
    before = factories.value(owner, "select count(*) from investors")
    response = sam_client.post("/staff/investors/new/", NEW | wrong)
    assert (response.status_code, list(response.context["form"].errors)) == (422, list(wrong))
    assert factories.value(owner, "select count(*) from investors") == before


def test_investors_are_found_by_name_and_by_their_people(owner, cast, sam_client):
    def found(query):
        return [investor.legal_name for investor in sam_client.get(f"/staff/investors/?{query}").context["page"]]

    assert found("") == ["Aldgate Family Office", "Morland Partners"]
    assert found("sort=-name") == ["Morland Partners", "Aldgate Family Office"]
    assert found("q=mallory") == ["Morland Partners"]
    assert found("q=family+ALD") == ["Aldgate Family Office"]
    assert found("kyc=rejected") == []
    assert found("kyc=open") == []
    owner.execute("update investors set kyc_status = 'in_review' where id = %s", [cast.morland])
    assert found("kyc=open") == ["Morland Partners"]


def test_no_query_more_for_more_investors(owner, cast, sam_client, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(60) as counted:
            assert sam_client.get("/staff/investors/").status_code == 200
        return len(counted)

    queries()  # the first page of a session also writes to it
    few = queries()
    for number in range(30):
        person = factories.add_profile(owner, f"Person{number}", email=f"p{number}@verso.example")
        factories.add_investor(owner, f"Investor {number}", users=[person], rm_id=cast.rita.id)
    assert queries() == few


def test_only_operations_and_administrators_say_who_looks_after_an_investor(owner, cast, sam_client, rita_client):
    form = NEW | {"legal_name": "Aldgate", "rm": cast.sam.id}
    address = f"/staff/investors/{cast.aldgate}/edit/"
    assert rita_client.post(address, form).status_code == 303
    assert kept(owner, cast.aldgate, "legal_name", "rm_id") == ("Aldgate", cast.rita.id)
    assert sam_client.post(address, form).status_code == 303
    assert kept(owner, cast.aldgate, "rm_id") == (cast.sam.id,)


def test_an_investor_keeps_its_manager_who_left(owner, cast, sam_client):
    owner.execute("update profiles set is_active = false where id = %s", [cast.rita.id])
    form = NEW | {"legal_name": "Aldgate", "rm": cast.rita.id}
    assert sam_client.post(f"/staff/investors/{cast.aldgate}/edit/", form).status_code == 303
    assert kept(owner, cast.aldgate, "legal_name", "rm_id") == ("Aldgate", cast.rita.id)
    assert sam_client.post("/staff/investors/new/", NEW | {"rm": cast.rita.id}).status_code == 422


# --- people who act for it


def test_a_linked_person_sees_the_investor_and_an_unlinked_one_no_more(owner, cast, sam_client, sign_in, audit_rows):
    larry = sign_in(cast.larry)
    assert "Morland Partners" not in larry.get("/profile/").text
    address = f"/staff/investors/{cast.morland}/people/"
    assert sam_client.post(f"{address}new/", {"email": "LARRY@verso.example"}).status_code == 303
    assert links(owner, cast.morland) == {cast.mallory.id, cast.larry.id}
    assert "Morland Partners" in larry.get("/profile/").text
    assert "Remove Larry Lowe?" in sam_client.get(f"{address}{cast.larry.id}/remove/").text
    assert sam_client.post(f"{address}{cast.larry.id}/remove/").status_code == 303
    assert links(owner, cast.morland) == {cast.mallory.id}
    assert "Morland Partners" not in larry.get("/profile/").text
    made_by_sam = [action for action, actor, _, _ in audit_rows("investor_users.") if actor == cast.sam.id]
    assert made_by_sam == ["investor_users.insert", "investor_users.delete"]


def test_who_saw_a_link_of_a_person_is_told_why_they_do_not_remove_it(owner, cast, ada_client, app_connection):
    app_connection(cast.ada).execute("select app.make_password_link(%s, 'shown')", [cast.bob.id])
    answer = ada_client.post(f"/staff/investors/{cast.aldgate}/people/{cast.bob.id}/remove/")
    assert answer.status_code == 403 and "someone else must remove it" in answer.text
    assert links(owner, cast.aldgate) == {cast.alice.id, cast.bob.id}


def test_linking_twice_is_linking_once(owner, cast, sam_client):
    for _ in range(2):
        sam_client.post(f"/staff/investors/{cast.aldgate}/people/new/", {"email": "alice@verso.example"})
    assert links(owner, cast.aldgate) == {cast.alice.id, cast.bob.id}


@pytest.mark.parametrize("email", ["stranger@verso.example", "sam@verso.example", "no e-mail"])
def test_whom_one_cannot_link(owner, cast, ada_client, email):
    response = ada_client.post(f"/staff/investors/{cast.morland}/people/new/", {"email": email})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["email"])
    assert links(owner, cast.morland) == {cast.mallory.id}


def test_removing_whom_nobody_linked_is_not_found(cast, sam_client):
    assert sam_client.post(f"/staff/investors/{cast.morland}/people/{cast.alice.id}/remove/").status_code == 404


# --- identity check


def test_the_status_is_set_with_its_reason(owner, cast, rita_client, alice_client, audit_rows):
    form = {"kyc_status": "rejected", "kyc_reason": "  The proof of address is four months old. "}
    assert rita_client.post(f"/staff/investors/{cast.aldgate}/kyc/", form).status_code == 303
    just_now = "kyc_changed_at > now() - interval '1 minute'"
    assert kept(owner, cast.aldgate, "kyc_status", "kyc_reason", just_now) == (
        "rejected", "The proof of address is four months old.", True,
    )  # fmt: skip
    _, actor, entity, after = audit_rows("investors.update")[-1]
    assert (actor, entity, after["kyc_status"]) == (cast.rita.id, cast.aldgate, "rejected")
    assert after["kyc_reason"] == "The proof of address is four months old."
    assert "Rejected" in alice_client.get("/profile/").text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kyc_status": "rejected", "kyc_reason": ""}, "kyc_reason"),
        ({"kyc_status": "rejected", "kyc_reason": " \n "}, "kyc_reason"),
        ({"kyc_status": "fine", "kyc_reason": "Because."}, "kyc_status"),
    ],
)
def test_without_a_reason_or_with_another_word_nothing_changes(owner, cast, sam_client, form, field):
    response = sam_client.post(f"/staff/investors/{cast.aldgate}/kyc/", form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert kept(owner, cast.aldgate, "kyc_status", "kyc_reason") == ("approved", "")


def test_an_investor_does_not_set_its_own_status(owner, cast, alice_client):
    form = {"kyc_status": "approved", "kyc_reason": "I am me."}
    owner.execute("update investors set kyc_status = 'pending'")
    assert alice_client.post(f"/staff/investors/{cast.aldgate}/kyc/", form).status_code == 404
    assert kept(owner, cast.aldgate, "kyc_status") == ("pending",)
