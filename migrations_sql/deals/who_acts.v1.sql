-- Who can act for an investor on a deal: people who can sign in, act for the investor, and accepted their place on the deal
-- for it. In the database, because no caller may allocate to, or leave units with, somebody whom nobody can act for. The
-- reserve core asks the same of one person in its own first statement, for speed.
CREATE OR REPLACE FUNCTION app.who_acts(p_deal_id uuid, p_investor_id uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT m.user_id FROM public.deal_memberships m
      JOIN public.investor_users u ON u.user_id = m.user_id AND u.investor_id = m.investor_id  -- [1]
      JOIN public.profiles p ON p.id = m.user_id AND p.is_active
     WHERE m.deal_id = p_deal_id AND m.investor_id = p_investor_id AND m.accepted_at IS NOT NULL
$$;
SELECT app.as_internal('app.who_acts(uuid, uuid)');
COMMENT ON FUNCTION app.who_acts(uuid, uuid) IS 'Who can act for an investor on a deal. For definer functions and the owner.';
