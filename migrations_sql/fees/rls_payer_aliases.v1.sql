-- Staff read under which names and from which accounts an investor paid before; functions alone learn one.
SELECT app.table_class('public.payer_aliases', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT');
