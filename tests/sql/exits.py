"""Valuations, positions and exits from psql's side, for tests."""

from decimal import Decimal as D

from tests import factories


def propose_exit(connection, deal, fraction="1", price="40", on="2025-03-31", note=""):
    """Figures go over as text, as a person would type them in psql."""
    return connection.execute(
        "select public.fn_propose_exit(%s, %s, %s::numeric, %s::numeric, %s)",
        [deal.id, on, fraction and str(fraction), price and str(price), note],
    ).fetchone()[0]


def approval_about(owner, thing):
    return factories.value(owner, "select id from approvals where entity_id = %s and status = 'pending'", thing)


def allocated(owner, deal, investor_id, units, *, price="28.50", on="2025-01-10", cost=None, unit_cost="25.00"):
    """An approved allocation with its entry and its position, as they stand after its approval; its id."""
    given = {"units": D(str(units)), "unit_price": D(price), "status": "approved", "approved_at": f"{on} 12:00+00"}
    allocation = factories.insert(owner, "allocations", deal_id=deal.id, investor_id=investor_id, **given)
    lot = factories.add_lot(owner, deal.id, units, unit_cost, units_remaining=0, status="exhausted")
    factories.insert(owner, "allocation_lot_items", allocation_id=allocation, lot_id=lot, units=units)
    cost = cost or round(D(str(units)) * D(price), 2)
    facts = {"deal_id": deal.id, "allocation_id": allocation, "cause": "allocation", "recorded_at": f"{on} 12:00+00"}
    key = f"allocation:{allocation}"
    factories.add_entry(owner, investor_id, deal.vehicle_id, units, cost, on, key=key, **facts)
    owner.execute(
        "insert into positions as p (investor_id, vehicle_id, units, cost_basis) values (%s, %s, %s, %s)"
        " on conflict (investor_id, vehicle_id) do update set units = p.units + excluded.units,"
        " cost_basis = p.cost_basis + excluded.cost_basis",
        [investor_id, deal.vehicle_id, units, cost],
    )
    return allocation


def held(owner, allocation, on="2199-12-31", known=None):
    return owner.execute(
        "select units, cost from app.allocation_units_on(%s, %s, %s)", [allocation, on, known]
    ).fetchone()


def items(connection):
    return connection.execute(
        "select allocation_id, units, cost, proceeds from deal_exit_items order by exit_date, units desc, allocation_id"
    ).fetchall()
