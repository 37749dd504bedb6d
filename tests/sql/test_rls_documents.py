"""Each path of a paper grants sight to the right people, and no other does."""

import itertools

import psycopg
import pytest

from tests.factories import add_deal, add_document, add_position, add_vehicle, value

PEOPLE = ("alice", "bob", "mallory", "larry", "ingrid", "sam")

SHA = "ab" + "0" * 62
FILE = {
    "file_key": f"ab/{SHA}-{'0' * 32}", "sha256": SHA, "size_bytes": 1, "filename": "a.txt",
    "content_type": "text/plain",
}  # fmt: skip


@pytest.fixture
def readers(owner, cast, app_connection):
    """Who of the cast reads a paper filed under these."""

    def who_reads(**paths) -> set[str]:
        paper = add_document(owner, **paths)
        seen = {}
        for name in PEOPLE:
            connection = app_connection(getattr(cast, name))
            seen[name] = value(connection, "select count(*) from documents where id = %s", paper)
        return {name for name, count in seen.items() if count}

    return who_reads


def test_the_four_paths(owner, cast, deal, readers):
    add_position(owner, cast.aldgate, deal.vehicle_id)
    assert readers(owner_investor_id=cast.aldgate) == {"alice", "bob", "sam"}
    assert readers(owner_user_id=cast.larry.id) == {"larry", "sam"}
    assert readers(deal_id=deal.id) == {"alice", "mallory", "larry", "ingrid", "sam"}
    assert readers(vehicle_id=deal.vehicle_id) == {"alice", "bob", "sam"}
    assert readers() == {"sam"}


def test_an_owner_closes_the_paths_of_deal_and_vehicle(owner, cast, deal, readers):
    add_position(owner, cast.morland, deal.vehicle_id)
    both = {"deal_id": deal.id, "vehicle_id": deal.vehicle_id}
    assert readers(owner_investor_id=cast.aldgate, **both) == {"alice", "bob", "sam"}
    assert readers(owner_user_id=cast.ingrid.id, **both) == {"ingrid", "sam"}
    assert readers(owner_investor_id=cast.aldgate, owner_user_id=cast.larry.id, **both) == {
        "alice", "bob", "larry", "sam",
    }  # fmt: skip


def test_either_path_is_enough_while_nobody_owns_it(owner, cast, deal, readers):
    other = add_vehicle(owner, "Other")
    add_position(owner, cast.aldgate, other)
    hidden = add_deal(owner, "Hidden", code="hidden")
    assert readers(deal_id=hidden, vehicle_id=other) == {"alice", "bob", "sam"}
    assert readers(deal_id=deal.id, vehicle_id=add_vehicle(owner, "Nobody's")) == {
        "alice", "mallory", "larry", "ingrid", "sam",
    }  # fmt: skip


def test_what_is_not_ones_own_cannot_be_written(owner, cast, deal, app_connection):
    """Without vehicle and deal only the policy itself stands between a person and every paper."""
    add_document(owner)
    for name in ("alice", "larry", "mallory"):
        connection = app_connection(getattr(cast, name))
        assert connection.execute("update documents set title = default").rowcount == 0
    assert app_connection(cast.sam).execute("update documents set title = default").rowcount == 1


def test_a_paper_stays_what_was_filed(owner, cast, deal, app_connection):
    paper, sam = add_document(owner), app_connection(cast.sam)
    stored = (
        "content_type = 'text/plain'",
        "size_bytes = 1",
        "filename = 'a.txt'",
        "source_key = 'mine'",
        f"sha256 = '{SHA}'",
    )
    for change in ("file_key = 'other.pdf'", "created_by = app.uid()", "created_at = '2020-01-01'", *stored):
        with pytest.raises(Exception, match="never changes"):
            sam.execute(f"update documents set {change} where id = %s", [paper])


def test_sight_follows_no_combination_the_rule_does_not_name(owner, cast, deal, readers):
    """All sixteen combinations of the four columns, against the rule in one line."""
    add_position(owner, cast.morland, deal.vehicle_id)
    for investor, person, vehicle, of_deal in itertools.product((False, True), repeat=4):
        expected = {"sam"}
        if investor:
            expected |= {"alice", "bob"}
        if person:
            expected |= {"larry"}
        if not (investor or person):
            expected |= {"mallory"} if vehicle else set()
            expected |= {"alice", "mallory", "larry", "ingrid"} if of_deal else set()
        assert expected == readers(
            owner_investor_id=cast.aldgate if investor else None,
            owner_user_id=cast.larry.id if person else None,
            vehicle_id=deal.vehicle_id if vehicle else None,
            deal_id=deal.id if of_deal else None,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"file_key": "../../etc/passwd"}, {"file_key": f"cd/{SHA}"}, {"sha256": SHA.upper()}, {"sha256": SHA[1:]},
        {"size_bytes": 0}, {"size_bytes": -1}, {"size_bytes": 2**40}, {"size_bytes": None}, {"filename": ""},
        {"filename": "a\nb"}, {"content_type": ""}, {"source_key": ""}, {"source_key": "a\u200bb"},
    ],
)  # fmt: skip
def test_a_row_with_a_file_says_all_of_it(owner, cast, app_connection, wrong):
    sam = app_connection(cast.sam)
    with pytest.raises(psycopg.errors.CheckViolation):
        add_document(sam, **FILE | wrong)
    assert value(owner, "select count(*) from documents") == 0
    add_document(sam, **FILE)


def test_a_source_has_one_document(owner, cast, app_connection):
    sam = app_connection(cast.sam)
    add_document(sam, source_key="invoice 1")
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_document(sam, source_key="invoice 1")
    for _ in range(2):
        add_document(sam)
    assert value(owner, "select count(*) from documents") == 3


def test_nobody_but_staff_files_a_paper(owner, cast, deal, app_connection):
    for name in ("alice", "larry", "ingrid"):
        person = getattr(cast, name)
        for path in ({}, {"owner_user_id": person.id}, {"deal_id": deal.id}, {"source_key": "mine"}):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                add_document(app_connection(person), **FILE | path)
    assert value(owner, "select count(*) from documents") == 0
