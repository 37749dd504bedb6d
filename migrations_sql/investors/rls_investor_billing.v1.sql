-- People read what invoices say of the investors they act for; staff read all, and one function adds a version. None is changed.
SELECT app.table_class('public.investor_billing', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT');
SELECT app.make_append_only('public.investor_billing');
