-- Which deals the acting profile may open: accepted memberships, or all for staff. In the database, because
-- policies are built on it. Set-returning, so that a policy evaluates it once and not once a row.
CREATE OR REPLACE FUNCTION app.visible_deals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id FROM public.deals d WHERE app.is_staff()
    UNION ALL
    SELECT m.deal_id FROM public.deal_memberships m
      JOIN public.profiles p ON p.id = m.user_id AND p.is_active  -- [1]
     WHERE m.user_id = app.uid() AND m.accepted_at IS NOT NULL AND NOT app.is_staff()
$$;
SELECT app.as_definer('app.visible_deals()', 'verso_app');

CREATE OR REPLACE FUNCTION public.user_has_deal_access(p_deal_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (app.is_staff() AND EXISTS (SELECT 1 FROM public.deals d WHERE d.id = p_deal_id))
        OR EXISTS (SELECT 1 FROM public.deal_memberships m
                     JOIN public.profiles p ON p.id = m.user_id AND p.is_active
                    WHERE m.deal_id = p_deal_id AND m.user_id = app.uid() AND m.accepted_at IS NOT NULL)
$$;
SELECT app.as_definer('public.user_has_deal_access(uuid)', 'verso_app');
