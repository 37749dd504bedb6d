-- Staff read who the firm is, in every version; one function adds one, for administrators. A version is never changed.
SELECT app.table_class('public.house_identity', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT');
SELECT app.make_append_only('public.house_identity');
