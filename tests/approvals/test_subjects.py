"""What can be decided about: the two registries are one list, and a second kind needs nothing but its registration."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from approvals import services, subjects
from approvals.models import Approval
from approvals.subjects import Asked, Subject
from audit.identity import acting_as
from lib.db import BadValue
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PAPERS = """
    create table public.papers (id uuid primary key default gen_random_uuid(), title text, created_by uuid);
    grant select, update on public.papers to verso_definer;
    create function app.paper_hash(p_id uuid, p_like text) returns text language sql stable as $$
        select 'p1:' || p.title from public.papers p where p.id = p_id
    $$;
    create function app.paper_parties(p_ask public.approvals) returns table (person uuid, word text)
    language sql stable as $$ select p.created_by, 'own_request' from public.papers p where p.id = p_ask.entity_id $$;
    create function app.paper_decided(p_ask public.approvals, p_outcome text) returns void language plpgsql as $$
    begin
        if exists (select 1 from public.papers where id = p_ask.entity_id and title = 'Bad') then
            raise exception 'not this paper' using errcode = '22023', detail = 'bad_paper';
        end if;
        update public.papers set title = title || ', ' || p_outcome where id = p_ask.entity_id;
    end $$;
    select app.as_internal('app.paper_hash(uuid, text)');
    select app.as_internal('app.paper_parties(public.approvals)');
    select app.as_internal('app.paper_decided(public.approvals, text)');
    select app.register_subject('paper', p_hash => 'app.paper_hash', p_parties => 'app.paper_parties',
                                p_decided => 'app.paper_decided', p_may_ask_changes => false);
"""
GONE = """
    delete from approvals where entity_type = 'paper';
    delete from approval_subjects where entity_type = 'paper';
    drop function app.paper_hash(uuid, text), app.paper_parties(public.approvals),
                  app.paper_decided(public.approvals, text);
    drop table public.papers;
"""


class BadPaper(BadValue):
    sentence = "This paper cannot be approved."


@dataclass(frozen=True)
class Paper(Asked):
    title: str = "A paper"


PAPER = Subject(
    "paper",
    "Paper",
    find=lambda entity_id: Paper(),
    words={"approved": "The paper counts."},
    refused=lambda refusal: BadPaper() if refusal.detail == "bad_paper" else None,
    may_ask_changes=False,
)


@pytest.fixture
def papers(owner, monkeypatch):
    monkeypatch.setitem(subjects.registered(), "paper", PAPER)
    owner.execute(PAPERS)
    yield
    owner.execute(GONE)


def asked(owner, cast, title="Articles"):
    paper = factories.insert(owner, "papers", title=title, created_by=cast.sam.id)
    facts = {"content_hash": f"p1:{title}", "sla_breach_at": factories.in_days(1)}
    return paper, factories.insert(owner, "approvals", entity_type="paper", entity_id=paper, **facts)


def decide(person, approval, action="approve", **more):
    with acting_as(person.id):
        return services.decide(acting_user=person.profile, approval_id=approval, action=action, **more)


def title(owner, paper):
    return factories.value(owner, "select title from papers where id = %s", paper)


def test_python_and_sql_know_the_same_kinds(owner):
    in_sql = owner.execute("select entity_type, may_ask_changes from approval_subjects").fetchall()
    in_python = [import_string(path) for path in settings.APPROVAL_SUBJECTS]
    assert sorted(in_sql) == sorted((subject.entity_type, subject.may_ask_changes) for subject in in_python)


def test_a_second_kind_is_one_registration(owner, cast, papers):
    paper, approval = asked(owner, cast)
    with pytest.raises(services.NotYourDecision) as refusal:
        decide(cast.sam, approval)
    assert refusal.value.word == "own_request"
    assert decide(cast.ada, approval) == "approved"
    assert title(owner, paper) == "Articles, approved"


def test_what_changed_since_is_not_approved_and_a_rejection_is_carried_out_too(owner, cast, papers):
    paper, approval = asked(owner, cast)
    owner.execute("update papers set title = 'Other' where id = %s", [paper])
    with pytest.raises(services.ChangedMeanwhile):
        decide(cast.ada, approval)
    assert decide(cast.ada, approval, "reject", reason="Not this one") == "rejected"
    assert title(owner, paper) == "Other, rejected"


def test_what_carrying_out_refuses_is_said_in_its_own_words_and_nothing_is_decided(owner, cast, papers):
    paper, approval = asked(owner, cast, "Bad")
    with pytest.raises(BadPaper):
        decide(cast.ada, approval)
    with acting_as(cast.ada.id):
        assert Approval.objects.get(pk=approval).status == "pending"
    assert title(owner, paper) == "Bad"


def test_changes_are_asked_only_where_the_kind_takes_them(owner, cast, papers):
    _paper, approval = asked(owner, cast)
    with pytest.raises(BadValue):
        decide(cast.ada, approval, "revise", reason="Which page?")


def test_the_desk_shows_it_by_its_own_words(owner, cast, papers, ada_client):
    _paper, approval = asked(owner, cast)
    page = ada_client.get(f"/staff/approvals/{approval}/").text
    assert "A paper" in page and "Request changes</a>" not in page
    answer = ada_client.post(f"/staff/approvals/{approval}/approve/", {"seen": "p1:Articles"}, follow=True)
    assert "The paper counts." in answer.text


def test_an_unknown_kind_is_refused(owner, cast):
    import psycopg

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        factories.insert(owner, "approvals", entity_type="nothing", entity_id=cast.sam.id)
