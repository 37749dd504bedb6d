-- Withdraws what is asked about a thing, for the app whose thing it is: nobody decides about it any more. In the database,
-- because the thing ends in the same transaction. The caller holds the thing.
-- Locks: its approvals by id. Errors: none; withdrawing again changes nothing. Internal.
CREATE OR REPLACE FUNCTION app.withdraw_approvals(p_entity_type text, p_entity_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
BEGIN
    SELECT array_agg(a.id) INTO v_ids FROM (
        SELECT o.id FROM public.approvals o WHERE o.entity_type = p_entity_type AND o.entity_id = p_entity_id
            AND o.status = 'pending' ORDER BY o.id FOR NO KEY UPDATE) a;
    PERFORM app.audit_write('approval.withdrawn', 'approvals', a.id, a.deal_id, jsonb_build_object('status', a.status),
                            jsonb_build_object('status', 'withdrawn'))
       FROM public.approvals a WHERE a.id = ANY (v_ids) ORDER BY a.id;
    UPDATE public.approvals SET status = 'withdrawn', decided_at = clock_timestamp() WHERE id = ANY (v_ids);
END;
$$;
SELECT app.as_internal('app.withdraw_approvals(text, uuid)');
