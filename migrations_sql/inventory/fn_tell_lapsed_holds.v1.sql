-- Tells investors of holds that ended unused. In the database, because it writes other people's notices; beside and not
-- inside the expiry, which must stay as quick as it is and also runs within a buyer's own reservation.
-- Holds of commitments are told of by fn_lapse_commitments. Older than two days is no news.
-- By deal, because that is how ended holds are indexed; a moment without index would read every hold ever placed.
-- No locks beyond the new rows. Errors: 42501 for who may not run jobs.
-- Returns how many holds were told of; a second run changes nothing.
CREATE OR REPLACE FUNCTION public.fn_tell_lapsed_holds(p_limit int DEFAULT 1000) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_since timestamptz := clock_timestamp() - interval '2 days';
    v_told int;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs tell of lapsed holds' USING ERRCODE = '42501';
    END IF;
    PERFORM app.tell_investor(h.investor_id, 'hold.lapsed', h.id, h.facts)
       FROM (SELECT r.id, r.investor_id, jsonb_build_object(
                        'reservation_id', r.id, 'deal_id', d.id, 'deal', d.name, 'investor_id', i.id,
                        'investor', i.legal_name, 'units', trim_scale(r.requested_units)::text,
                        'unit_price', trim_scale(r.proposed_unit_price)::text, 'currency', d.currency,
                        'ended_at', r.expires_at) AS facts
               FROM public.deals d
               JOIN public.reservations r ON r.deal_id = d.id AND r.status = 'expired' AND r.expires_at > v_since
               JOIN public.investors i ON i.id = r.investor_id
              WHERE r.commitment_id IS NULL
                AND EXISTS (SELECT 1 FROM public.investor_users u JOIN public.profiles p ON p.id = u.user_id AND p.is_active
                             WHERE u.investor_id = r.investor_id
                               AND NOT EXISTS (SELECT 1 FROM public.notices n WHERE n.user_id = u.user_id
                                                  AND n.kind = 'hold.lapsed' AND n.entity_id = r.id))
              ORDER BY r.expires_at, r.id LIMIT greatest(least(p_limit, 5000), 0)) h;
    GET DIAGNOSTICS v_told = ROW_COUNT;
    RETURN v_told;
END;
$$;
SELECT app.as_definer('public.fn_tell_lapsed_holds(int)', 'verso_app');
COMMENT ON FUNCTION public.fn_tell_lapsed_holds(int) IS 'Write the notices of holds that ended unused; returns how many holds.';
