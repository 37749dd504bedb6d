-- The subject valuation: what was proposed counts once a second person approved it. In the database, because a value moves
-- what people own and pay, and whoever enters one, in psql too, does not decide alone.
-- Locks: the valuations of that vehicle and day, by id. Errors: DL006 decided already; 22023 nav_differs.

-- How far a total is from units outstanding × value per unit, and how far it may be: a cent for each who holds units. Both
-- in the vehicle's currency; no row unless both figures are given, nor for who is not staff.
CREATE OR REPLACE FUNCTION app.valuation_difference(p_vehicle uuid, p_as_of date, p_total numeric, p_per_unit numeric)
RETURNS TABLE (difference numeric, allowed numeric, units numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_total - coalesce(sum(h.units), 0) * p_per_unit, 0.01 * count(*) FILTER (WHERE h.units > 0),
           coalesce(sum(h.units), 0)
      FROM (SELECT sum(e.units) AS units FROM public.position_entries e
             WHERE e.vehicle_id = p_vehicle AND e.effective_date <= p_as_of GROUP BY e.investor_id) h
    HAVING p_total IS NOT NULL AND p_per_unit IS NOT NULL AND app.is_staff()
$$;
COMMENT ON FUNCTION app.valuation_difference(uuid, date, numeric, numeric) IS
    'A total less units outstanding × value per unit, and how much difference rounding explains.';
SELECT app.as_definer('app.valuation_difference(uuid, date, numeric, numeric)', 'verso_app');

-- Trigger: a total that differs from its units has a reason.
CREATE OR REPLACE FUNCTION app.guard_valuation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.proposed_at := clock_timestamp();
    IF NEW.reason !~ '\S' AND EXISTS (
              SELECT FROM app.valuation_difference(NEW.vehicle_id, NEW.as_of_date, NEW.nav_total, NEW.nav_per_unit) d
               WHERE abs(d.difference) > d.allowed) THEN  -- [1]
        RAISE EXCEPTION 'the total differs from units outstanding × value per unit' USING ERRCODE = '22023',
            DETAIL = 'nav_differs';
    END IF;
    RETURN NEW;
END;
$$;
SELECT app.as_definer('app.guard_valuation()', 'verso_definer');
COMMENT ON FUNCTION app.guard_valuation() IS 'Trigger: a proposed valuation whose total differs from its units says why. 22023.';
CREATE OR REPLACE TRIGGER guard_valuation BEFORE INSERT ON public.valuations
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.guard_valuation();

-- Trigger: whoever proposes a valuation asks for its approval.
CREATE OR REPLACE FUNCTION app.ask_valuation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.open_approval('valuation', NEW.id, NULL, NULL, NULL, NULL,
        (SELECT v.currency FROM public.vehicles v WHERE v.id = NEW.vehicle_id), app.valuation_hash(NEW.id));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.ask_valuation() IS 'Trigger: opens the approval of a proposed valuation.';

-- What an approval of it binds to.
CREATE OR REPLACE FUNCTION app.valuation_hash(p_valuation_id uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, v.vehicle_id, v.as_of_date, v.nav_total::text, v.nav_per_unit::text,
               v.source, v.reason, v.proposed_by)::text, 'UTF8')), 'hex')
      FROM public.valuations v WHERE v.id = p_valuation_id
$$;

CREATE OR REPLACE FUNCTION app.lock_valuation(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.valuations v JOIN public.valuations it ON it.id = p_ask.entity_id
      AND v.vehicle_id = it.vehicle_id AND v.as_of_date = it.as_of_date ORDER BY v.id FOR NO KEY UPDATE OF v;
END;
$$;

CREATE OR REPLACE FUNCTION app.parties_of_valuation(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    SELECT v.proposed_by, 'own_request' FROM public.valuations v WHERE v.id = p_ask.entity_id AND v.proposed_by IS NOT NULL
$$;

-- The status follows the decision; one that is approved takes the place of the one that counted on its day.
CREATE OR REPLACE FUNCTION app.valuation_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_it public.valuations;
BEGIN
    SELECT v.* INTO v_it FROM public.valuations v WHERE v.id = p_ask.entity_id AND v.status = 'proposed';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this valuation is decided' USING ERRCODE = 'DL006', DETAIL = 'gone';
    ELSIF p_outcome = 'approved' THEN
        UPDATE public.valuations v SET status = 'superseded'
         WHERE v.vehicle_id = v_it.vehicle_id AND v.as_of_date = v_it.as_of_date AND v.status = 'approved';
    END IF;
    UPDATE public.valuations SET status = p_outcome, decided_at = p_ask.decided_at,
           approved_by = CASE p_outcome WHEN 'approved' THEN p_ask.decided_by END
     WHERE id = v_it.id;
END;
$$;
SELECT app.as_internal('app.valuation_hash(uuid, text)');
SELECT app.as_internal('app.lock_valuation(public.approvals)');
SELECT app.as_internal('app.parties_of_valuation(public.approvals)');
SELECT app.as_internal('app.valuation_decided(public.approvals, text)');
SELECT app.as_definer('app.ask_valuation()', 'verso_definer');
CREATE OR REPLACE TRIGGER ask_valuation AFTER INSERT ON public.valuations
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.ask_valuation();
SELECT app.register_subject('valuation', p_locks => 'app.lock_valuation', p_hash => 'app.valuation_hash',
    p_parties => 'app.parties_of_valuation', p_decided => 'app.valuation_decided', p_may_ask_changes => false);
