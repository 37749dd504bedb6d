DROP FUNCTION app.audit_write_many;
