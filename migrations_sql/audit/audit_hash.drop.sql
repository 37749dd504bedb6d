DROP FUNCTION app.audit_hash;
