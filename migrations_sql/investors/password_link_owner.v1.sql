-- Whose password a live link sets; no row for a link that is unknown, used or over.
-- SECURITY DEFINER, because whoever opens a link has no identity yet.
CREATE OR REPLACE FUNCTION app.password_link_owner(p_token_hash text) RETURNS TABLE (email text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.email::text, p.display_name
      FROM public.set_password_links l JOIN public.profiles p ON p.id = l.user_id
     WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp() AND p.is_active
$$;
COMMENT ON FUNCTION app.password_link_owner(text) IS 'E-mail and name behind a live set-password link, or no row.';
SELECT app.as_definer('app.password_link_owner(text)', 'verso_app');
