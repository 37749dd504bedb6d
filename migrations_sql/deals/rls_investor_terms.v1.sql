-- People read the terms of their investors; staff read all. Functions alone write them.
SELECT app.table_class('public.investor_terms', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
