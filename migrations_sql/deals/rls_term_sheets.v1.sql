-- People read the term sheets of their investors; staff read all. Functions alone write them.
SELECT app.table_class('public.term_sheets', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
