-- From which lots a hold took its units is for staff alone. Functions alone write it.
SELECT app.table_class('public.reservation_lot_items', p_whose => 'staff', p_writes => 'functions', p_audit => 'functions',
    p_functions => 'SELECT, INSERT, UPDATE, DELETE');
