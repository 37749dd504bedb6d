DROP FUNCTION app.audit_write;
