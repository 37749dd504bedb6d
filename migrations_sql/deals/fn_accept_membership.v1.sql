-- The investor that a member of this role acts for: one of the profile's own, or none for an outside party.
-- Internal. Errors: 22023 when it has to be named, or is not the profile's.
CREATE OR REPLACE FUNCTION app.investor_for_role(p_role text, p_investor_id uuid) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_own uuid[] := ARRAY(SELECT u.investor_id FROM public.investor_users u
                           WHERE u.user_id = app.uid() AND u.investor_id = coalesce(p_investor_id, u.investor_id)
                           LIMIT 2);
BEGIN
    IF p_role NOT IN ('investor', 'co_investor') THEN
        RETURN NULL;
    ELSIF cardinality(v_own) = 1 THEN
        RETURN v_own[1];
    END IF;
    RAISE EXCEPTION 'name the investor you act for' USING ERRCODE = '22023', DETAIL = 'investor';
END;
$$;
SELECT app.as_internal('app.investor_for_role(text, uuid)');

-- Accepts the acting profile's own place on a deal. In the database, because a member may change nothing else of
-- that row, and has no row of the deal before.
-- Locks, in order: deal row (KEY SHARE) -> the own membership. Errors: 42501 nothing to accept, the deal is over, or the
-- person no longer acts for the investor that the invitation names.
CREATE OR REPLACE FUNCTION public.fn_accept_membership(p_deal_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.deals d
      JOIN public.deal_memberships m ON m.deal_id = d.id AND m.user_id = app.uid()
      JOIN public.profiles p ON p.id = m.user_id AND p.is_active
     WHERE d.id = p_deal_id
       AND (m.accepted_at IS NOT NULL
            OR (d.status IN ('draft', 'open', 'allocation_pending')
                AND (m.investor_id IS NULL
                     OR EXISTS (SELECT 1 FROM public.investor_users u
                                 WHERE u.investor_id = m.investor_id AND u.user_id = m.user_id))))
       FOR KEY SHARE OF d;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no invitation here for you' USING ERRCODE = '42501';
    END IF;
    UPDATE public.deal_memberships SET accepted_at = clock_timestamp()
     WHERE deal_id = p_deal_id AND user_id = app.uid() AND accepted_at IS NULL;
END;
$$;
SELECT app.as_definer('public.fn_accept_membership(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_accept_membership(uuid) IS 'Accept the own invitation to a deal. Repeating it changes nothing.';

-- The acting profile's invitations that wait for an answer, with what is needed to answer them.
CREATE OR REPLACE FUNCTION app.my_invitations()
RETURNS TABLE (deal_id uuid, deal_name text, role text, investor_name text, invited_by text, invited_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, d.name, m.role, i.legal_name, coalesce(b.display_name, b.email::text), m.invited_at
      FROM public.deal_memberships m
      JOIN public.profiles p ON p.id = m.user_id AND p.is_active
      JOIN public.deals d ON d.id = m.deal_id AND d.status IN ('draft', 'open', 'allocation_pending')
      LEFT JOIN public.investors i ON i.id = m.investor_id
      LEFT JOIN public.profiles b ON b.id = m.invited_by
     WHERE m.user_id = app.uid() AND m.accepted_at IS NULL
       AND (m.investor_id IS NULL
            OR EXISTS (SELECT 1 FROM public.investor_users u WHERE u.investor_id = m.investor_id AND u.user_id = m.user_id))
     ORDER BY m.invited_at, d.name
$$;
SELECT app.as_definer('app.my_invitations()', 'verso_app');
COMMENT ON FUNCTION app.my_invitations() IS 'Invitations of the acting profile that it has not accepted yet.';
