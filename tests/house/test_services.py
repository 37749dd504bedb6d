"""One contract for who acts: a service names its acting user to the database itself, whoever calls it."""

import ast
import inspect

import pytest
from django.utils.module_loading import import_string

from audit.identity import SYSTEM_PROFILE_ID, acting_as, acting_as_system, current_identity
from house.services import confirm_clock
from investors import services as people
from investors.models import Profile
from lib.db import NotAllowed
from portfolio import services as portfolio
from tests.house.code import APPS, ROOT

BY_ITSELF = {
    "inventory.services.holds.reserve_units": "identity and call are one statement, for speed",
    "fees.services.papers.paper_with_derivation": "it reads in one transaction, and renders after it",
    "fees.services.refunds.export_refunds": "refunds are claimed, then the file is written",
    "fees.services.refunds.write_refund_file": "likewise",
    "fees.services.runs.issue_run": "each item is a transaction of its own",
    "fees.services.runs.run_period": "likewise",
}


def services() -> dict[str, object]:
    """Every public function of the apps' services that is told who acts."""
    found = {}
    for path in [p for app in APPS for p in (*(ROOT / app).glob("services.py"), *(ROOT / app).glob("services/*.py"))]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef) and "acting_user" in {arg.arg for arg in node.args.kwonlyargs}
            if named and not node.name.startswith("_"):
                found[f"{module}.{node.name}"] = import_string(f"{module}.{node.name}")
    return found


def test_every_service_that_is_told_who_acts_acts_as_them():
    assert len(services()) > 45
    missing = {name for name, service in services().items() if getattr(service, "acts_as", None) != "acting_user"}
    assert missing == set(BY_ITSELF)


def test_a_service_keeps_its_signature_and_its_words():
    assert list(inspect.signature(portfolio.add_vehicle).parameters)[:2] == ["acting_user", "name"]
    assert portfolio.add_vehicle.__doc__.startswith("A new vehicle.")


@pytest.fixture
def profile(db):
    def of(person_id) -> Profile:
        with acting_as_system():
            return Profile.objects.get(pk=person_id)

    return of


@pytest.mark.django_db(transaction=True)
def test_a_service_acts_as_whom_it_is_told_where_nobody_acts(owner, cast, profile):
    """As a job or a command calls it: no transaction is open, nobody has been named."""
    dora = profile(cast.ada.id)
    person = people.add_person(acting_user=dora, email="new@verso.example", display_name="New Person")
    vehicle = portfolio.add_vehicle(acting_user=dora, name="Fund I", type="fund", currency="EUR")
    for entity, key in (("profiles", person.pk), ("vehicles", vehicle.pk)):
        actors = owner.execute(
            "select actor_user_id from audit_log where entity = %s and entity_id = %s", [entity, key]
        ).fetchall()
        assert actors == [(cast.ada.id,)], entity
    assert current_identity() == ""


@pytest.mark.django_db(transaction=True)
def test_a_job_calls_a_service_as_the_system_profile(owner, profile):
    system = profile(SYSTEM_PROFILE_ID)
    vehicle = portfolio.add_vehicle(acting_user=system, name="Fund I", type="fund", currency="EUR")
    actor = owner.execute("select actor_user_id from audit_log where entity_id = %s", [vehicle.pk]).fetchone()
    assert actor == (SYSTEM_PROFILE_ID,)


def test_a_service_called_in_the_name_of_another_gives_the_identity_back(cast, profile):
    ada, alice = profile(cast.ada.id), cast.alice.id
    with acting_as(alice):
        portfolio.add_vehicle(acting_user=ada, name="Fund I", type="fund", currency="EUR")
        assert current_identity() == str(alice)
        with pytest.raises(NotAllowed):
            confirm_clock(acting_user=profile(alice))
        assert current_identity() == str(alice)


def test_what_a_refused_service_did_is_undone_and_nothing_else(cast, profile):
    ada = profile(cast.ada.id)
    with acting_as(cast.alice.id):
        kept = portfolio.add_vehicle(acting_user=ada, name="Kept", type="fund", currency="EUR")
        with pytest.raises(portfolio.BadVehicle):
            portfolio.add_vehicle(acting_user=ada, name="Refused", type="castle", currency="EUR")
        assert current_identity() == str(cast.alice.id)
    with acting_as(cast.ada.id):
        assert [vehicle.pk for vehicle in portfolio.Vehicle.objects.all()] == [kept.pk]
