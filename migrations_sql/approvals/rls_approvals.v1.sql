-- Staff read the decisions asked of them. Rows are opened, decided and withdrawn by functions only.
SELECT app.table_class('public.approvals', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
