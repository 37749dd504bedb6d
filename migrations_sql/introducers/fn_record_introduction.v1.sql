-- Records whom an introducer brought. In the database, because the first recorded introduction of a prospect counts, and two
-- may be recorded at one moment: the number among those of one e-mail is a key, so that the second waits for the first to
-- commit, and then knows of it.
-- An introduction to one deal counts for that deal, one without a deal for all. One that comes after another introducer's for
-- the same is recorded and lost at once; within 90 days of it staff are alerted, whichever deal it is about. The same again
-- by the same introducer gives the one that is there.
-- p_email is in its one form (lib/emails.py); a CHECK refuses any other.
-- Locks: the introducer (KEY SHARE); who records the same e-mail at this moment.
-- Errors: 42501 not staff, or an introducer or deal that is not there; 22023 with DETAIL email (none), inactive.
CREATE OR REPLACE FUNCTION public.fn_record_introduction(p_introducer uuid, p_email text, p_deal uuid DEFAULT NULL, p_name text DEFAULT '')
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v_status constant text := (SELECT i.status FROM public.introducers i WHERE i.id = p_introducer AND app.is_staff());
    v_id uuid;
BEGIN
    IF v_status IS NULL OR p_deal IS NOT NULL AND NOT EXISTS (SELECT FROM public.deals d WHERE d.id = p_deal) THEN
        RAISE EXCEPTION 'this introducer or deal is not here' USING ERRCODE = '42501';
    ELSIF v_status <> 'active' THEN
        RAISE EXCEPTION 'this introducer is not active' USING ERRCODE = '22023', DETAIL = 'inactive';
    ELSIF coalesce(p_email, '') = '' THEN
        RAISE EXCEPTION 'a prospect is known by an e-mail' USING ERRCODE = '22023', DETAIL = 'email';
    END IF;
    LOOP
        SELECT n.id INTO v_id FROM public.introductions n
         WHERE n.prospect_email = p_email AND n.introducer_id = p_introducer AND n.deal_id IS NOT DISTINCT FROM p_deal
           AND n.status <> 'lost';
        EXIT WHEN FOUND;
        -- Who inserts the same number waits here for the other, and then counts on.
        INSERT INTO public.introductions (introducer_id, prospect_email, deal_id, prospect_name, place, created_at)
        SELECT p_introducer, p_email, p_deal, coalesce(p_name, ''), coalesce(max(n.place), 0) + 1, clock_timestamp()
          FROM public.introductions n WHERE n.prospect_email = p_email
        ON CONFLICT (prospect_email, place) DO NOTHING  -- [1]
        RETURNING id INTO v_id;
        IF v_id IS NOT NULL THEN
            PERFORM app.compare_introduction(v_id);
            EXIT;
        END IF;
    END LOOP;
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody records this prospect at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- What an introduction that was just recorded is beside those before it.
CREATE OR REPLACE FUNCTION app.compare_introduction(p_introduction uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.introductions;
    v_earlier uuid;
BEGIN
    SELECT n.* INTO v FROM public.introductions n WHERE n.id = p_introduction;
    SELECT n.id INTO v_earlier FROM public.introductions n
     WHERE n.prospect_email = v.prospect_email AND n.introducer_id <> v.introducer_id AND n.id <> v.id
       AND n.created_at >= v.created_at - interval '90 days'  -- [2]
     ORDER BY n.created_at DESC, n.id LIMIT 1;
    IF v_earlier IS NOT NULL THEN
        INSERT INTO public.introduction_alerts (introduction_id, earlier_id) VALUES (v.id, v_earlier);
    END IF;
    IF EXISTS (SELECT FROM public.introductions n
                WHERE n.prospect_email = v.prospect_email AND n.introducer_id <> v.introducer_id AND n.status <> 'lost'
                  AND n.created_at <= v.created_at AND n.id <> v.id
                  AND (n.deal_id IS NULL OR v.deal_id IS NULL OR n.deal_id = v.deal_id)) THEN
        UPDATE public.introductions SET status = 'lost', lost_at = clock_timestamp() WHERE id = v.id;  -- [3]
        RETURN;
    END IF;
    PERFORM app.follow_prospect(v.id);
END;
$$;

-- Which investor a prospect is, and how far along: joined once somebody of it accepted the deal (any, without one), allocated
-- with the first allocation. Looked at when either happens, and when an introduction is recorded after it.
CREATE OR REPLACE FUNCTION app.follow_prospect(p_introduction uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v public.introductions;
    v_investor uuid;
    v_joined timestamptz;
    v_allocated timestamptz;
BEGIN
    SELECT n.* INTO v FROM public.introductions n WHERE n.id = p_introduction AND n.status <> 'lost' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT m.investor_id, m.accepted_at INTO v_investor, v_joined
      FROM public.deal_memberships m JOIN public.profiles p ON p.id = m.user_id
     WHERE m.accepted_at IS NOT NULL AND m.investor_id IS NOT NULL AND m.deal_id = coalesce(v.deal_id, m.deal_id)
       AND (p.email = v.prospect_email AND v.prospect_investor_id IS NULL OR m.investor_id = v.prospect_investor_id)
     ORDER BY m.accepted_at, m.deal_id, m.user_id LIMIT 1;
    v_investor := coalesce(v.prospect_investor_id, v_investor, (
        SELECT a.investor_id FROM public.allocations a JOIN public.investor_users u ON u.investor_id = a.investor_id
          JOIN public.profiles p ON p.id = u.user_id
         WHERE p.email = v.prospect_email AND a.deal_id = coalesce(v.deal_id, a.deal_id) AND a.status IN ('approved', 'settled')
         ORDER BY a.created_at, a.id LIMIT 1));
    SELECT min(a.created_at) INTO v_allocated FROM public.allocations a
     WHERE a.investor_id = v_investor AND a.deal_id = coalesce(v.deal_id, a.deal_id) AND a.status IN ('approved', 'settled');
    UPDATE public.introductions SET prospect_investor_id = v_investor, joined_at = coalesce(v.joined_at, v_joined, v_allocated),
           allocated_at = v_allocated,
           status = CASE WHEN v_allocated IS NOT NULL THEN 'allocated' WHEN v_joined IS NOT NULL THEN 'joined' ELSE v.status END
     WHERE id = v.id AND (prospect_investor_id, joined_at, allocated_at) IS DISTINCT FROM
           (v_investor, coalesce(v.joined_at, v_joined, v_allocated), v_allocated);
END;
$$;

-- Triggers: a deal was accepted, units were allocated.
CREATE OR REPLACE FUNCTION app.follow_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.follow_prospect(n.id)
       FROM public.introductions n
      WHERE n.status = 'invited' AND n.prospect_email = (SELECT p.email FROM public.profiles p WHERE p.id = NEW.user_id)
         OR n.status = 'invited' AND n.prospect_investor_id = NEW.investor_id;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.follow_membership() IS 'Trigger: an introduced prospect joins with an accepted membership.';
SELECT app.as_definer('app.follow_membership()', 'verso_definer');
CREATE OR REPLACE TRIGGER follow_membership AFTER INSERT OR UPDATE OF accepted_at ON public.deal_memberships
    FOR EACH ROW WHEN (NEW.accepted_at IS NOT NULL AND NEW.investor_id IS NOT NULL) EXECUTE FUNCTION app.follow_membership();

CREATE OR REPLACE FUNCTION app.follow_allocation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.follow_prospect(n.id)
       FROM public.introductions n
      WHERE n.status IN ('invited', 'joined')
        AND (n.prospect_investor_id IN (SELECT r.investor_id FROM new_rows r)
             OR n.prospect_email IN (SELECT p.email FROM public.investor_users u JOIN public.profiles p ON p.id = u.user_id
                                      WHERE u.investor_id IN (SELECT r.investor_id FROM new_rows r)));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.follow_allocation() IS 'Trigger: an introduced prospect is allocated with the first allocation.';
SELECT app.as_definer('app.follow_allocation()', 'verso_definer');
CREATE OR REPLACE TRIGGER follow_allocation AFTER INSERT ON public.allocations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.follow_allocation();

-- Says which investor a prospect is, where its e-mail does not. For administrators and operations.
-- Errors: 42501 others, or not there; 22023 with DETAIL status (lost), earned (commission hangs on the one it is).
CREATE OR REPLACE FUNCTION public.fn_link_introduction(p_introduction uuid, p_investor uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introductions := app.lock_introduction(p_introduction);
BEGIN
    IF NOT EXISTS (SELECT FROM public.investors i WHERE i.id = p_investor) THEN
        RAISE EXCEPTION 'this investor is not here' USING ERRCODE = '42501';
    ELSIF v.status = 'lost' THEN
        RAISE EXCEPTION 'this introduction is lost' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF EXISTS (SELECT FROM public.introducer_commissions c WHERE c.introduction_id = v.id) THEN
        RAISE EXCEPTION 'commission was earned by this introduction' USING ERRCODE = '22023', DETAIL = 'earned';
    END IF;
    UPDATE public.introductions SET prospect_investor_id = p_investor WHERE id = v.id;
    PERFORM app.follow_prospect(v.id);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this introduction' USING ERRCODE = 'DL002';
END;
$$;

-- The introduction, locked, for those who keep them: whoever accrues by it holds its key until the commission is there.
-- Errors: 42501.
CREATE OR REPLACE FUNCTION app.lock_introduction(p_introduction uuid) RETURNS public.introductions
LANGUAGE plpgsql AS $$
DECLARE
    v public.introductions;
BEGIN
    SELECT n.* INTO v FROM public.introductions n
     WHERE n.id = p_introduction AND app.role() IN ('staff_admin', 'staff_ops') FOR UPDATE;  -- [4]
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this introduction is not here, or not yours to change' USING ERRCODE = '42501';
    END IF;
    RETURN v;
END;
$$;

-- Ends an introduction that came to nothing; the next one of that prospect counts then. Errors: 42501 as above; 22023 with DETAIL
-- status (lost already), earned (commission was earned by it), reason.
CREATE OR REPLACE FUNCTION public.fn_lose_introduction(p_introduction uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    v public.introductions := app.lock_introduction(p_introduction);
BEGIN
    IF v.status = 'lost' THEN
        RAISE EXCEPTION 'this introduction is lost' USING ERRCODE = '22023', DETAIL = 'status';
    ELSIF EXISTS (SELECT FROM public.introducer_commissions c WHERE c.introduction_id = v.id) THEN
        RAISE EXCEPTION 'commission was earned by this introduction' USING ERRCODE = '22023', DETAIL = 'earned';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    UPDATE public.introductions SET status = 'lost', lost_at = clock_timestamp(), lost_reason = btrim(p_reason) WHERE id = v.id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is working on this introduction' USING ERRCODE = 'DL002';
END;
$$;

-- Notes what staff made of an alert. Errors: 42501 not administrators or operations, or not there; 22023 with DETAIL settled, reason.
CREATE OR REPLACE FUNCTION public.fn_settle_alert(p_alert uuid, p_note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v public.introduction_alerts;
BEGIN
    SELECT a.* INTO v FROM public.introduction_alerts a
     WHERE a.id = p_alert AND app.role() IN ('staff_admin', 'staff_ops') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this alert is not here, or not yours to settle' USING ERRCODE = '42501';
    ELSIF v.settled_at IS NOT NULL THEN
        RAISE EXCEPTION 'this alert is settled' USING ERRCODE = '22023', DETAIL = 'settled';
    ELSIF coalesce(p_note, '') !~ '\S' THEN
        RAISE EXCEPTION 'say what you found' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    UPDATE public.introduction_alerts SET settled_at = clock_timestamp(), settled_by = app.uid(), note = btrim(p_note) WHERE id = p_alert;
END;
$$;
SELECT app.as_internal('app.compare_introduction(uuid)');
SELECT app.as_internal('app.follow_prospect(uuid)');
SELECT app.as_internal('app.lock_introduction(uuid)');
SELECT app.as_definer('public.fn_record_introduction(uuid, text, uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_link_introduction(uuid, uuid)', 'verso_app');
SELECT app.as_definer('public.fn_lose_introduction(uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_settle_alert(uuid, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_record_introduction(uuid, text, uuid, text) IS
    'Record whom an introducer brought, to a deal or to all; the introduction. The first recorded one of a prospect counts.';
COMMENT ON FUNCTION public.fn_link_introduction(uuid, uuid) IS 'Say which investor an introduced prospect is.';
COMMENT ON FUNCTION public.fn_lose_introduction(uuid, text) IS 'End an introduction that came to nothing, with a reason.';
COMMENT ON FUNCTION public.fn_settle_alert(uuid, text) IS 'Note what was found about two introductions of one prospect.';
