-- Trigger: a deal opens and closes only when everything is there. In the database, because opening and closing are final
-- whoever does them, in psql too, and because lots, plans and holds may have changed since a page listed them.
-- The owner is not asked: what it loads was checked elsewhere. guard_deal has locked the row before this runs.
-- Errors: 22023, with what is missing as the detail: vehicle, price, code, close_at, lots, fee_plan to open;
-- commitments, holds to close.
CREATE OR REPLACE FUNCTION app.guard_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_missing text := CASE NEW.status WHEN 'open' THEN app.missing_to_open(NEW) ELSE app.missing_to_close(NEW.id) END;
BEGIN
    IF v_missing IS NOT NULL THEN
        RAISE EXCEPTION 'The deal is not ready to be %.', CASE NEW.status WHEN 'open' THEN 'opened' ELSE 'closed' END
            USING ERRCODE = '22023', DETAIL = v_missing;
    END IF;
    RETURN NEW;
END;
$$;

-- The first thing that a deal lacks to be opened, or null.
CREATE OR REPLACE FUNCTION app.missing_to_open(p_deal public.deals) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN NOT EXISTS (SELECT 1 FROM public.vehicles v WHERE v.id = p_deal.vehicle_id AND v.currency = p_deal.currency)
            THEN 'vehicle'
        WHEN p_deal.offer_unit_price IS NULL THEN 'price'
        WHEN p_deal.code ~ '^deal_[0-9a-f]{12}$' THEN 'code'
        WHEN p_deal.close_at <= clock_timestamp() THEN 'close_at'
        WHEN NOT EXISTS (SELECT 1 FROM public.share_lots l WHERE l.deal_id = p_deal.id AND l.status = 'available'
                            AND l.units_remaining > 0 AND l.currency = p_deal.currency) THEN 'lots'
        WHEN NOT EXISTS (SELECT 1 FROM public.fee_plans f JOIN public.fee_components c ON c.fee_plan_id = f.id
                          WHERE f.deal_id = p_deal.id AND f.is_default AND f.effective_from IS NOT NULL) THEN 'fee_plan' END
$$;

-- What is still undecided or on hold on a deal that is to be closed, or null.
CREATE OR REPLACE FUNCTION app.missing_to_close(p_deal_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM public.deal_commitments c
                      WHERE c.deal_id = p_deal_id AND c.status IN ('submitted', 'under_review')) THEN 'commitments'
        WHEN EXISTS (SELECT 1 FROM public.reservations r WHERE r.deal_id = p_deal_id AND r.status = 'pending'
                        AND r.expires_at > clock_timestamp()) THEN 'holds' END
$$;
SELECT app.as_internal('app.missing_to_open(public.deals)');
SELECT app.as_internal('app.missing_to_close(uuid)');
SELECT app.as_definer('app.guard_moves()', 'verso_definer');
COMMENT ON FUNCTION app.guard_moves() IS 'Trigger: a deal opens and closes only when everything is there. 22023.';
CREATE OR REPLACE TRIGGER guard_moves BEFORE UPDATE OF status ON public.deals
    FOR EACH ROW WHEN (current_user = 'verso_app' AND NEW.status IN ('open', 'closed')
                       AND NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION app.guard_moves();
