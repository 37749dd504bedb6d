-- Shares of profit, exit by exit, and period by period where the fee crystallises by a calendar of its own. In the database,
-- because accrual makes its rows of it in one statement, and each mark follows from what accrued before. Internal. Reads only.
--
-- A fee that is due each month, quarter or year crystallises on the last day of each period: on the units still held, at the
-- approved valuation of that very day, so that one that comes late is waited for and never stood in for by an older one. A last
-- day that has none is passed over once a later one is valued. It is also due on exit. Events of one allocation follow each
-- other, since the mark of one follows from those before.
-- The mark is the highest value per unit after fees: at an exit less the share of profit; where it crystallised, less the
-- management fees of the time since the event before as well. Below what was paid it does not count. The hurdle of a fee that crystallises runs
-- from the day of the mark, as the profit does. A cap is the commitment's, over all its allocations and for ever, so that
-- neither splitting a purchase nor an exit multiplies it.
-- Reasons: not_valued, after_earlier_exit.

-- What may accrue now or later: each exit and each end of a period that has not.
CREATE OR REPLACE FUNCTION app.profit_moments(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (grp uuid, made_at timestamptz, allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components,
               facts jsonb, own jsonb, terms_version text, occasion text, day date, period_start date, units numeric, cost numeric,
               proceeds numeric, nav numeric, held numeric, acquired_on date, place bigint)
LANGUAGE sql STABLE AS $$
    WITH fees AS MATERIALIZED (
        SELECT t.*, (t.fee).frequency IN ('annual', 'quarterly', 'monthly') AND coalesce((t.fee).high_watermark, false) AS crystallises,
               (SELECT min(e.effective_date) FROM public.position_entries e WHERE e.allocation_id = t.allocation_id) AS first_day
          FROM app.fee_terms(p_deal, p_allocations) t WHERE t.method = 'percent_of_profit'),
    moments AS (
        SELECT f.*, 'exit:' || i.id AS occasion, i.exit_date AS day, NULL::date AS period_start, i.units AS some, i.cost, i.proceeds,
               NULL::numeric AS nav, (app.allocation_units_on(f.allocation_id, i.exit_date)).units + i.units AS held
          FROM fees f JOIN public.deal_exit_items i ON i.allocation_id = f.allocation_id AND i.exit_date <= p_as_of
        UNION ALL
        SELECT f.*, 'crystal:' || p.full_end, p.full_end, p.period_start, h.units, h.cost, NULL, v.nav_per_unit, h.units
          FROM fees f
         CROSS JOIN LATERAL app.fee_periods(f.first_day, p_as_of, CASE WHEN f.crystallises THEN (f.fee).frequency ELSE 'annual' END,
                                            (f.fee).anchor_day, (f.fee).calendar) p
         CROSS JOIN LATERAL app.allocation_units_on(f.allocation_id, p.full_end) h
          JOIN public.deals d ON d.id = p_deal
          LEFT JOIN public.valuations v ON v.vehicle_id = d.vehicle_id AND v.as_of_date = p.full_end AND v.status = 'approved'
               AND v.nav_per_unit IS NOT NULL
         WHERE f.crystallises AND p.full_end <= p_as_of AND h.units > 0),
    waiting AS (
        SELECT m.*,
               max(m.day) FILTER (WHERE m.nav IS NOT NULL) OVER (PARTITION BY m.allocation_id, (m.fee).id) AS last_valued
          FROM moments m)
    SELECT w.grp, w.made_at, w.allocation_id, w.investor_id, w.commitment_id, w.fee, w.facts, w.own, w.terms_version, w.occasion,
           w.day, w.period_start, w.some, w.cost, w.proceeds, w.nav, w.held, w.first_day,
           row_number() OVER (PARTITION BY w.allocation_id, (w.fee).id ORDER BY w.day, w.occasion LIKE 'exit:%' DESC, w.occasion)
      FROM waiting w
     WHERE NOT EXISTS (SELECT FROM public.fee_events e WHERE e.allocation_id = w.allocation_id AND e.fee_component_id = (w.fee).id
                          AND e.kind = (w.fee).kind AND e.occasion = w.occasion)
       AND (w.proceeds IS NOT NULL OR w.nav IS NOT NULL OR w.last_valued IS NULL OR w.day > w.last_valued)
       AND (w.proceeds IS NOT NULL OR NOT EXISTS (
               SELECT FROM public.fee_events e WHERE e.allocation_id = w.allocation_id AND e.fee_component_id = (w.fee).id
                  AND e.occasion LIKE 'crystal:%' AND e.event_date > w.day))  -- [1]
$$;
SELECT app.as_internal('app.profit_moments(uuid, date, uuid[])');

-- What accrued of one fee of an allocation before a day: the mark per unit, the day that it is of, and which management fees were
-- counted already.
CREATE OR REPLACE FUNCTION app.profit_before(p_allocation uuid, p_component uuid, p_day date,
                                             OUT mark numeric, OUT mark_day date, OUT counted numeric)
LANGUAGE sql STABLE AS $$
    WITH events AS (
        SELECT e.event_date AS day, e.derivation -> 'inputs' AS i, e.computed_amount AS fee, e.occasion LIKE 'crystal:%' AS crystal,
               lag(e.event_date) OVER (ORDER BY e.event_date, e.created_at, e.id) AS day_before
          FROM public.fee_events e
         WHERE e.allocation_id = p_allocation AND e.fee_component_id = p_component AND e.status <> 'voided' AND e.event_date <= p_day
           AND (e.occasion LIKE 'exit:%' OR e.occasion LIKE 'crystal:%')),
    marks AS (
        SELECT v.day, round((CASE WHEN v.crystal THEN (v.i ->> 'nav_per_unit')::numeric * (v.i ->> 'units')::numeric - coalesce(m.fees, 0)
                                  ELSE (v.i ->> 'proceeds')::numeric END - v.fee) / (v.i ->> 'units')::numeric, 12) AS mark,
               (v.i ->> 'management_fees')::numeric AS counted
          FROM events v
          LEFT JOIN LATERAL (
            SELECT sum(f.computed_amount) AS fees FROM public.fee_events f
             WHERE f.allocation_id = p_allocation AND f.kind = 'management' AND f.status <> 'voided' AND v.crystal
               AND f.event_date <= v.day AND (v.day_before IS NULL OR f.event_date > v.day_before)) m ON true)
    SELECT (SELECT max(x.mark) FROM marks x), (SELECT x.day FROM marks x ORDER BY x.mark DESC, x.day DESC LIMIT 1),
           (SELECT coalesce(sum(x.counted), 0) FROM marks x)
$$;
SELECT app.as_internal('app.profit_before(uuid, uuid, date)');

-- Those moments with what each comes of; of a cap, what is left of it.
CREATE OR REPLACE FUNCTION app.profit_candidates(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components, occasion text,
               event_date date, period_start date, period_end date, base numeric, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    WITH shares AS MATERIALIZED (
        SELECT m.*, d.currency, b.mark_day, jsonb_build_object('method', CASE WHEN m.proceeds IS NULL THEN 'crystal' ELSE 'profit' END,
                   'formula', CASE WHEN (m.fee).hurdle_type = 'soft' THEN 'min(catch_up × (profit − hurdle), profit × rate_bps / 10000)'
                                   ELSE '(profit − hurdle) × rate_bps / 10000' END,
                   'convention', CASE WHEN (m.fee).hurdle_rate_bps IS NOT NULL THEN 'ACT/ACT ISDA' END,
                   'rounding', coalesce((m.fee).rounding, 'half_up'), 'terms_version', m.terms_version,
                   'inputs', jsonb_strip_nulls(jsonb_build_object('own', m.own, 'units', trim_scale(m.units)::text, 'cost', m.cost::text,
                       'exit_date', CASE WHEN m.proceeds IS NOT NULL THEN m.day END, 'proceeds', m.proceeds::text,
                       'valued_on', CASE WHEN m.proceeds IS NULL THEN m.day END, 'nav_per_unit', trim_scale(m.nav)::text,
                       'acquired_on', m.acquired_on,
                       'mark_per_unit', CASE WHEN (m.fee).high_watermark THEN b.mark::text END,
                       'hurdle_from', CASE WHEN (m.fee).frequency IN ('annual', 'quarterly', 'monthly') AND b.mark * m.units > m.cost
                                           THEN b.mark_day END,
                       'management_fees', CASE WHEN (m.fee).after_management_fee THEN app.money_round(
                           round((f.fees - b.counted) * m.units, 24) / m.held, d.currency)::text END,
                       'fee', m.facts))) AS how
          FROM app.profit_moments(p_deal, p_as_of, p_allocations) m
          JOIN public.deals d ON d.id = p_deal
         CROSS JOIN LATERAL app.profit_before(m.allocation_id, (m.fee).id, m.day) b
         CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.computed_amount), 0) AS fees FROM public.fee_events e
             WHERE e.allocation_id = m.allocation_id AND e.kind = 'management' AND e.status <> 'voided' AND e.event_date <= m.day) f),
    charged AS (
        SELECT s.grp, e.fee_component_id, sum(e.computed_amount) AS charged
          FROM (SELECT DISTINCT x.grp, (x.fee).id AS fee FROM shares x WHERE (x.fee).cap_amount IS NOT NULL) s
          JOIN public.allocations a ON coalesce(a.commitment_id, a.id) = s.grp
          JOIN public.fee_events e ON e.allocation_id = a.id AND e.fee_component_id = s.fee AND e.status <> 'voided' GROUP BY 1, 2),
    capped AS (
        SELECT s.*, CASE WHEN (s.fee).cap_amount IS NOT NULL THEN greatest((s.fee).cap_amount - coalesce(c.charged, 0) - coalesce(
                   sum(CASE WHEN s.place = 1 AND (s.fee).cap_amount IS NOT NULL AND coalesce(s.proceeds, s.nav) IS NOT NULL
                            THEN app.fee_of(s.how, s.currency) END)
                   OVER (PARTITION BY s.grp, (s.fee).id ORDER BY s.place, s.day, s.made_at, s.allocation_id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), 0) END AS cap_left
          FROM shares s LEFT JOIN charged c ON c.grp = s.grp AND c.fee_component_id = (s.fee).id)
    SELECT c.allocation_id, c.investor_id, c.commitment_id, c.fee, c.occasion, c.day, c.period_start,
           CASE WHEN c.period_start IS NOT NULL THEN c.day END, coalesce(c.proceeds, c.nav * c.units) - c.cost,
           CASE WHEN c.cap_left IS NULL THEN c.how ELSE jsonb_set(c.how, '{inputs,cap_left}', to_jsonb(c.cap_left::text)) END,
           CASE WHEN c.place > 1 THEN 'after_earlier_exit' WHEN c.proceeds IS NULL AND c.nav IS NULL THEN 'not_valued' END
      FROM capped c
$$;
SELECT app.as_internal('app.profit_candidates(uuid, date, uuid[])');
