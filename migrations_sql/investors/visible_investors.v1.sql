-- Whose data the acting profile may read: its own investors, or all for staff. In the database, because
-- policies are built on it. Set-returning, so that a policy evaluates it once and not once a row.
CREATE OR REPLACE FUNCTION app.visible_investors() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id FROM public.investors i WHERE app.is_staff()
    UNION ALL
    SELECT l.investor_id FROM public.investor_users l
      JOIN public.profiles p ON p.id = l.user_id AND p.is_active  -- [1]
     WHERE l.user_id = app.uid() AND NOT app.is_staff()
$$;
SELECT app.as_definer('app.visible_investors()', 'verso_app');

-- The seeds' names, for people and programs that ask one question.
CREATE OR REPLACE FUNCTION public.user_is_staff() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT app.is_staff() $$;
SELECT app.as_definer('public.user_is_staff()', 'verso_app');

CREATE OR REPLACE FUNCTION public.user_linked_to_investor(p_investor_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.investor_users l JOIN public.profiles p ON p.id = l.user_id AND p.is_active
                    WHERE l.investor_id = p_investor_id AND l.user_id = app.uid())
$$;
SELECT app.as_definer('public.user_linked_to_investor(uuid)', 'verso_app');
