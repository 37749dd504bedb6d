-- Takes the acting profile into a deal by an invite link. In the database, because the last use of a link must go
-- to one person however many accept at once, and because who accepts has no right to write memberships.
-- Locks, in order: deal row (KEY SHARE) -> the own membership -> the link.
-- Errors: 42501 alike for a link that is used up, expired, revoked, for somebody else or guessed; 22023 when an
-- investor has to be named: it must be one the profile acts for; DL002 busy.
-- Who is in already gets the deal and uses nothing up; so a double click, or the same link again, changes nothing.
CREATE OR REPLACE FUNCTION public.fn_accept_invite(p_token_hash text, p_investor_id uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_deal uuid := (SELECT p.deal_id FROM app.invite_preview(p_token_hash) p WHERE p.is_member);
    v_invite record;
    v_investor uuid;
BEGIN
    IF v_deal IS NOT NULL THEN
        RETURN v_deal;
    END IF;
    SELECT i.* INTO v_invite FROM app.live_invite(p_token_hash) i
      JOIN public.profiles p ON p.id = app.uid() AND p.is_active
     WHERE i.email = '' OR lower(i.email) = lower(p.email);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invitation is not valid' USING ERRCODE = '42501';
    END IF;
    v_investor := app.investor_for_role(v_invite.role, p_investor_id);

    PERFORM 1 FROM public.deals d
      WHERE d.id = v_invite.deal_id AND d.status IN ('draft', 'open', 'allocation_pending') FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invitation is not valid' USING ERRCODE = '42501';
    END IF;
    INSERT INTO public.deal_memberships AS m (deal_id, user_id, investor_id, role, invited_by, accepted_at)
    VALUES (v_invite.deal_id, app.uid(), v_investor, v_invite.role, v_invite.created_by, clock_timestamp())
    ON CONFLICT (deal_id, user_id) DO UPDATE
       SET investor_id = excluded.investor_id, role = excluded.role, accepted_at = excluded.accepted_at
     WHERE m.accepted_at IS NULL;
    IF NOT FOUND THEN
        RETURN v_invite.deal_id;  -- the same person, in another window, was faster
    END IF;
    UPDATE public.invite_links l SET used_count = l.used_count + 1
     WHERE l.id = v_invite.id AND l.used_count < l.max_uses AND l.expires_at > clock_timestamp()
       AND l.revoked_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this invitation is not valid' USING ERRCODE = '42501';
    END IF;
    RETURN v_invite.deal_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are joining this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_accept_invite(text, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_accept_invite(text, uuid) IS 'Join a deal by the SHA-256 of an invite token; returns the deal. Repeating it changes nothing.';
