-- Which invitation a token opens, if it still does. In the database, because who opens a link has no row of the
-- deal yet, and often no identity. A used, expired, revoked or guessed token has no row here, all alike.
-- Internal: what accepting and looking at an invitation have in common. No locks.
CREATE OR REPLACE FUNCTION app.live_invite(p_token_hash text)
RETURNS TABLE (id uuid, deal_id uuid, role text, email text, expires_at timestamptz, created_by uuid)
LANGUAGE sql STABLE AS $$
    SELECT l.id, l.deal_id, l.role, l.email::text, l.expires_at, l.created_by
      FROM public.invite_links l JOIN public.deals d ON d.id = l.deal_id
     WHERE l.token_hash = p_token_hash AND l.used_count < l.max_uses AND l.expires_at > clock_timestamp()
       AND l.revoked_at IS NULL AND d.status IN ('draft', 'open', 'allocation_pending')
$$;
SELECT app.as_internal('app.live_invite(text)');

-- What the holder of a token reads before accepting. Without an identity: only whom to ask. A link for another
-- e-mail address says no more. Whoever is in the deal already is led there, also by a link that is used up.
CREATE OR REPLACE FUNCTION app.invite_preview(p_token_hash text)
RETURNS TABLE (deal_id uuid, deal_code text, deal_name text, role text, invited_by text, inviter_email text,
               expires_at timestamptz, is_member boolean, for_me boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH me AS (SELECT p.id, p.email FROM public.profiles p WHERE p.id = app.uid() AND p.is_active),
    mine AS (
        SELECT l.id, l.deal_id FROM public.invite_links l, me
         WHERE l.token_hash = p_token_hash AND public.user_has_deal_access(l.deal_id)),
    found AS (
        SELECT i.*, me.id IS NOT NULL AND (i.email = '' OR lower(i.email) = lower(me.email)) AS for_me
          FROM app.live_invite(p_token_hash) i LEFT JOIN me ON true)
    SELECT d.id, d.code, d.name, NULL::text, NULL::text, NULL::text, NULL::timestamptz, true, true
      FROM mine JOIN public.deals d ON d.id = mine.deal_id
    UNION ALL
    SELECT CASE WHEN f.for_me THEN d.id END, CASE WHEN f.for_me THEN d.code END, CASE WHEN f.for_me THEN d.name END,
           CASE WHEN f.for_me THEN f.role END, coalesce(p.display_name, p.email::text), p.email::text,
           f.expires_at, false, f.for_me
      FROM found f JOIN public.deals d ON d.id = f.deal_id LEFT JOIN public.profiles p ON p.id = f.created_by
     WHERE NOT EXISTS (SELECT 1 FROM mine)
$$;
SELECT app.as_definer('app.invite_preview(text)', 'verso_app');
COMMENT ON FUNCTION app.invite_preview(text) IS 'What the holder of an invitation may read of it; no row for a token that opens nothing.';
