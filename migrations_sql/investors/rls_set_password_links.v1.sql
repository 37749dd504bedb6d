-- Staff read when a link was made, used and how long it lives; nobody reads a token's hash. Functions write.
SELECT app.table_class('public.set_password_links', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE',
    p_columns => 'id, user_id, expires_at, used_at, created_by, created_at, from_known');
