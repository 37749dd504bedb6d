"""Each path of a paper grants sight to the right people, and no other does."""

import itertools

import pytest

from tests.factories import add_deal, add_document, add_position, add_vehicle, value

PEOPLE = ("alice", "bob", "mallory", "larry", "ingrid", "sam")


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
    for change in ("file_key = 'other.pdf'", "created_by = app.uid()", "created_at = '2020-01-01'"):
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
