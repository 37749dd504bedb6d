DROP FUNCTION app.audit_event;
