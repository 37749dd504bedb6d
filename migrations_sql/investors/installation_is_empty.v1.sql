-- Whether nobody can sign in yet: the first page of a new installation then says how to make the first
-- administrator. SECURITY DEFINER, because whoever reads that page has no identity.
CREATE OR REPLACE FUNCTION app.installation_is_empty() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM public.profiles p WHERE p.is_active AND p.password NOT LIKE '!%')
$$;
COMMENT ON FUNCTION app.installation_is_empty() IS 'True while no profile can sign in.';
SELECT app.as_definer('app.installation_is_empty()', 'verso_app');
