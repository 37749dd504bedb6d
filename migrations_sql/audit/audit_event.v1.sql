-- Writes an audit row for the application: for what changes no table (a sign-in, a document opened, a refusal)
-- or is decided in Python. In the database, because the application has no INSERT on the log; a function of its
-- own, because it may not say who acted: that is the identity of the transaction and nothing else.
-- Locks in order: a lane (advisory, never waiting), its head.
-- What functions and triggers record of their own doing, only they record: nobody forges a hold or a decision.
-- Errors: 22023 for an action or an entity that is no plain word, or a body that is not a small object; 42501 for an action
-- that is not the application's; DL002 when no lane is free.
-- The log is never changed: what cannot be shown must not get in. An object of at most 20,000 characters, four levels deep.
CREATE OR REPLACE FUNCTION app.is_event_body(p_body jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_body IS NULL OR (jsonb_typeof(p_body) = 'object' AND length(p_body::text) <= 20000
                              AND NOT jsonb_path_exists(p_body, '$.**{5}'))
$$;
SELECT app.as_internal('app.is_event_body(jsonb)');

CREATE OR REPLACE FUNCTION app.audit_event(
    p_action text, p_entity text, p_entity_id uuid, p_deal_id uuid DEFAULT NULL,
    p_before jsonb DEFAULT NULL, p_after jsonb DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(p_action, '') !~ '^[a-z_]{1,40}\.[a-z_]{1,40}$' OR coalesce(p_entity, '') !~ '^[a-z_]{1,63}$' THEN
        RAISE EXCEPTION 'An audit row needs an action, "<thing>.<verb>", and the name of a table.' USING ERRCODE = '22023';
    ELSIF p_action ~ '^(hold|lot|allocation|position|commitment|approval|term_sheet|deal|deal_change|job_clock|notice)\.'
          OR p_action ~ '\.(insert|update|delete|there)$' OR p_action = 'profile.reset_refused' THEN
        RAISE EXCEPTION 'The database itself records this.' USING ERRCODE = '42501';
    ELSIF NOT (app.is_event_body(p_before) AND app.is_event_body(p_after)) THEN
        RAISE EXCEPTION 'What an event says is a small object.' USING ERRCODE = '22023';
    END IF;
    RETURN app.audit_write(p_action, p_entity, p_entity_id, p_deal_id, p_before, p_after);
END;
$$;
COMMENT ON FUNCTION app.audit_event IS 'Writes one audit row as the acting profile; gives its id. 22023 without an action, DL002 when busy.';
SELECT app.as_definer('app.audit_event(text, text, uuid, uuid, jsonb, jsonb)', 'verso_app');
