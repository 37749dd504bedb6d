-- Who may touch the log: staff read it, definer functions write it, nobody else anything.
-- Partition children are granted to nobody; rows are reached through the parent and its policy alone.
SELECT app.table_class('public.audit_log', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT');
SELECT app.table_class('public.audit_lanes', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, UPDATE');
SELECT app.table_class('public.audit_anchors', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT');
GRANT USAGE ON SEQUENCE public.audit_log_id_seq TO verso_definer;
