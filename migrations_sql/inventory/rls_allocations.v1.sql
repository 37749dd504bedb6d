-- People read the allocations of their investors, whether or not they are on the deal; staff read all. Functions alone
-- write them.
SELECT app.table_class('public.allocations', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
