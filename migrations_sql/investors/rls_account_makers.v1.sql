-- Who directed whose mail is written by a trigger and read by functions alone.
SELECT app.table_class('public.account_makers', p_whose => 'nobody', p_writes => 'functions', p_audit => 'rows',
    p_entity => 'account_id', p_functions => 'SELECT, INSERT');
