DROP FUNCTION app.audit_table, app.audit_row(), app.audit_uuid, app.audit_changed, app.audit_picked;
