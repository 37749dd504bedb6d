-- Staff read whether the database's clock is believed; functions alone write it.
SELECT app.table_class('public.job_clock', p_whose => 'staff', p_writes => 'functions', p_audit => 'functions',
    p_functions => 'SELECT, UPDATE');
