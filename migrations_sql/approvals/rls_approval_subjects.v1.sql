-- Kinds of things to decide about are registered by migrations; functions read them.
SELECT app.table_class('public.approval_subjects', p_whose => 'nobody', p_writes => 'nobody', p_audit => 'none',
    p_functions => 'SELECT');
