DROP FUNCTION app.audit_anchor_write;
