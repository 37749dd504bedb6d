DROP FUNCTION app.audit_partition_state(), app.audit_make_partitions, app.audit_repair_default(), app.audit_make_month;
