-- People read the commitments of their investors; staff read all. Functions alone write them.
SELECT app.table_class('public.deal_commitments', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
