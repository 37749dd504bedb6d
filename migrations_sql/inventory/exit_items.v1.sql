-- What each allocation of a deal gives and gets when a share of what is held is sold: units, cost pro rata, proceeds. In
-- the database, because the page that previews it and the decision that carries it out must not differ by a unit or a cent.
-- Units: the share of all that the allocations hold on the day, rounded down to whole lots of the deal (8 decimals where it
-- has none) and split by largest remainder; ties go to the earlier allocation, then the lower id. Everything is sold whole.
-- Cost: pro rata, rounded once for all of them and split the same way, so that what is sold whole leaves no cent behind.
-- Proceeds: units × price, rounded for each allocation. Amounts in the deal's currency.
-- Reads only: the caller holds the deal. Internal. No rows where nothing is held on that day.
CREATE OR REPLACE FUNCTION app.exit_items(p_deal_id uuid, p_on date, p_fraction numeric, p_unit_price numeric)
RETURNS TABLE (allocation_id uuid, investor_id uuid, units numeric, cost numeric, proceeds numeric)
LANGUAGE sql STABLE AS $$
    WITH deal AS (
        SELECT d.currency, coalesce(d.lot_size, 0.00000001) AS step,
               CASE WHEN app.money_round(0.5, d.currency) = 0.5 THEN 0.01 ELSE 1 END AS minor
          FROM public.deals d WHERE d.id = p_deal_id),
    held AS (
        SELECT a.id, a.investor_id, h.units, h.cost, row_number() OVER (ORDER BY a.created_at, a.id) AS n
          FROM public.allocations a CROSS JOIN LATERAL app.allocation_units_on(a.id, p_on) h
         WHERE a.deal_id = p_deal_id AND a.status IN ('approved', 'settled') AND h.units > 0),
    floors AS (
        SELECT held.*, deal.*, CASE WHEN p_fraction = 1 THEN held.units
                                    ELSE floor(held.units * p_fraction / step) * step END AS least,
               CASE WHEN p_fraction = 1 THEN sum(held.units) OVER ()
                    ELSE floor(sum(held.units) OVER () * p_fraction / step) * step END AS total
          FROM held, deal),
    given AS (
        SELECT f.*, least + CASE WHEN row_number() OVER (ORDER BY f.units * p_fraction - least DESC, n)
                                      <= (total - sum(least) OVER ()) / step
                                 THEN least(step, f.units - least) ELSE 0 END AS sold  -- [1]
          FROM floors f),
    parts AS (
        SELECT g.*, g.cost * sold / g.units AS exact, floor(g.cost * sold / g.units / minor) * minor AS low FROM given g),
    shared AS (
        SELECT p.*, row_number() OVER (ORDER BY exact - low DESC, n) AS place,
               (app.money_round(sum(exact) OVER (), currency) - sum(low) OVER ()) / minor AS over
          FROM parts p)
    SELECT s.id, s.investor_id, s.sold, s.low + CASE WHEN s.place <= s.over THEN minor ELSE 0 END,  -- [2]
           app.money_round(s.sold * p_unit_price, s.currency)
      FROM shared s WHERE s.sold > 0 ORDER BY s.n
$$;
SELECT app.as_internal('app.exit_items(uuid, date, numeric, numeric)');

-- The same for staff, before anything is approved. Errors: none; no rows for others.
CREATE OR REPLACE FUNCTION app.exit_preview(p_exit_id uuid)
RETURNS TABLE (allocation_id uuid, investor_id uuid, units numeric, cost numeric, proceeds numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.* FROM public.deal_exits e, app.exit_items(e.deal_id, e.exit_date, e.fraction, e.unit_price) i
     WHERE e.id = p_exit_id AND app.is_staff()
$$;
SELECT app.as_definer('app.exit_preview(uuid)', 'verso_app');
COMMENT ON FUNCTION app.exit_preview(uuid) IS 'What each allocation would give and get in a proposed exit; for staff.';
