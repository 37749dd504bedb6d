-- What introducers would earn on a deal: each source with its base, the terms of its day, and the step from what was accrued
-- before. In the database, because accrual makes its rows of it in one statement, and the preview shows the same.
-- Reads only; the caller asked who may. Internal. No locks, no errors.

-- Whose introduction of an investor counts on a deal: of those not lost, the one recorded first.
CREATE OR REPLACE FUNCTION app.winning_introductions(p_deal uuid, p_investor uuid)
RETURNS TABLE (introduction_id uuid, introducer_id uuid, investor_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (n.prospect_investor_id) n.id, n.introducer_id, n.prospect_investor_id
      FROM public.introductions n
     WHERE n.status <> 'lost' AND n.introducer_id IS NOT NULL AND n.prospect_investor_id IS NOT NULL
       AND (n.deal_id = p_deal OR n.deal_id IS NULL) AND (p_investor IS NULL OR n.prospect_investor_id = p_investor)
     ORDER BY n.prospect_investor_id, n.created_at, n.place, n.id  -- [1]
$$;
SELECT app.as_internal('app.winning_introductions(uuid, uuid)');

-- The terms of an introducer on a deal on a day, one row for each basis; none without a signed agreement in force. What was
-- agreed for the deal takes the default's place.
CREATE OR REPLACE FUNCTION app.commission_terms(p_introducer uuid, p_deal uuid, p_on date) RETURNS SETOF public.introducer_agreements
LANGUAGE sql STABLE AS $$
    WITH there AS MATERIALIZED (
        SELECT a.* FROM public.introducer_agreements a
         WHERE a.introducer_id = p_introducer AND a.status = 'active' AND (a.deal_id IS NULL OR a.deal_id = p_deal)
           AND p_on BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity'))  -- [2]
    SELECT DISTINCT ON (t.basis_type) t.* FROM there t
     WHERE t.deal_id IS NOT NULL AND EXISTS (SELECT FROM there f WHERE f.deal_id IS NULL)  -- [3]
     ORDER BY t.basis_type, t.valid_from DESC, t.decided_at DESC NULLS LAST, t.id
$$;
SELECT app.as_internal('app.commission_terms(uuid, uuid, date)');

-- The same, the default among it where nothing was agreed for the deal.
CREATE OR REPLACE FUNCTION app.terms_that_count(p_introducer uuid, p_deal uuid, p_on date)
RETURNS TABLE (agreement_id uuid, basis_type text, rate_bps int, cap numeric, tiers jsonb, trail_years int)
LANGUAGE sql STABLE AS $$
    WITH own AS MATERIALIZED (SELECT * FROM app.commission_terms(p_introducer, p_deal, p_on))
    SELECT t.id, t.basis_type, t.rate_bps, t.cap_amount, t.tiers, t.trail_years FROM own t
    UNION ALL
    (SELECT a.id, a.basis_type, coalesce(a.rate_bps, CASE WHEN a.tiers IS NULL THEN i.default_commission_bps END),
            coalesce(a.cap_amount, CASE WHEN a.rate_bps IS NULL AND a.tiers IS NULL THEN i.commission_cap END), a.tiers, a.trail_years
       FROM public.introducer_agreements a JOIN public.introducers i ON i.id = a.introducer_id
      WHERE a.introducer_id = p_introducer AND a.status = 'active' AND a.deal_id IS NULL
        AND p_on BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity') AND NOT EXISTS (SELECT FROM own)
      ORDER BY a.valid_from DESC, a.decided_at DESC NULLS LAST, a.id LIMIT 1)
$$;
SELECT app.as_internal('app.terms_that_count(uuid, uuid, date)');

-- Money that was applied to an invoice and stayed: transfers and the investor's credit, neither credit notes nor what was
-- written off.
CREATE OR REPLACE FUNCTION app.money_applied(p_invoice uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(p.amount), 0) FROM public.payments p WHERE p.invoice_id = p_invoice AND p.method IN ('bank', 'credit')  -- [4]
$$;
SELECT app.as_internal('app.money_applied(uuid)');

-- What of a line its credit notes left.
CREATE OR REPLACE FUNCTION app.line_after_credits(p_line public.invoice_lines) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT p_line.amount + coalesce((SELECT sum(c.amount) FROM public.invoice_lines c WHERE c.credits_line_id = p_line.id), 0)
$$;
SELECT app.as_internal('app.line_after_credits(public.invoice_lines)');

-- Allocations of a deal with what was funded of each: the money applied to its funding invoice, at most the investment. Of an
-- allocation that was undone nothing is funded. made_on: the day whose terms count.
CREATE OR REPLACE FUNCTION app.funded_allocations(p_deal uuid, p_investor uuid)
RETURNS TABLE (allocation_id uuid, investor_id uuid, made_on date, currency text, funded numeric, margin numeric)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.investor_id, app.house_day(coalesce(a.approved_at, a.created_at)), i.currency::text, f.funded,
           (SELECT sum(e.computed_amount) FROM public.fee_events e
             WHERE e.allocation_id = a.id AND e.house_only AND e.status <> 'voided') * f.funded / nullif(f.investment, 0)
      FROM public.allocations a
      JOIN public.invoices i ON i.allocation_id = a.id AND i.generated_from = 'allocation' AND i.kind = 'invoice'
     CROSS JOIN LATERAL (
           SELECT sum(l.amount) AS investment, CASE WHEN a.status IN ('approved', 'settled')  -- [5]
                  THEN greatest(least(app.money_applied(i.id), sum(app.line_after_credits(l))), 0) ELSE 0 END AS funded  -- [6]
             FROM public.invoice_lines l WHERE l.invoice_id = i.id AND l.kind = 'investment') f
     WHERE a.deal_id = p_deal AND (p_investor IS NULL OR a.investor_id = p_investor)
$$;
SELECT app.as_internal('app.funded_allocations(uuid, uuid)');

-- Management and performance fees of a deal with what was paid of each: its lines, with those of events that adjust it, after
-- credit notes, each as far as its invoice was paid. acquired_on: from when a trail counts.
CREATE OR REPLACE FUNCTION app.paid_fees(p_deal uuid, p_investor uuid)
RETURNS TABLE (fee_event_id uuid, investor_id uuid, kind text, on_day date, acquired_on date, currency text, paid numeric)
LANGUAGE sql STABLE AS $$
    SELECT e.id, e.investor_id, e.kind, coalesce(e.period_start, e.event_date),
           (SELECT app.house_day(coalesce(a.approved_at, a.created_at)) FROM public.allocations a WHERE a.id = e.allocation_id),
           e.currency::text, sum(app.line_after_credits(l) * CASE WHEN b.due > 0 THEN least(app.money_applied(b.id) / b.due, 1) ELSE 0 END)
      FROM public.fee_events e
      JOIN public.fee_events x ON x.id = e.id OR x.adjusts_id = e.id
      JOIN public.invoice_lines l ON l.fee_event_id = x.id AND l.credits_line_id IS NULL
      JOIN LATERAL (SELECT i.id, i.total + coalesce((SELECT sum(c.total) FROM public.invoices c WHERE c.credits_id = i.id), 0) AS due
                      FROM public.invoices i WHERE i.id = l.invoice_id AND i.kind = 'invoice') b ON true
     WHERE e.deal_id = p_deal AND (p_investor IS NULL OR e.investor_id = p_investor) AND e.adjusts_id IS NULL
       AND e.kind IN ('management', 'performance') AND NOT e.house_only
     GROUP BY e.id
$$;
SELECT app.as_internal('app.paid_fees(uuid, uuid)');

-- Everything that something may be earned by, with its base to eight decimals, up to a day.
CREATE OR REPLACE FUNCTION app.commission_sources(p_deal uuid, p_investor uuid, p_as_of date)
RETURNS TABLE (basis_type text, allocation_id uuid, fee_event_id uuid, investor_id uuid, on_day date, acquired_on date,
               currency text, base numeric)
LANGUAGE sql STABLE AS $$
    WITH f AS MATERIALIZED (SELECT * FROM app.funded_allocations(p_deal, p_investor))
    SELECT 'invested_amount', f.allocation_id, NULL::uuid, f.investor_id, f.made_on, f.made_on, f.currency, f.funded
      FROM f WHERE f.made_on <= p_as_of
    UNION ALL
    SELECT 'spread', f.allocation_id, NULL, f.investor_id, f.made_on, f.made_on, f.currency,
           trim_scale(round(greatest(coalesce(f.margin, 0), 0), 8)) FROM f WHERE f.made_on <= p_as_of
    UNION ALL
    SELECT p.kind || '_fee', NULL, p.fee_event_id, p.investor_id, p.on_day, p.acquired_on, p.currency,
           trim_scale(round(greatest(p.paid, 0), 8)) FROM app.paid_fees(p_deal, p_investor) p WHERE p.on_day <= p_as_of
$$;
SELECT app.as_internal('app.commission_sources(uuid, uuid, date)');

-- How a step came about. Its inputs hold no result of its own: what came before it is there by other rows.
CREATE OR REPLACE FUNCTION app.commission_derivation(
    p_basis text, p_base numeric, p_rate_bps int, p_tiers jsonb, p_cap numeric, p_before numeric, p_kept numeric, p_agreement uuid
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('method', 'commission', 'formula',
               CASE WHEN p_tiers IS NULL THEN 'base × rate_bps / 10000' ELSE 'tiers(base)' END
               || CASE WHEN p_cap IS NOT NULL THEN ', at most cap' ELSE '' END
               || CASE WHEN p_before <> 0 THEN ' − accrued_before' ELSE '' END,
               'convention', NULL, 'rounding', 'half_up', 'terms_version', 'agreement ' || p_agreement,
               'inputs', jsonb_strip_nulls(jsonb_build_object('basis', p_basis, 'base', trim_scale(p_base)::text,
                   'rate_bps', CASE WHEN p_tiers IS NULL THEN p_rate_bps::text END, 'tiers', p_tiers, 'cap', p_cap::text,
                   'accrued_before', p_before::text, 'kept', CASE WHEN p_kept <> p_before THEN p_kept::text END)))
$$;
-- The terms that each source earns by, whoever brought the investor. agreement_id: null where money came and none is in force.
CREATE OR REPLACE FUNCTION app.commissions_agreed(p_deal uuid, p_investor uuid, p_as_of date)
RETURNS TABLE (introducer_id uuid, introduction_id uuid, investor_id uuid, agreement_id uuid, basis_type text, allocation_id uuid,
               fee_event_id uuid, currency text, base numeric, rate_bps int, tiers jsonb, cap numeric)
LANGUAGE sql STABLE AS $$
    SELECT w.introducer_id, w.introduction_id, s.investor_id, t.agreement_id, s.basis_type, s.allocation_id, s.fee_event_id,
           s.currency, s.base, t.rate_bps, t.tiers, t.cap
      FROM app.commission_sources(p_deal, p_investor, p_as_of) s
      JOIN app.winning_introductions(p_deal, p_investor) w ON w.investor_id = s.investor_id
      LEFT JOIN LATERAL (SELECT x.* FROM app.terms_that_count(w.introducer_id, p_deal, s.on_day) x) t ON true
     WHERE t.agreement_id IS NULL AND s.basis_type = 'invested_amount' AND s.base > 0
        OR t.basis_type = s.basis_type
           AND (s.basis_type <> 'management_fee' OR t.trail_years IS NULL OR s.acquired_on IS NULL
                OR s.on_day < s.acquired_on + make_interval(years => t.trail_years))  -- [7]
$$;
SELECT app.as_internal('app.commissions_agreed(uuid, uuid, date)');

-- What was earned by terms or an introduction that count no more: the last terms that it was earned by say what stays of it.
CREATE OR REPLACE FUNCTION app.commissions_earned_before(p_deal uuid, p_investor uuid, p_as_of date)
RETURNS TABLE (introducer_id uuid, introduction_id uuid, investor_id uuid, agreement_id uuid, basis_type text, allocation_id uuid,
               fee_event_id uuid, currency text, base numeric, rate_bps int, tiers jsonb, cap numeric)
LANGUAGE sql STABLE AS $$
    SELECT c.introducer_id, c.introduction_id, s.investor_id, c.agreement_id, s.basis_type, s.allocation_id, s.fee_event_id,
           s.currency, s.base, c.rate_bps, c.derivation #> '{inputs,tiers}', (c.derivation #>> '{inputs,cap}')::numeric
      FROM app.commission_sources(p_deal, p_investor, p_as_of) s
     CROSS JOIN LATERAL (
           SELECT DISTINCT ON (x.introducer_id) x.* FROM public.introducer_commissions x
            WHERE x.basis_type = s.basis_type AND (x.allocation_id = s.allocation_id OR x.fee_event_id = s.fee_event_id)
            ORDER BY x.introducer_id, x.step DESC) c
$$;
SELECT app.as_internal('app.commissions_earned_before(uuid, uuid, date)');

-- The next step of each commission. reason: null, or no_agreement (none in force on the day), inactive; a step that takes
-- back has none. What was cancelled counts as accrued, so that it never comes again, and is not taken back. What was earned by
-- terms that were ended since stays, but for what its money does not bear any more.
CREATE OR REPLACE FUNCTION app.commission_candidates(p_deal uuid, p_investor uuid, p_as_of date)
RETURNS TABLE (introducer_id uuid, introduction_id uuid, investor_id uuid, agreement_id uuid, basis_type text, allocation_id uuid,
               fee_event_id uuid, step int, rate_bps int, base numeric, amount numeric, currency text, derivation jsonb, reason text)
LANGUAGE sql STABLE AS $$
    WITH agreed AS MATERIALIZED (SELECT *, true AS counts FROM app.commissions_agreed(p_deal, p_investor, p_as_of)),
    sources AS (
        SELECT * FROM agreed
         UNION ALL
        SELECT e.*, false FROM app.commissions_earned_before(p_deal, p_investor, p_as_of) e
         WHERE NOT EXISTS (SELECT FROM agreed a WHERE a.agreement_id IS NOT NULL AND (a.introducer_id, a.basis_type) = (e.introducer_id, e.basis_type)
                              AND (a.allocation_id, a.fee_event_id) IS NOT DISTINCT FROM (e.allocation_id, e.fee_event_id)))
    SELECT s.introducer_id, s.introduction_id, s.investor_id, s.agreement_id, s.basis_type, s.allocation_id, s.fee_event_id,
           b.steps + 1, coalesce(s.rate_bps, 0), s.base, d.amount, s.currency, d.derivation,
           CASE WHEN s.agreement_id IS NULL THEN 'no_agreement'
                WHEN i.status <> 'active' AND d.amount > 0 THEN 'inactive' END
      FROM sources s
      JOIN public.introducers i ON i.id = s.introducer_id
     CROSS JOIN LATERAL (
           SELECT count(*)::int AS steps, coalesce(sum(c.accrual_amount), 0.00) AS before,
                  coalesce(sum(c.accrual_amount) FILTER (WHERE c.status <> 'cancelled'), 0.00) AS kept
             FROM public.introducer_commissions c
            WHERE c.introducer_id = s.introducer_id AND c.basis_type = s.basis_type
              AND (c.allocation_id = s.allocation_id OR c.fee_event_id = s.fee_event_id)) b
     CROSS JOIN LATERAL (SELECT app.commission_derivation(s.basis_type, s.base, s.rate_bps, s.tiers, s.cap, b.before, b.kept,
                                                          s.agreement_id) AS derivation) x
     CROSS JOIN LATERAL (SELECT x.derivation, app.commission_of(x.derivation, s.currency) AS amount OFFSET 0) d
     WHERE CASE WHEN s.counts THEN s.agreement_id IS NULL OR d.amount <> 0 ELSE d.amount < 0 END  -- [9]
$$;

SELECT app.as_internal('app.commission_candidates(uuid, uuid, date)');
SELECT app.as_internal('app.commission_derivation(text, numeric, int, jsonb, numeric, numeric, numeric, uuid)');
