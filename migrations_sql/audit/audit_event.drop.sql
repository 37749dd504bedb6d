DROP FUNCTION app.audit_event;
DROP FUNCTION app.is_event_body(jsonb);
