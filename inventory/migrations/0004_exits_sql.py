from django.db import migrations

from lib.sqlfile import InstallSQL

# An entry for each allocation that moved a position, dated and recorded when it was approved. What was paid is rounded once
# for all allocations of a commitment, in their order, as fn_finalize_allocation does it.
ENTRIES = """
INSERT INTO public.position_entries (investor_id, vehicle_id, deal_id, allocation_id, effective_date, recorded_at, units,
                                     cost, cause, key)
SELECT investor_id, vehicle_id, deal_id, id, app.effective_day(at), at, units,
       app.money_round(upto, currency) - app.money_round(upto - exact, currency), 'allocation', 'allocation:' || id
  FROM (SELECT a.*, d.vehicle_id, d.currency, coalesce(a.approved_at, a.created_at) AS at, a.units * a.unit_price AS exact,
               sum(a.units * a.unit_price) OVER (PARTITION BY coalesce(a.commitment_id, a.id)
                   ORDER BY r.created_at, r.id, a.id ROWS UNBOUNDED PRECEDING) AS upto
          FROM public.allocations a JOIN public.deals d ON d.id = a.deal_id
          LEFT JOIN public.reservations r ON r.id = a.reservation_id
         WHERE a.status IN ('approved', 'settled')) x
 WHERE investor_id IS NOT NULL AND vehicle_id IS NOT NULL
ON CONFLICT (key) DO NOTHING
"""
# What a position holds beyond its allocations was there before entries were kept.
OPENINGS = """
INSERT INTO public.position_entries (investor_id, vehicle_id, effective_date, recorded_at, units, cost, cause, key, reason)
SELECT p.investor_id, p.vehicle_id, coalesce(p.as_of_date, app.effective_day(clock_timestamp())), clock_timestamp(),
       coalesce(p.units, 0) - coalesce(e.units, 0), coalesce(p.cost_basis, 0) - coalesce(e.cost, 0), 'correction',
       'opening:' || p.id, 'Held before entries were kept'
  FROM public.positions p
  LEFT JOIN (SELECT investor_id, vehicle_id, sum(units) AS units, sum(cost) AS cost FROM public.position_entries
              GROUP BY 1, 2) e ON e.investor_id = p.investor_id AND e.vehicle_id = p.vehicle_id
 WHERE p.investor_id IS NOT NULL AND p.vehicle_id IS NOT NULL
   AND (coalesce(p.units, 0), coalesce(p.cost_basis, 0)) <> (coalesce(e.units, 0), coalesce(e.cost, 0))
ON CONFLICT (key) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_exits"), ("deals", "0005_exits_sql"), ("portfolio", "0004_sql"),
                    ("audit", "0004_invariant_checks")]
    operations = [
        InstallSQL("inventory/rls_deal_exit_items"),
        InstallSQL("inventory/exit_items"),
        InstallSQL("inventory/fn_propose_exit"),
        InstallSQL("inventory/exit_asked"),
        InstallSQL("inventory/fn_finalize_allocation", 2),
        migrations.RunSQL(ENTRIES, migrations.RunSQL.noop),
        migrations.RunSQL(OPENINGS, migrations.RunSQL.noop),
    ]
