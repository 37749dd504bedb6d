"""The desk, the queue and the jobs: what staff see, who decides, and what a refusal says."""

import csv
import io
import uuid
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import Approval
from audit.identity import acting_as
from house.models import JobRun
from inventory import services as inventory
from tests import factories
from tests.sql.commitments import open_approval
from tests.sql.holds import state

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/staff/approvals/"


@pytest.fixture
def commit(owner, cast, deal):
    """Commits units for an investor as a person; the approval's id."""

    def made(person, investor_id, units=100, **more):
        with acting_as(person.id):
            profile = person.profile
        commitment = inventory.commit_units(
            shown_hash=None, acting_user=profile, deal_id=deal.id, investor_id=investor_id, units=D(units), **more
        )
        return open_approval(owner, commitment)

    return made


@pytest.fixture
def approval(cast, commit):
    """Alice's 100 units, 2,850.00 USD."""
    return commit(cast.alice, cast.aldgate)


def address(approval, verb=""):
    return f"{QUEUE}{approval}/" + (f"{verb}/" if verb else "")


def books(owner):
    """Everything but the audit log, which also tells of refused attempts."""
    return state(owner)[:-1]


# --- who


@pytest.mark.parametrize("who", ["alice", "mallory", "larry", "ingrid"])
@pytest.mark.parametrize("verb", ["", "approve", "reject", "ask"])
def test_for_everybody_else_the_pages_do_not_exist(owner, cast, approval, sign_in, who, verb):
    client, before = sign_in(getattr(cast, who)), books(owner)
    assert client.get(address(approval)).status_code == 404
    assert client.post(address(approval, verb), {"reason": "x"}).status_code == 404
    for page in ("/staff/", QUEUE, "/staff/jobs/"):
        assert client.get(page).status_code == 404
    assert books(owner) == before


def test_signed_out_people_are_asked_to_sign_in(client, approval):
    for page in ("/staff/", QUEUE, address(approval), "/staff/jobs/"):
        assert client.get(page).url == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("verb", ["", "approve", "reject", "ask"])
def test_an_unknown_one_is_not_there(ada_client, approval, verb):
    page = address(uuid.uuid4(), verb)
    answer = ada_client.post(page, {"reason": "x"}) if verb else ada_client.get(page)
    assert answer.status_code == 404


# --- the queue


def test_the_queue_shows_what_a_decision_rests_on(owner, cast, approval, sam_client):
    page = sam_client.get(QUEUE).text
    for words in (
        "Aldgate Family Office",
        'Commitment to <a href="/staff/deals/northlight_2027/">Northlight Secondary</a>',
        "1 open, 0 overdue",
        "100 of 10,000",
        "KYC valid",
        "Unchanged since submission",
        "Units are on hold",
        "You did not prepare this",
        "All-in 5 %",
        "Submitted by Alice Aldgate for the investor",
        "Harbour Fund II (100)",
        "An invoice for 2,992.50",
    ):
        assert words in page, words
    assert "2,992.50" in page  # 2,850.00 and 5 %
    assert "amount × rate / 10,000" in page  # how the fee came about


def test_the_most_urgent_stands_first(owner, cast, commit, ada_client):
    commit(cast.alice, cast.aldgate, 100)  # low, 72 hours
    commit(cast.mallory, cast.morland, 5_000)  # 142,500.00: high, 4 hours
    page = ada_client.get(QUEUE).text
    assert page.index("Morland Partners") < page.index("Aldgate Family Office")


@pytest.mark.parametrize(
    "q, found",
    [
        ("aldgate", True),
        ("NORTHLIGHT", True),
        ("2,850", True),
        ("2850.00", True),
        ("%", False),
        ("Harrow", False),
    ],
)
def test_search(approval, ada_client, q, found):
    page = ada_client.get(QUEUE, {"q": q}).text
    assert ("Aldgate Family Office" in page) is found
    assert ("No requests match" in page) is not found


def test_decided_ones_stay_to_be_read(cast, approval, ada_client):
    ada_client.post(address(approval, "reject"), {"reason": "Not enough units"})
    assert "Nothing pending" in ada_client.get(QUEUE).text
    page = ada_client.get(QUEUE, {"shown": "decided"}).text
    for words in ("Aldgate Family Office", "Rejected by Ada Adler", "Not enough units"):
        assert words in page


def test_pages_of_25(owner, cast, ada_client):
    for n in range(26):
        factories.add_approval(owner, "document", uuid.uuid4(), amount=D(n), currency="USD")
    assert "1 to 25 of 26" in ada_client.get(QUEUE).text
    assert "26 to 26 of 26" in ada_client.get(QUEUE, {"page": 2}).text


def test_the_number_of_queries_does_not_grow_with_the_rows(owner, ada_client):
    def queries(page):
        with CaptureQueriesContext(connection) as asked:
            ada_client.get(page)
        return len(asked)

    factories.add_approval(owner, "document", uuid.uuid4(), amount=1, currency="USD")
    queries(QUEUE)  # what is remembered from the first page on
    few = [queries(QUEUE), queries("/staff/")]
    for n in range(20):
        factories.add_approval(owner, "document", uuid.uuid4(), amount=n, currency="USD")
    assert [queries(QUEUE), queries("/staff/")] == few


def test_the_csv_is_harmless_and_complete(owner, cast, approval, ada_client):
    owner.execute("update investors set legal_name = '=cmd|x' where id = %s", [cast.aldgate])
    answer = ada_client.get(QUEUE, {"format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="approvals.csv"'
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    found = dict(zip(head, row, strict=True))
    assert (found["Investor"], found["Amount"], found["Currency"]) == ("'=cmd|x", "2850.00", "USD")
    assert (found["Priority"], found["Status"], found["Requested by"]) == ("low", "pending", "Alice Aldgate")


def test_the_csv_of_an_opened_request_is_the_queues(approval, ada_client):
    page = ada_client.get(address(approval) + "?q=a").text
    assert f'href="{QUEUE}?q=a&amp;format=csv"' in page
    odd = ada_client.get(QUEUE + "?q=a&format=html").text
    assert f'action="{address(approval, "approve")}?q=a"' in odd
    assert f'href="{address(approval, "reject")}?q=a"' in odd


# --- deciding


def test_approving_allocates_and_goes_on_to_the_next(owner, cast, approval, commit, ada_client):
    commit(cast.mallory, cast.morland)
    seen = factories.value(owner, "select content_hash from approvals where id = %s", approval)
    answer = ada_client.post(address(approval, "approve") + "?q=a", {"seen": seen}, follow=True)
    assert answer.redirect_chain == [(QUEUE + "?q=a", 303)]
    assert "Aldgate Family Office: approved; units allocated. The investor is notified." in answer.text
    assert "Morland Partners" in answer.text
    assert factories.value(owner, "select units from positions") == 100


@pytest.mark.parametrize("seen", ["0" * 64, "\0", "é"])
def test_what_was_not_seen_is_not_approved(owner, approval, ada_client, seen):
    before = books(owner)
    answer = ada_client.post(address(approval, "approve"), {"seen": seen})
    assert answer.status_code == 409 and "This changed after it was submitted or after you opened it" in answer.text
    assert books(owner) == before


def test_rejecting_works_without_javascript(owner, approval, ada_client):
    page = ada_client.get(address(approval, "reject")).text
    assert "Reject the commitment of Aldgate Family Office?" in page
    assert "Releases 100 units immediately" in page
    answer = ada_client.post(address(approval, "reject"), {"reason": ""})
    assert answer.status_code == 422 and "Nothing was decided." in answer.text
    assert factories.value(owner, "select status from approvals") == "pending"
    ada_client.post(address(approval, "reject"), {"reason": "No"})
    assert factories.value(owner, "select status from reservations") == "cancelled"


def test_asking_for_changes_stops_the_clock(owner, approval, ada_client):
    assert "Request changes from Aldgate Family Office?" in ada_client.get(address(approval, "ask")).text
    answer = ada_client.post(address(approval, "ask"), {"reason": "Which plan?"}, follow=True)
    assert "Aldgate Family Office: changes requested. The SLA clock is paused until they answer." in answer.text
    assert "Awaiting investor" in answer.text
    assert factories.value(owner, "select status from deal_commitments") == "under_review"


def test_who_lacks_the_right_sees_no_button_and_the_server_refuses_too(owner, cast, commit, sam_client):
    large = commit(cast.alice, cast.aldgate, 2_000)  # 57,000.00
    page = sam_client.get(address(large)).text
    assert "Above your approval limit, counting what this investor already has." in page
    for hidden in (address(large, "approve"), address(large, "reject"), address(large, "ask")):
        assert hidden not in page
    before = books(owner)
    for verb in ("approve", "reject", "ask"):
        answer = sam_client.post(address(large, verb), {"reason": "x"})
        assert answer.status_code == 403
        assert "Above your approval limit, counting what this investor already has." in answer.text
    assert books(owner) == before


def test_what_one_entered_someone_else_decides(owner, cast, commit, sam_client):
    own = commit(cast.sam, cast.aldgate)
    page = sam_client.get(address(own)).text
    assert "You requested or entered this, so someone else must decide." in page
    assert "Entered by Sam Sutter, on the investor’s behalf" in page
    assert sam_client.post(address(own, "approve")).status_code == 403
    assert factories.value(owner, "select status from approvals") == "pending"


def test_the_two_steps_are_told(owner, cast, commit, rita_client, ada_client):
    owner.execute("update approval_rules set two_approvers_above = 1000")
    first = commit(cast.alice, cast.aldgate)
    page = rita_client.get(QUEUE).text
    assert "This needs two approvals, one of them by an administrator." in page
    assert "Two approvals are needed above 1,000.00\xa0USD." in page
    answer = rita_client.post(address(first, "approve"), follow=True)
    assert "your approval is recorded. Another person decides next." in answer.text
    assert "This needs a second approval." in answer.text
    assert "You gave the first approval. Someone else must give the second." in answer.text
    page = ada_client.get(QUEUE).text
    assert "This needs a second approval: yours." in page and "Rita Ramsay approved on" in page
    ada_client.post(address(open_approval(owner, _thing(owner, first)), "approve"))
    assert factories.value(owner, "select units from positions") == 100


def _thing(owner, approval):
    return factories.value(owner, "select entity_id from approvals where id = %s", approval)


def test_the_second_of_two_deciders_reads_who_was_first_and_keeps_the_note(
    owner, cast, approval, ada_client, abe_client
):
    ada_client.post(address(approval, "approve"))
    before = books(owner)
    answer = abe_client.post(address(approval, "reject"), {"reason": "We can place fewer"})
    assert answer.status_code == 409
    assert (
        "Ada Adler decided first. Your decision was not recorded, and any note you entered is kept below."
        in answer.text
    )
    assert "We can place fewer</textarea>" in answer.text
    assert books(owner) == before


def test_a_hold_that_ended_is_said_and_nothing_is_decided(owner, approval, ada_client):
    owner.execute("update reservations set expires_at = clock_timestamp() - interval '1 second'")
    assert "The hold has ended" in ada_client.get(address(approval)).text
    answer = ada_client.post(address(approval, "approve"))
    assert answer.status_code == 409 and "This hold has ended" in answer.text
    assert factories.value(owner, "select status from approvals") == "pending"


def test_who_decides_what_was_added_to_meanwhile_is_told_and_led_to_the_new_request(
    owner, cast, approval, commit, ada_client
):
    new = commit(cast.alice, cast.aldgate, 50)
    before = books(owner)
    answer = ada_client.post(address(approval, "reject"), {"reason": "Too small"})
    assert answer.status_code == 409
    assert "so a new request replaced this one" in answer.text and "Too small" in answer.text
    assert f'href="{address(new)}"' in answer.text
    assert books(owner) == before
    page = " ".join(ada_client.get(address(new)).text.split())
    assert "50 units more than the 100 requested before." in page and "150 of 10,000" in page
    assert "Replaced" in ada_client.get(f"{QUEUE}?shown=decided").text


def test_approving_what_was_added_to_allocates_all_of_it(owner, cast, approval, commit, ada_client):
    new = commit(cast.alice, cast.aldgate, 50)
    seen = factories.value(owner, "select content_hash from approvals where id = %s", new)
    assert ada_client.post(address(new, "approve"), {"seen": seen}).status_code == 303
    assert owner.execute("select units from allocations order by units").fetchall() == [(D(50),), (D(100),)]
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(150), D("4275.00"))]


def test_rejecting_what_was_added_to_frees_all_of_it(owner, cast, approval, commit, ada_client):
    new = commit(cast.alice, cast.aldgate, 50)
    assert ada_client.post(address(new, "reject"), {"reason": "No"}).status_code == 303
    assert owner.execute("select distinct status from reservations").fetchall() == [("cancelled",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)


def test_what_changed_since_is_said(owner, approval, ada_client):
    owner.execute("update deal_commitments set unit_price = 28.49")
    assert "Changed since submission" in ada_client.get(address(approval)).text
    answer = ada_client.post(address(approval, "approve"))
    assert answer.status_code == 409 and "This changed after it was submitted or after you opened it" in answer.text


def test_approving_by_link_alone_is_not_possible(ada_client, approval):
    assert ada_client.get(address(approval, "approve")).status_code == 405


# --- desk and jobs


def test_the_desk(owner, cast, deal, approval, ada_client):
    with acting_as(cast.mallory.id):
        mallory = cast.mallory.profile
    inventory.reserve_units(
        acting_user=mallory, deal_id=deal.id, investor_id=cast.morland, units=D(300), unit_price=D("28.50")
    )
    owner.execute("update approvals set sla_breach_at = clock_timestamp() - interval '24 minutes'")
    page = ada_client.get("/staff/").text
    for words in (
        "One decision is overdue.",
        "24 min over",
        "Northlight Secondary, 300 units",
        "400 on hold",
        "9,600",
        "End lapsed holds",
        "Not yet run",
    ):
        assert words in page, words
    assert "<html" not in ada_client.get("/staff/", headers={"X-Poll": "1"}).text


def test_an_empty_desk_says_what_will_come(ada_client):
    page = ada_client.get("/staff/").text
    for words in ("No decisions are pending.", "No deals are open", "No active holds", "Nothing pending"):
        assert words in page


def test_the_desk_says_where_to_start_until_there_is_a_deal(owner, ada_client):
    assert "Start here" in ada_client.get("/staff/").text
    factories.add_deal(owner, status="draft")
    assert "Start here" not in ada_client.get("/staff/").text


def test_the_jobs_say_when_they_ran_and_how_it_ended(ada_client, owner):
    system = factories.value(owner, "select app.system_profile()")
    now = timezone.now()
    with acting_as(system):
        JobRun.objects.create(
            name="inventory.tasks.expire_reservations",
            started_at=now,
            finished_at=now,
            succeeded_at=now,
            outcome="2 holds ended",
        )
        JobRun.objects.create(name="approvals.tasks.warn_sla", started_at=now, finished_at=now, error="OSError: away")
        late = now - timedelta(hours=1)
        facts = {"started_at": now, "finished_at": now, "succeeded_at": late}
        JobRun.objects.create(name="notifications.tasks.send_notices", **facts)
    page = ada_client.get("/staff/jobs/").text
    for words in (
        "2 holds ended",
        "OSError: away",
        "OK",
        "Failed",
        "Late",
        "Not yet run",
        "expire_reservations",
    ):
        assert words in page, words
    assert "2 jobs are late or failing." in ada_client.get("/staff/").text


# --- the admin


def test_the_admin_approves_and_rejects_through_the_service(owner, cast, commit, ada_client):
    first, second = commit(cast.alice, cast.aldgate), commit(cast.mallory, cast.morland)
    changelist = "/admin/approvals/approval/"
    chosen = {"action": "approve", "_selected_action": [str(first)]}
    assert "Aldgate Family Office" in ada_client.post(changelist, chosen).text
    assert factories.value(owner, "select count(*) from positions") == 0
    answer = ada_client.post(changelist, chosen | {"apply": "1"}, follow=True)
    assert "One decision is recorded." in answer.text
    assert factories.value(owner, "select units from positions") == 100
    chosen = {"action": "reject", "_selected_action": [str(second)], "apply": "1"}
    assert "This field is required." in ada_client.post(changelist, chosen).text
    ada_client.post(changelist, chosen | {"reason": "Not enough units"})
    assert owner.execute("select status, notes from approvals where id = %s", [second]).fetchone() == (
        "rejected",
        "Not enough units",
    )


def test_the_admin_refuses_whom_the_service_refuses(owner, cast, commit, sam_client):
    large = commit(cast.alice, cast.aldgate, 2_000)
    before = books(owner)
    answer = sam_client.post(
        "/admin/approvals/approval/",
        {"action": "approve", "_selected_action": [str(large)], "apply": "1"},
        follow=True,
    )
    assert "Aldgate Family Office: Above your approval limit, counting what this investor already has." in answer.text
    assert books(owner) == before
    assert owner.execute("select actor_user_id, after from audit_log where action = 'requests.refused'").fetchall() == [
        (cast.sam.id, {"refused": "admin:approvals_approval_changelist: 302 42501 above_limit"})
    ]


def test_rules_are_set_by_administrators_and_audited(owner, cast, ada_client, sam_client):
    page = "/admin/approvals/slarule/high/change/"
    assert sam_client.post(page, {"priority": "high", "hours": "1"}).status_code == 403
    ada_client.post(page, {"priority": "high", "hours": "5"})
    assert factories.value(owner, "select hours from sla_rules where priority = 'high'") == 5
    assert owner.execute(
        "select actor_user_id, after ->> 'hours' from audit_log where action = 'sla_rules.update'"
    ).fetchall() == [(cast.ada.id, "5.00")]


def test_the_service_is_the_only_way(cast, approval):
    """No page writes approvals itself: the application has no right to."""
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(cast.ada.id):
        Approval.objects.filter(pk=approval).update(status="approved")


# --- rules

RULES = "/staff/approvals/rules/"
TYPED = {
    "currency": "*", "critical_above": "1,000,000.00", "high_above": "100000", "normal_above": "50000",
    "two_approvers_above": "1000000", "two_approvers_first_above": "250000", "ops_limit": "75000",
    "relaxes": ["had_link"], "days": "30", "reason": "We are two <people>",
}  # fmt: skip


def _limit(owner):
    return factories.value(owner, "select (app.approval_rule('USD')).ops_limit")


def test_two_administrators_relax_a_rule_and_the_desk_says_so(owner, cast, ada_client, abe_client, sam_client):
    assert f'href="{RULES}"' in sam_client.get(QUEUE).text
    said = ada_client.post(f"{RULES}new/", TYPED, follow=True).text
    assert "The rule is proposed. It comes into force once another administrator agrees." in said
    assert "Relaxed until" not in sam_client.get("/staff/").text
    rule = factories.value(owner, "select id from approval_rules where in_force_from is null")
    button = f'action="{RULES}{rule}/agree/"'
    assert [button in client.get(RULES).text for client in (ada_client, abe_client, sam_client)] == [False, True, False]
    own = ada_client.post(f"{RULES}{rule}/agree/")
    assert (own.status_code, "You proposed this, so another administrator must agree to it." in own.text) == (403, True)
    assert sam_client.post(f"{RULES}{rule}/agree/").status_code == 404
    assert _limit(owner) == D("50000")
    assert "You agreed. The rule is now in force." in abe_client.post(f"{RULES}{rule}/agree/", follow=True).text
    assert _limit(owner) == D("75000")
    desk = sam_client.get("/staff/").text
    assert "Relaxed until" in desk and "We are two &lt;people&gt;" in desk
    assert "Ada Adler, agreed by Abe Arnold" in desk
    assert "Conflict exemptions: who was shown a password link" in desk
    again = abe_client.post(f"{RULES}{rule}/agree/")
    assert (again.status_code, "Someone already agreed to this, or it is no longer open." in again.text) == (409, True)


def test_the_only_administrator_reads_that_nobody_could_agree(owner, cast, ada_client):
    owner.execute("update profiles set is_active = false where id = %s", [cast.abe.id])
    said = ada_client.post(f"{RULES}new/", TYPED, follow=True).text
    assert "The rule is now in force: there is no other administrator to agree to it." in said
    assert "Ada Adler alone, the only administrator" in ada_client.get("/staff/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days": ""}, "A relaxed rule needs a duration of at most 90 days."),
        ({"days": "91"}, "Enter a whole number from 1 to 90."),
        ({"reason": " "}, "This field is required."),
        ({"relaxes": ["own_request"]}, "own_request is not one of the available choices."),
        ({"ops_limit": "many"}, "Enter a number, such as 1,250.5."),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(owner, cast, ada_client, typed, said):
    answer = ada_client.post(f"{RULES}new/", TYPED | typed)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert factories.value(owner, "select count(*) from approval_rules") == 1


def test_the_form_begins_with_the_rule_in_force(cast, ada_client):
    page = ada_client.get(f"{RULES}new/").text
    assert 'value="50,000.00"' in page and 'value="250,000.00"' in page


def test_the_admin_shows_rules_and_changes_none(owner, cast, ada_client):
    rule = factories.value(owner, "select id from approval_rules")
    address = f"/admin/approvals/approvalrule/{rule}/change/"
    assert ada_client.get(address).status_code == 200
    assert ada_client.post(address, TYPED).status_code == 403
    assert _limit(owner) == D("50000")
