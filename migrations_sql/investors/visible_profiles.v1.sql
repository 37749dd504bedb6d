-- Who the acting profile is while it may sign in, and whose person's rows it reads. In the database, because
-- policies are built on both: active_uid for rows that are one person's own, visible_profiles where staff read all.
-- Errors: 22P02 for an identity that is no uuid; nothing is shown then.
CREATE OR REPLACE FUNCTION app.active_uid() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id FROM public.profiles p WHERE p.id = app.uid() AND p.is_active
$$;
COMMENT ON FUNCTION app.active_uid() IS 'The acting profile while it may sign in, else null.';
SELECT app.as_definer('app.active_uid()', 'verso_app');

CREATE OR REPLACE FUNCTION app.visible_profiles() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id FROM public.profiles p WHERE app.is_staff()
    UNION ALL
    SELECT p.id FROM public.profiles p WHERE p.id = app.uid() AND p.is_active AND NOT app.is_staff()
$$;
COMMENT ON FUNCTION app.visible_profiles() IS 'The acting profile itself; every profile for staff.';
SELECT app.as_definer('app.visible_profiles()', 'verso_app');
