-- Staff read which prices a deal was offered at. Rows are written by a trigger.
SELECT app.table_class('public.offer_prices', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE (set_by)');
