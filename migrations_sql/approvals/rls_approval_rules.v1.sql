-- Staff read the approval rules. Functions write them, for two administrators (fn_propose_rule).
SELECT app.table_class('public.approval_rules', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
