-- Staff read whether the database's clock is believed; functions alone write it. What every job notes of its clock is no
-- change of the business; that somebody confirmed the clock is told in words.
SELECT app.table_class('public.job_clock', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, UPDATE');
