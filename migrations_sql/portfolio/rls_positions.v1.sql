-- People read the positions of their investors; staff read all. Functions alone move them.
SELECT app.table_class('public.positions', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
