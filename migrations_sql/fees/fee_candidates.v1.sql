-- What would accrue on a deal, row by row, with its derivation, or the reason why it does not. In the database, because the
-- preview and the accrual itself must be one and the same: fn_compute_fee_events inserts these rows. What has accrued already is
-- not among them. Reads only. Internal; app.fee_preview is for staff.
-- Shares of profit are worked out by fees/profit_candidates, at exits and where they crystallise.
-- Reasons: terms_missing (nothing was agreed), no_valuation (net asset value not known on the day), not_valued (no valuation of the
-- last day of a period), lots_missing (cost not known yet), after_earlier_exit (accrues once the earlier one has), no_amount,
-- too_large.

-- The days of each fee that runs which are accrued already, voided events included: their key stays used. And what was
-- charged, which a cap in total counts.
CREATE OR REPLACE FUNCTION app.days_accrued(p_deal uuid)
RETURNS TABLE (allocation_id uuid, component_id uuid, days datemultirange, charged numeric)
LANGUAGE sql STABLE AS $$
    SELECT e.allocation_id, e.fee_component_id,
           range_agg(daterange(e.period_start, e.period_end, '[]')) FILTER (WHERE e.adjusts_id IS NULL),
           coalesce(sum(e.computed_amount) FILTER (WHERE e.status <> 'voided'), 0)
      FROM public.fee_events e WHERE e.deal_id = p_deal AND e.period_start IS NOT NULL GROUP BY 1, 2
$$;
SELECT app.as_internal('app.days_accrued(uuid)');

-- What each allocation held, from which day to before which: units, cost, and what was paid for it at first.
CREATE OR REPLACE FUNCTION app.holding_steps(p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, day date, next_day date, units numeric, cost numeric, paid numeric)
LANGUAGE sql STABLE AS $$
    SELECT e.allocation_id, e.effective_date, coalesce(lead(e.effective_date) OVER w, 'infinity'), sum(sum(e.units)) OVER w,
           sum(sum(e.cost)) OVER w, sum(sum(e.cost) FILTER (WHERE e.cause = 'allocation')) OVER w
      FROM public.position_entries e WHERE e.allocation_id = ANY (p_allocations)
     GROUP BY 1, 2 WINDOW w AS (PARTITION BY e.allocation_id ORDER BY e.effective_date)
$$;
SELECT app.as_internal('app.holding_steps(uuid[])');

-- The periods of fees that run, as far as they are due: in arrears once they are over or nothing is held any more, in advance
-- from their first day on; each in the parts that it falls into where what is held, or a valuation that counts, changes.
-- of: what the fee is taken of; shared: what is no plain rate is worked out over the whole commitment, and split.
CREATE OR REPLACE FUNCTION app.fee_parts(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, grp uuid, made_at timestamptz, fee public.fee_components,
               facts jsonb, own jsonb, terms_version text, method text, ahead boolean, of text, shared boolean,
               period_start date, full_start date, full_end date, days datemultirange, first_day date, last_day date,
               held numeric, worth numeric, nav numeric, valued_on date, currency text)
LANGUAGE sql STABLE AS $$
    WITH fees AS MATERIALIZED (
        SELECT t.*, coalesce((t.fee).in_advance, false) AS ahead, coalesce((t.fee).base, 'amount') AS of,
               t.method = 'fixed' OR (t.fee).tiers IS NOT NULL OR (t.fee).floor_amount IS NOT NULL
                   OR (t.fee).cap_amount IS NOT NULL AS shared
          FROM app.fee_terms(p_deal, p_allocations) t WHERE t.due = 'yearly'),
    steps AS MATERIALIZED (
        SELECT s.* FROM app.holding_steps(ARRAY(SELECT DISTINCT f.allocation_id FROM fees f)) s),
    held AS MATERIALIZED (
        SELECT s.allocation_id, min(s.day) AS first_day,
               max(s.day) FILTER (WHERE s.next_day = 'infinity' AND s.units <= 0) - 1 AS last_day
          FROM steps s GROUP BY 1),
    cuts AS MATERIALIZED (
        SELECT f.grp, array_agg(DISTINCT s.day) AS days
          FROM (SELECT DISTINCT x.grp, x.allocation_id FROM fees x) f JOIN steps s ON s.allocation_id = f.allocation_id GROUP BY 1),
    worth AS MATERIALIZED (
        SELECT d.vehicle_id, d.currency, ARRAY(SELECT v.as_of_date FROM public.valuations v WHERE v.vehicle_id = d.vehicle_id
                   AND v.status = 'approved' AND v.nav_per_unit IS NOT NULL) AS days
          FROM public.deals d WHERE d.id = p_deal),
    periods AS (
        SELECT f.*, p.*, a.days
          FROM fees f
          JOIN held h ON h.allocation_id = f.allocation_id
          LEFT JOIN app.days_accrued(p_deal) a ON a.allocation_id = f.allocation_id AND a.component_id = (f.fee).id
         CROSS JOIN LATERAL app.fee_periods(h.first_day,
                   CASE WHEN f.ahead THEN p_as_of + 400 ELSE coalesce(h.last_day, p_as_of + 400) END,
                   CASE WHEN (f.fee).frequency IN ('monthly', 'quarterly') THEN (f.fee).frequency ELSE 'annual' END,
                   (f.fee).anchor_day, (f.fee).calendar) p
         WHERE CASE WHEN f.ahead THEN p.period_start ELSE p.period_end END <= p_as_of
           AND (f.shared OR a.days IS NULL OR NOT a.days @> daterange(p.period_start, p.period_end, '[]')))
    SELECT p.allocation_id, p.investor_id, p.commitment_id, p.grp, p.made_at, p.fee, p.facts, p.own, p.terms_version, p.method,
           p.ahead, p.of, p.shared, p.period_start, p.full_start, p.full_end, p.days, s.day, s.last_day, h.units,
           CASE p.of WHEN 'commitment' THEN h.paid WHEN 'nav' THEN NULL ELSE h.cost END, n.nav_per_unit, n.as_of_date, w.currency
      FROM periods p
     CROSS JOIN worth w
      LEFT JOIN cuts c ON c.grp = p.grp
     CROSS JOIN LATERAL (
        SELECT x.day, lead(x.day, 1, p.period_end + 1) OVER (ORDER BY x.day) - 1 AS last_day
          FROM (SELECT p.period_start AS day
                 UNION SELECT d FROM unnest(c.days || CASE WHEN p.of = 'nav' THEN w.days END) d
                 WHERE NOT p.ahead AND d > p.period_start AND d <= p.period_end) x) s
      JOIN steps h ON h.allocation_id = p.allocation_id AND h.day <= s.day AND s.day < h.next_day AND h.units > 0
      LEFT JOIN LATERAL (SELECT v.* FROM app.valuation_on(w.vehicle_id, s.day) v WHERE p.of = 'nav') n ON true
$$;
SELECT app.as_internal('app.fee_parts(uuid, date, uuid[])');

-- Those parts with what each comes of; of a shared fee, over all allocations of the commitment. Days that are accrued are left
-- out, and of a cap in total what is left of it counts.
CREATE OR REPLACE FUNCTION app.period_candidates(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components, occasion text,
               event_date date, period_start date, period_end date, base numeric, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    WITH parts AS MATERIALIZED (SELECT f.* FROM app.fee_parts(p_deal, p_as_of, p_allocations) f),
    charged AS MATERIALIZED (
        SELECT f.grp, a.component_id, sum(a.charged) AS charged
          FROM (SELECT DISTINCT p.grp, p.allocation_id FROM parts p WHERE (p.fee).cap_scope = 'total') f
          JOIN app.days_accrued(p_deal) a ON a.allocation_id = f.allocation_id GROUP BY 1, 2),
    wholes AS (
        SELECT p.*, CASE WHEN p.shared THEN sum(p.held) OVER g ELSE p.held END AS all_held,
               CASE WHEN p.shared THEN sum(p.worth) OVER g ELSE p.worth END AS all_worth,
               CASE WHEN p.shared AND count(*) OVER g > 1 THEN array_agg(trim_scale(p.held)::text) OVER g END AS weights,
               row_number() OVER (PARTITION BY p.grp, (p.fee).id, p.first_day, p.last_day ORDER BY p.made_at, p.allocation_id)
                   AS place
          FROM parts p
        WINDOW g AS (PARTITION BY p.grp, (p.fee).id, p.first_day, p.last_day ORDER BY p.made_at, p.allocation_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
    open AS (
        SELECT w.*, lower(r) AS from_day, upper(r) - 1 AS to_day
          FROM wholes w
         CROSS JOIN LATERAL unnest(datemultirange(daterange(w.first_day, w.last_day, '[]'))
                                   - coalesce(w.days, '{}'::datemultirange)) r),
    capped AS (
        SELECT o.*, CASE WHEN (o.fee).cap_scope = 'total' THEN greatest((o.fee).cap_amount - coalesce(c.charged, 0)
                   - coalesce(sum(CASE WHEN o.place = 1 THEN app.fee_round(app.period_amount(o.fee, o.own,
                         coalesce(o.all_worth, o.all_held * coalesce(o.nav, 1)), o.from_day, o.to_day, o.full_start, o.full_end),
                         o.currency, (o.fee).rounding) END)
                         OVER (PARTITION BY o.grp, (o.fee).id, (o.fee).cap_scope ORDER BY o.from_day
                               RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP), 0), 0) END AS cap_left
          FROM open o LEFT JOIN charged c ON c.grp = o.grp AND c.component_id = (o.fee).id)
    SELECT c.allocation_id, c.investor_id, c.commitment_id, c.fee,
           to_char(c.period_start, 'YYYY-MM-DD/') || to_char(c.from_day, 'YYYY-MM-DD'),
           CASE WHEN c.ahead THEN c.from_day ELSE c.to_day END, c.from_day, c.to_day,
           CASE WHEN c.method IN ('fixed', 'per_unit_spread') THEN NULL ELSE coalesce(c.worth, c.held * c.nav) END,
           jsonb_build_object('method', 'period',
               'formula', CASE WHEN c.method = 'fixed' THEN 'flat_amount' WHEN c.method = 'per_unit_spread' THEN 'units × flat_amount'
                               WHEN (c.fee).tiers IS NOT NULL AND c.own IS NULL THEN 'tiers(base)'
                               ELSE 'base × rate_bps / 10000' END
                   || CASE WHEN c.method = 'percent_per_annum' THEN ' × year_fraction' ELSE '' END
                   || CASE WHEN (c.from_day, c.to_day) = (c.full_start, c.full_end) THEN '' ELSE ' × days / days_of_period' END,
               'convention', CASE WHEN c.method = 'percent_per_annum' THEN coalesce((c.fee).day_count, 'ACT/365F') END,
               'rounding', coalesce((c.fee).rounding, 'half_up'), 'terms_version', c.terms_version,
               'inputs', jsonb_strip_nulls(jsonb_build_object('own', c.own,
                   'base', CASE WHEN c.method NOT IN ('fixed', 'per_unit_spread') THEN trim_scale(c.all_worth)::text END,
                   'units', CASE WHEN c.method = 'per_unit_spread' OR c.of = 'nav' THEN trim_scale(c.all_held)::text END,
                   'nav_per_unit', trim_scale(c.nav)::text, 'valued_on', c.valued_on, 'period_start', c.from_day,
                   'period_end', c.to_day, 'full_start', c.full_start, 'full_end', c.full_end,
                   'weights', to_jsonb(c.weights), 'place', CASE WHEN c.weights IS NOT NULL THEN c.place END,
                   'cap_left', c.cap_left::text, 'fee', c.facts))),
           CASE WHEN c.of = 'nav' AND c.nav IS NULL THEN 'no_valuation' END
      FROM capped c
$$;
SELECT app.as_internal('app.period_candidates(uuid, date, uuid[])');

-- The units of a commitment's holds, in order, and the place of the one that became an allocation. An allocation that no hold
-- became stands among the allocations, beside what of the commitment is not allocated.
CREATE OR REPLACE FUNCTION app.shares_of_commitment(p_commitment uuid, p_allocation uuid, p_hold uuid, p_units numeric,
                                                    OUT weights text[], OUT place int)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_commitment IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(trim_scale(r.requested_units)::text ORDER BY r.created_at, r.id),
           array_position(array_agg(r.id ORDER BY r.created_at, r.id), p_hold) INTO weights, place
      FROM public.reservations r WHERE r.commitment_id = p_commitment AND r.status IN ('pending', 'approved');
    IF place IS NULL THEN
        SELECT array_agg(trim_scale(a.units)::text ORDER BY a.created_at, a.id)
                   || CASE WHEN sum(a.units) < p_units THEN ARRAY[trim_scale(p_units - sum(a.units))::text] END,
               array_position(array_agg(a.id ORDER BY a.created_at, a.id), p_allocation) INTO weights, place
          FROM public.allocations a WHERE a.commitment_id = p_commitment AND a.status <> 'rejected';
    END IF;
END;
$$;
SELECT app.as_internal('app.shares_of_commitment(uuid, uuid, uuid, numeric)');

-- One-off fees: the quoted amount of the commitment, split over its allocations by what each hold adds to it. Known before the
-- last allocation of a commitment is written, since all its holds are.
CREATE OR REPLACE FUNCTION app.once_candidates(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components, occasion text,
               event_date date, period_start date, period_end date, base numeric, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    SELECT t.allocation_id, t.investor_id, t.commitment_id, t.fee, 'once', t.made_on, NULL::date, NULL::date, q.amount,
           jsonb_build_object('method', 'once', 'formula', app.fee_line(t.fee, t.own, q.units, q.amount, d.currency) -> 'formula',
               'convention', NULL, 'rounding', coalesce((t.fee).rounding, 'half_up'), 'terms_version', t.terms_version,
               'inputs', jsonb_strip_nulls(jsonb_build_object('own', t.own, 'units', trim_scale(q.units)::text,
                   'amount', q.amount::text, 'weights', CASE WHEN cardinality(w.weights) > 1 THEN to_jsonb(w.weights) END,
                   'place', CASE WHEN cardinality(w.weights) > 1 THEN w.place END, 'fee', t.facts))),
           NULL::text
      FROM app.fee_terms(p_deal, p_allocations) t
      JOIN public.deals d ON d.id = p_deal
      LEFT JOIN public.deal_commitments c ON c.id = t.commitment_id
     CROSS JOIN LATERAL (SELECT coalesce(c.requested_units, t.units) AS units,
                                coalesce(c.requested_amount, app.amount_of(coalesce(c.requested_units, t.units), t.unit_price,
                                                                           d.currency)) AS amount) q
     CROSS JOIN LATERAL app.shares_of_commitment(c.id, t.allocation_id, t.reservation_id, q.units) w
     WHERE t.due = 'once' AND t.made_on <= p_as_of AND NOT EXISTS (
           SELECT FROM public.fee_events e WHERE e.allocation_id = t.allocation_id AND e.fee_component_id = (t.fee).id
              AND e.kind = (t.fee).kind AND e.occasion = 'once')
$$;
SELECT app.as_internal('app.once_candidates(uuid, date, uuid[])');

-- What is due when units are sold, per exit and allocation, but for shares of profit (fees/profit_candidates).
CREATE OR REPLACE FUNCTION app.exit_candidates(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components, occasion text,
               event_date date, period_start date, period_end date, base numeric, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    SELECT t.allocation_id, t.investor_id, t.commitment_id, t.fee, 'exit:' || i.id, i.exit_date, NULL::date, NULL::date,
           CASE WHEN t.method LIKE 'percent%' THEN i.cost END,
           jsonb_build_object('method', 'exit',
               'formula', CASE t.method WHEN 'fixed' THEN 'flat_amount × units / units_of_all'
                               WHEN 'per_unit_spread' THEN 'units × flat_amount' ELSE 'cost × rate_bps / 10000' END,
               'convention', NULL, 'rounding', coalesce((t.fee).rounding, 'half_up'), 'terms_version', t.terms_version,
               'inputs', jsonb_strip_nulls(jsonb_build_object('own', t.own, 'units', trim_scale(i.units)::text,
                   'cost', i.cost::text, 'exit_date', i.exit_date, 'fee', t.facts)
                   || CASE WHEN t.method = 'fixed' THEN jsonb_build_object('units_of_all',
                           trim_scale(coalesce(c.requested_units, t.units))::text) ELSE '{}' END)),
           NULL::text
      FROM app.fee_terms(p_deal, p_allocations) t
      JOIN public.deal_exit_items i ON i.allocation_id = t.allocation_id AND i.exit_date <= p_as_of
      LEFT JOIN public.deal_commitments c ON c.id = t.commitment_id
     WHERE t.due = 'on_exit' AND t.method <> 'percent_of_profit' AND NOT EXISTS (
           SELECT FROM public.fee_events e WHERE e.allocation_id = t.allocation_id AND e.fee_component_id = (t.fee).id
              AND e.kind = (t.fee).kind AND e.occasion = 'exit:' || i.id)
$$;
SELECT app.as_internal('app.exit_candidates(uuid, date, uuid[])');

-- The margin inside the price, lot by lot: the house's own, which no plan states and nobody is billed for.
CREATE OR REPLACE FUNCTION app.margin_candidates(p_deal uuid, p_as_of date, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, fee public.fee_components, occasion text,
               event_date date, period_start date, period_end date, base numeric, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.investor_id, a.commitment_id, NULL::public.fee_components, 'margin',
           app.effective_day(coalesce(a.approved_at, a.created_at)), NULL::date, NULL::date,
           app.amount_of(a.units, a.unit_price, d.currency),
           jsonb_build_object('method', 'margin', 'formula', 'Σ (unit_price − unit_cost) × units', 'convention', NULL,
               'rounding', 'half_up', 'terms_version', NULL, 'inputs', jsonb_build_object(
                   'unit_price', trim_scale(a.unit_price)::text, 'lots', l.lots)),
           CASE WHEN l.units IS DISTINCT FROM a.units THEN 'lots_missing' END
      FROM public.allocations a
      JOIN public.deals d ON d.id = a.deal_id
      LEFT JOIN LATERAL (
        SELECT sum(i.units) AS units, jsonb_agg(jsonb_build_object('lot', s.id, 'units', trim_scale(i.units)::text,
                   'unit_cost', trim_scale(s.unit_cost)::text) ORDER BY s.acquired_at, s.id) AS lots
          FROM public.allocation_lot_items i JOIN public.share_lots s ON s.id = i.lot_id WHERE i.allocation_id = a.id) l ON true
     WHERE a.deal_id = p_deal AND a.status IN ('approved', 'settled') AND (p_allocations IS NULL OR a.id = ANY (p_allocations))
       AND app.effective_day(coalesce(a.approved_at, a.created_at)) <= p_as_of AND NOT EXISTS (
           SELECT FROM public.fee_events e WHERE e.allocation_id = a.id AND e.kind = 'spread_markup' AND e.occasion = 'margin')
$$;
SELECT app.as_internal('app.margin_candidates(uuid, date, uuid[])');

-- All of them, or those of one p_due (once, yearly, on_exit, margin; missing: nothing was agreed), with what each comes to.
CREATE OR REPLACE FUNCTION app.fee_candidates(p_deal uuid, p_as_of date, p_due text DEFAULT NULL, p_allocations uuid[] DEFAULT NULL)
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, component_id uuid, kind text, occasion text,
               event_date date, period_start date, period_end date, base numeric, amount numeric, currency text,
               house_only boolean, vat_rate_bps int, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    SELECT c.allocation_id, c.investor_id, c.commitment_id, (c.fee).id, coalesce((c.fee).kind, 'spread_markup'), c.occasion,
           c.event_date, c.period_start, c.period_end, app.money_round(c.base, d.currency),
           CASE WHEN abs(f.amount) < 1e15 THEN f.amount END, d.currency, c.occasion = 'margin', (c.fee).vat_rate_bps, c.derivation,
           coalesce(c.reason, CASE WHEN f.amount IS NULL THEN 'no_amount' WHEN abs(f.amount) >= 1e15 THEN 'too_large' END)
      FROM public.deals d
     CROSS JOIN LATERAL (
        SELECT o.* FROM app.once_candidates(p_deal, p_as_of, p_allocations) o WHERE coalesce(p_due, 'once') = 'once'
        UNION ALL SELECT p.* FROM app.period_candidates(p_deal, p_as_of, p_allocations) p WHERE coalesce(p_due, 'yearly') = 'yearly'
        UNION ALL SELECT x.* FROM app.exit_candidates(p_deal, p_as_of, p_allocations) x WHERE coalesce(p_due, 'on_exit') = 'on_exit'
        UNION ALL SELECT y.* FROM app.profit_candidates(p_deal, p_as_of, p_allocations) y WHERE coalesce(p_due, 'on_exit') = 'on_exit'
        UNION ALL SELECT m.* FROM app.margin_candidates(p_deal, p_as_of, p_allocations) m WHERE coalesce(p_due, 'margin') = 'margin'
        UNION ALL SELECT t.allocation_id, t.investor_id, t.commitment_id, t.fee, 'none', t.made_on, NULL, NULL, NULL, NULL,
                         'terms_missing'
          FROM app.fee_terms(p_deal, p_allocations) t WHERE p_due IS NULL AND t.due IS NULL) c
     CROSS JOIN LATERAL (SELECT CASE WHEN c.reason IS NULL THEN app.fee_of(c.derivation, d.currency) END AS amount OFFSET 0) f
     WHERE d.id = p_deal
$$;
SELECT app.as_internal('app.fee_candidates(uuid, date, text, uuid[])');
