"""The audit page: search, one entry, paging by key, CSV, and "verify now"."""

import csv
import html
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit import selectors, services
from tests.audit import tampering
from tests.factories import value

LOG = "/staff/audit/"


def insert(owner, action="sample.made", **columns):
    columns = {"action": action, "entity": "sample"} | columns
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    return value(owner, f"insert into audit_log ({names}) values ({places}) returning id", *columns.values())


def actions(answer):
    """The actions that the table shows, in its order."""
    return re.findall(r'<th scope="row"><a href="/staff/audit/\d+/">([^<]+)</a>', answer.content.decode())


def test_staff_read_what_happened(owner, sam_client, cast):
    insert(
        owner,
        actor_user_id=cast.rita.id,
        actor_role="staff_rm",
        ip="192.0.2.7",
        before='{"a": 1}',
        after='{"a": 2}',
    )
    page = sam_client.get(LOG)
    assert page.status_code == 200
    text = page.content.decode()
    assert actions(page)[0] == "sample.made"
    assert "Rita Ramsay" in text and "192.0.2.7" in text
    assert '<span class="sub">Staff, relationship manager' in text


def test_an_entry_shows_what_else_its_transaction_did(owner, sam_client):
    with owner.transaction():
        first, second, third = (insert(owner, action=f"sample.{name}") for name in ("one", "two", "three"))
    alone = insert(owner, action="sample.alone")
    page = sam_client.get(f"{LOG}{second}/").content.decode().partition("In the same transaction")[2]
    assert re.findall(r'<th scope="row">\s*<a href="/staff/audit/(\d+)/">', page) == [str(first), str(third)]
    assert "In the same transaction" not in sam_client.get(f"{LOG}{alone}/").content.decode()


@pytest.mark.parametrize("name", ["alice", "larry", "ingrid"])
def test_to_everybody_else_it_does_not_exist(owner, request, name):
    entry = insert(owner)
    client = request.getfixturevalue(f"{name}_client")
    for path in (LOG, f"{LOG}{entry}/", f"{LOG}export/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{LOG}verify/").status_code == 404


def test_signed_out_people_are_asked_to_sign_in(client, db):
    assert client.get(LOG).status_code == 302


def test_each_condition_narrows(owner, sam_client, cast, deal):
    record = uuid4()
    insert(owner, "sample.one", actor_user_id=cast.rita.id)
    insert(owner, "sample.two", entity_id=record)
    insert(owner, "sample.three", deal_id=deal.id, request_id="r-3")
    noon = (timezone.now() - timedelta(days=40)).replace(hour=12)  # the same day in every time zone of the cast
    insert(owner, "other.four", entity="others", ts=noon)
    day = f"{noon:%Y-%m-%d}"
    for query, expected in {
        "who=rita@verso.example": ["sample.one"],
        "who=RAMSAY": ["sample.one"],
        f"who={cast.rita.id}": ["sample.one"],
        f"record={record}": ["sample.two"],
        f"deal={deal.code}&table=sample": ["sample.three"],
        f"deal={deal.id}&action=sample.": ["sample.three"],
        "request=r-3": ["sample.three"],
        "action=sample.": ["sample.three", "sample.two", "sample.one"],
        "table=others": ["other.four"],
        f"since={day}&until={day}": ["other.four"],
        f"until={day}": ["other.four"],
        "action=sample.&who=rita": ["sample.one"],
    }.items():
        page = sam_client.get(f"{LOG}?{query}")
        assert (page.status_code, actions(page)) == (200, expected), query


def test_a_search_that_fits_nothing_says_so(owner, sam_client):
    insert(owner)
    page = sam_client.get(f"{LOG}?action=nothing")
    assert page.status_code == 200 and "No entries match" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("who=zacharias", "No one has this name."),
        ("deal=nowhere", "No deal has this code."),
        ("record=12", "Enter a valid UUID."),
        ("since=31.02.2026", "Enter a date, such as 2026-12-04."),
        ("since=2026-02-02&until=2026-02-01", "This day is before the first one."),
    ],
)
def test_a_condition_that_cannot_be_used_is_named_and_kept(owner, sam_client, query, said):
    insert(owner)
    page = sam_client.get(f"{LOG}?{query}")
    assert (page.status_code, actions(page)) == (422, [])
    assert said in page.content.decode()


def test_paging_by_key_misses_and_repeats_nothing(owner, sam_client):
    made = [insert(owner, f"sample.n{number:03}") for number in range(120)]
    seen, query = [], "action=sample."
    for _ in range(3):
        page = sam_client.get(f"{LOG}?{query}")
        seen += actions(page)
        insert(owner, "sample.later")  # what is written meanwhile does not shift the pages
        older = re.search(r'rel="next" href="\?([^"]+)"', page.content.decode())
        query = older and older[1].replace("&amp;", "&")
    assert query is None
    assert seen == [f"sample.n{number:03}" for number in reversed(range(len(made)))]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "٣"])
def test_a_wrong_place_is_the_first_page(owner, sam_client, before):
    insert(owner)
    assert sam_client.get(LOG, {"before": before}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(owner, sam_client, cast, django_assert_max_num_queries):
    for person in (cast.rita, cast.abe, cast.alice) * 15:
        insert(owner, actor_user_id=person.id, acting_for=cast.alice.id)
    sam_client.get(LOG)
    with django_assert_max_num_queries(22):
        sam_client.get(LOG)


def test_one_entry_says_everything(owner, sam_client, cast):
    after = '{"units": "5.00000000", "expires_at": "2027-01-15T12:30:00.123456+00:00"}'
    entry = insert(owner, after=after, user_agent="<b>Sample</b>", request_id="r-1")
    page = sam_client.get(f"{LOG}{entry}/")
    text = page.content.decode()
    assert "15 Jan 2027, 13:30:00 CET" in text
    assert "5.00000000" in text and "&lt;b&gt;Sample" in text
    assert value(owner, "select hash from audit_log where id = %s", entry) in text
    assert sam_client.get(f"{LOG}{entry + 1000}/").status_code == 404
    assert sam_client.get(f"{LOG}{'9' * 30}/").status_code == 404


@pytest.mark.parametrize("name", ["2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:00"])
def test_text_that_only_looks_like_a_moment_is_read_as_it_stands(owner, sam_client, name):
    entry = insert(owner, after=f'{{"display_name": "{name}"}}')
    for page in (LOG, f"{LOG}{entry}/"):
        answer = sam_client.get(page)
        assert answer.status_code == 200 and name in html.unescape(answer.content.decode())


def read_csv(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_csv_holds_what_was_searched_and_is_on_record(owner, sam_client, cast):
    insert(owner, "sample.one", user_agent="=1+1", after='{"a": "é"}', actor_user_id=cast.rita.id)
    insert(owner, "sample.two")
    insert(owner, "other.three")
    answer = sam_client.get(f"{LOG}export/?action=sample.")
    head, *rows = read_csv(answer)
    assert [row[6] for row in rows] == ["sample.two", "sample.one"]
    assert (rows[1][2], rows[1][11], rows[1][13]) == ("Rita Ramsay", '{"a": "é"}', "'=1+1")
    assert len(head) == len(rows[0]) == 20
    exported = read_csv(sam_client.get(f"{LOG}export/?action=audit_log.exported"))
    assert exported[2][11] == '{"search": {"action": "sample."}}'


def test_an_export_too_large_is_refused_with_a_way_on(owner, sam_client, monkeypatch):
    monkeypatch.setattr("audit.views_staff.EXPORT_ROWS_MAX", 1)
    insert(owner), insert(owner)
    answer = sam_client.get(f"{LOG}export/?action=sample.", follow=True)
    assert answer.redirect_chain == [(f"{LOG}?action=sample.", 303)]
    assert "Choose fewer days" in answer.content.decode()


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.DATA_DIR, settings.AUDIT_SIGNING_KEY = tmp_path, ""


@pytest.mark.django_db(transaction=True)
def test_verify_now_says_that_the_chain_is_intact(chain, cast, sign_in, own_folder, owner):
    services.write_anchor()
    client = sign_in(cast.ada)
    answer = client.post(f"{LOG}verify/", follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[0][1] == 303
    assert "The chain is intact" in text and "after anchor 1" in text
    actor, after = owner.execute(
        "select actor_user_id, after from audit_log where action = 'audit_log.verified'"
    ).fetchone()
    assert (actor, after["intact"], after["faults"], after["last_anchor"]) == (cast.ada.id, True, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_verify_now_names_the_row(chain, cast, sign_in, own_folder, tamper):
    row_id = chain.ids[7][2]
    tamper("update audit_log set ip = 'x' where id = %s", row_id)
    text = sign_in(cast.sam).post(f"{LOG}verify/", follow=True).content.decode()
    assert "The log was tampered with" in text and "edited" in text
    assert f'href="/staff/audit/{row_id}/"' in text
    assert "No anchor was available" in text


@pytest.mark.django_db(transaction=True)
def test_verify_now_walks_only_the_newest_part_of_a_long_log(
    chain, cast, sign_in, own_folder, owner, tamper, monkeypatch
):
    services.write_anchor()
    new = tampering.write(owner, 7, 3)
    services.write_anchor()
    tamper("update audit_log set ip = 'x' where id = any (%s)", [chain.ids[7][2], new[1]])
    monkeypatch.setattr(services, "PAGE_ANCHORS_MAX", 1)
    text = sign_in(cast.sam).post(f"{LOG}verify/", follow=True).content.decode()
    assert "began after anchor 1" in text
    assert f'href="/staff/audit/{new[1]}/"' in text
    assert f'href="/staff/audit/{chain.ids[7][2]}/">' not in text.split("</table>")[0]


@pytest.mark.django_db(transaction=True)
def test_an_anchor_that_cannot_be_read_is_said(chain, cast, sign_in, own_folder, settings):
    (settings.DATA_DIR / "anchors").mkdir()
    (settings.DATA_DIR / "anchors" / "anchor-00000009.json").write_text("{}")
    text = sign_in(cast.sam).post(f"{LOG}verify/", follow=True).content.decode()
    assert "could not be checked" in text


def test_verifying_is_a_post(sam_client):
    assert sam_client.get(f"{LOG}verify/").status_code == 405


@pytest.mark.django_db
def test_the_alarm_rings(monkeypatch):
    for state, count in (((0, 3), 0), ((0, 2), 0), ((0, 1), 1), ((5, 3), 1), ((5, 0), 2)):
        stray, ahead = state
        monkeypatch.setattr(
            "audit.db.audit_partition_state", lambda s=stray, a=ahead: {"stray_rows": s, "months_ahead": a}
        )
        assert len(selectors.partition_alarms()) == count
