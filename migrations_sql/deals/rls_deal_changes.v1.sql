-- Staff read what was proposed about a deal. Functions propose, carry out and end it.
SELECT app.table_class('public.deal_changes', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
