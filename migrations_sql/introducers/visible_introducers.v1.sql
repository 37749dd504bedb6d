-- Whom of the introducers the acting profile may see: staff all of them, a person those that name this profile. In the
-- database, because policies are built on it. Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.visible_introducers() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id FROM public.introducers i
     WHERE app.is_staff() OR i.user_id = app.active_uid()  -- [1]
$$;
COMMENT ON FUNCTION app.visible_introducers() IS 'Introducers that the acting profile may see: its own, or all for staff.';
SELECT app.as_definer('app.visible_introducers()', 'verso_app');

-- Their self-billing invoices: an invoice is an introducer's whose commissions it bills.
CREATE OR REPLACE FUNCTION app.visible_self_billing() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT c.invoice_id FROM public.introducer_commissions c
     WHERE c.invoice_id IS NOT NULL AND c.introducer_id = ANY (ARRAY(SELECT app.visible_introducers()))
$$;
COMMENT ON FUNCTION app.visible_self_billing() IS 'Self-billing invoices of the introducers that the acting profile may see.';
SELECT app.as_definer('app.visible_self_billing()', 'verso_app');

-- What the deals are called for which an introducer brought somebody or has terms: a name and no more, since most
-- introducers are members of none and must not learn of others.
CREATE OR REPLACE FUNCTION app.introduced_deals() RETURNS TABLE (deal_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, d.name FROM public.deals d
     WHERE d.id IN (SELECT n.deal_id FROM public.introductions n WHERE n.introducer_id = ANY (ARRAY(SELECT app.visible_introducers()))
                     UNION SELECT c.deal_id FROM public.introducer_commissions c
                            WHERE c.introducer_id = ANY (ARRAY(SELECT app.visible_introducers()))
                     UNION SELECT a.deal_id FROM public.introducer_agreements a
                            WHERE a.introducer_id = ANY (ARRAY(SELECT app.visible_introducers())) AND a.status = 'active')
$$;
COMMENT ON FUNCTION app.introduced_deals() IS 'Names of the deals of one''s own introductions, commissions and active terms.';
SELECT app.as_definer('app.introduced_deals()', 'verso_app');
