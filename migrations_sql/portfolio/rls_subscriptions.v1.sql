-- People read the subscriptions of their investors; staff read all. Nothing writes them yet.
SELECT app.table_class('public.subscriptions', p_whose => 'investor_id in visible_investors', p_writes => 'nobody',
    p_audit => 'none', p_functions => 'SELECT');
