-- Fee plans of the deals one sees, and the deals that are still drafts. In the database, because policies are
-- built on them.
CREATE OR REPLACE FUNCTION app.visible_fee_plans() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id FROM public.fee_plans f WHERE f.deal_id = ANY (ARRAY(SELECT app.visible_deals()))
$$;
COMMENT ON FUNCTION app.visible_fee_plans() IS 'Fee plans of the deals that the acting profile may open; all for staff.';
SELECT app.as_definer('app.visible_fee_plans()', 'verso_app', 'verso_readonly');

CREATE OR REPLACE FUNCTION app.draft_deals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id FROM public.deals d WHERE d.status = 'draft' AND app.is_staff()
$$;
COMMENT ON FUNCTION app.draft_deals() IS 'Deals that are still drafts, for staff; nothing for others.';
SELECT app.as_definer('app.draft_deals()', 'verso_app', 'verso_readonly');
