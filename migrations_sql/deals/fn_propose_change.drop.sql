DROP FUNCTION public.fn_propose_change(uuid, jsonb, text, uuid), app.check_change(public.deals, text, jsonb, uuid),
              app.check_overrides(uuid, uuid, jsonb), app.deal_change_hash(uuid, text), app.change_before(uuid, text, jsonb, uuid),
              app.end_changes(uuid[], text);
