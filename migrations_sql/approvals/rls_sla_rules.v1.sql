-- Staff read the SLA rules, administrators set them.
SELECT app.table_class('public.sla_rules', p_whose => 'staff', p_writes => 'administrators', p_audit => 'rows',
    p_entity => 'priority', p_functions => 'SELECT');
