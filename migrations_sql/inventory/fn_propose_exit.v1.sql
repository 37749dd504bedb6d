-- Proposes the sale of what a deal holds, whole or in part, which a second person approves. In the database, because the
-- proposal and the question to staff appear together, whoever calls.
-- p_fraction is the share of the units held on p_exit_date, above 0, at most 1, ten decimals; p_unit_price in the deal's
-- currency, six decimals. More decimals are refused, not rounded.
-- Locks: deal row (NO KEY UPDATE: reserving goes on).
-- Errors: 42501 not staff or not there; DL003 draft or cancelled; 22023 with DETAIL: fraction, price, exit_date (in the
-- future, or before an exit that was approved), nothing_held, exit_waits (one is proposed already); DL002 busy.
-- Returns the exit.
CREATE OR REPLACE FUNCTION public.fn_propose_exit(
    p_deal_id uuid, p_exit_date date, p_fraction numeric, p_unit_price numeric, p_note text DEFAULT ''
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_deal public.deals;
    v_id uuid;
BEGIN
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = p_deal_id AND app.is_staff() FOR NO KEY UPDATE;
    IF NOT FOUND OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this deal is not here, or not yours to sell' USING ERRCODE = '42501';
    ELSIF v_deal.status IN ('draft', 'cancelled') THEN
        RAISE EXCEPTION 'nothing was sold on this deal' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    ELSIF p_fraction IS NULL OR NOT (p_fraction > 0 AND p_fraction <= 1) OR scale(trim_scale(p_fraction)) > 10 THEN
        RAISE EXCEPTION 'a share is above 0 and at most 1' USING ERRCODE = '22023', DETAIL = 'fraction';
    ELSIF p_unit_price IS NULL OR NOT (p_unit_price >= 0 AND p_unit_price < 1e12) OR scale(trim_scale(p_unit_price)) > 6 THEN
        RAISE EXCEPTION 'this is no price' USING ERRCODE = '22023', DETAIL = 'price';
    ELSIF EXISTS (SELECT FROM public.deal_exits e WHERE e.deal_id = p_deal_id AND e.status = 'proposed') THEN
        RAISE EXCEPTION 'an exit of this deal awaits approval' USING ERRCODE = '22023', DETAIL = 'exit_waits';
    END IF;
    PERFORM app.check_exit(p_deal_id, p_exit_date, p_fraction, p_unit_price);
    INSERT INTO public.deal_exits (deal_id, exit_date, fraction, unit_price, note, proposed_by, proposed_at)
    VALUES (p_deal_id, p_exit_date, p_fraction, p_unit_price, btrim(coalesce(p_note, '')), app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    PERFORM app.open_approval('deal_exit', v_id, p_deal_id, NULL, NULL, NULL, v_deal.currency, app.exit_hash(v_id));
    RETURN v_id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Errors: 22023, as above. Asked at the proposal, and again at the decision under the deal's lock.
CREATE OR REPLACE FUNCTION app.check_exit(p_deal_id uuid, p_on date, p_fraction numeric, p_unit_price numeric)
RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_on IS NULL OR p_on > app.effective_day(clock_timestamp()) OR EXISTS (
           SELECT FROM public.deal_exits e WHERE e.deal_id = p_deal_id AND e.status = 'approved' AND e.exit_date > p_on) THEN
        RAISE EXCEPTION 'an exit is not in the future, nor before an earlier one' USING ERRCODE = '22023',
            DETAIL = 'exit_date';
    ELSIF NOT EXISTS (SELECT FROM app.exit_items(p_deal_id, p_on, p_fraction, p_unit_price)) THEN
        RAISE EXCEPTION 'no units are held on that day' USING ERRCODE = '22023', DETAIL = 'nothing_held';
    END IF;
END;
$$;

-- What an approval of it binds to.
CREATE OR REPLACE FUNCTION app.exit_hash(p_exit_id uuid, p_like text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(1, e.deal_id, e.exit_date, trim_scale(e.fraction)::text,
               trim_scale(e.unit_price)::text, e.note, e.proposed_by)::text, 'UTF8')), 'hex')
      FROM public.deal_exits e WHERE e.id = p_exit_id
$$;
SELECT app.as_internal('app.check_exit(uuid, date, numeric, numeric)');
SELECT app.as_internal('app.exit_hash(uuid, text)');
SELECT app.as_definer('public.fn_propose_exit(uuid, date, numeric, numeric, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_propose_exit(uuid, date, numeric, numeric, text) IS
    'Propose the sale of a share of what a deal holds, which a second person approves; returns the exit.';
