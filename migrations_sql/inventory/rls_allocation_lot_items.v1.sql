-- From which lots an allocation took its units is for staff alone. Functions alone write it.
SELECT app.table_class('public.allocation_lot_items', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_entity => 'allocation_id', p_functions => 'SELECT, INSERT');
