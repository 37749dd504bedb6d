-- The one way in which a position moves: entries are written and the position grows or shrinks by their sum, in one
-- transaction. In the database, because position = Σ entries must hold whoever calls and however often.
-- p_entries: an array of {investor_id, vehicle_id, deal_id?, allocation_id?, effective_date, units, cost, cause, key,
-- corrects_id?, reason?}; cost in the vehicle's currency. An entry whose key is there already counts once: nothing of it is
-- written or added again. Returns how many entries were written.
-- Locks: positions by investor and vehicle; the caller holds what the entries are about.
-- Errors: 23514 a position would fall below zero, or a bad value. Internal.
CREATE OR REPLACE FUNCTION app.enter_positions(p_entries jsonb) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    v record;
    v_keys text[];
BEGIN
    WITH made AS (
        INSERT INTO public.position_entries (investor_id, vehicle_id, deal_id, allocation_id, effective_date, recorded_at,
                                             units, cost, cause, key, corrects_id, reason)
        SELECT e.investor_id, e.vehicle_id, e.deal_id, e.allocation_id, e.effective_date, clock_timestamp(), e.units, e.cost,
               e.cause, e.key, e.corrects_id, coalesce(e.reason, '')
          FROM jsonb_to_recordset(p_entries) AS e (investor_id uuid, vehicle_id uuid, deal_id uuid, allocation_id uuid,
               effective_date date, units numeric, cost numeric, cause text, key text, corrects_id uuid, reason text)
         ORDER BY e.key
        ON CONFLICT (key) DO NOTHING  -- [1]
        RETURNING key)
    SELECT array_agg(key) INTO v_keys FROM made;
    FOR v IN SELECT e.investor_id, e.vehicle_id, sum(e.units) AS units, sum(e.cost) AS cost
               FROM public.position_entries e WHERE e.key = ANY (v_keys)
              GROUP BY 1, 2 ORDER BY 1, 2 LOOP
        -- First an UPDATE: a row that takes units away would break the CHECK on INSERT before it met its position.
        UPDATE public.positions p SET units = coalesce(p.units, 0) + v.units, cost_basis = coalesce(p.cost_basis, 0) + v.cost
         WHERE p.investor_id = v.investor_id AND p.vehicle_id = v.vehicle_id;
        IF NOT FOUND THEN
            INSERT INTO public.positions AS p (investor_id, vehicle_id, units, cost_basis)
            VALUES (v.investor_id, v.vehicle_id, v.units, v.cost)
            ON CONFLICT (investor_id, vehicle_id) DO UPDATE
               SET units = coalesce(p.units, 0) + excluded.units,
                   cost_basis = coalesce(p.cost_basis, 0) + excluded.cost_basis;
        END IF;
    END LOOP;
    RETURN coalesce(cardinality(v_keys), 0);
END;
$$;
SELECT app.as_internal('app.enter_positions(jsonb)');

-- The day from which something counts that happened at this moment. UTC, as long as the house keeps no zone in the database.
CREATE OR REPLACE FUNCTION app.effective_day(p_moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $$ SELECT (p_moment AT TIME ZONE 'UTC')::date $$;
SELECT app.as_internal('app.effective_day(timestamptz)');
