-- People read the holds of their investors, whether or not they are on the deal; staff read all. Functions alone
-- write them.
SELECT app.table_class('public.reservations', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'functions', p_functions => 'SELECT, INSERT, UPDATE');
