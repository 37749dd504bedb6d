-- The invoices of the acting profile's own investors; none for staff, who have a policy of their own and would else pay for
-- a list of every invoice. In the database, because policies are built on it.
CREATE OR REPLACE FUNCTION app.visible_invoices() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id FROM public.invoices i
     WHERE NOT app.is_staff() AND i.status <> 'draft' AND i.investor_id = ANY (ARRAY(SELECT app.visible_investors()))
$$;
COMMENT ON FUNCTION app.visible_invoices() IS 'Issued invoices of the acting profile''s investors; none for staff.';
SELECT app.as_definer('app.visible_invoices()', 'verso_app');
