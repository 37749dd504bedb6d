-- Fee plans of the deals one sees. In the database, because policies are built on them.
CREATE OR REPLACE FUNCTION app.visible_fee_plans() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id FROM public.fee_plans f WHERE f.deal_id = ANY (ARRAY(SELECT app.visible_deals()))
       AND (f.effective_from IS NOT NULL OR app.is_staff())
$$;
COMMENT ON FUNCTION app.visible_fee_plans() IS 'Fee plans of the deals that the acting profile may open; all for staff.';
SELECT app.as_definer('app.visible_fee_plans()', 'verso_app');
